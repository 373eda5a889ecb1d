"""The remedies that are owed for promises of a report: what was agreed, frozen with the figures, and what came of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from itsm.service_reports.lines import plain
from itsm.service_reports.models import ReportIssue
from itsm.service_reports.periods import local
from sla.models import AgreementEdition, AgreementRow, Remedy

Kept = dict[str, Any]
#: Formulas whose value is a share, which may lie in a band.
SHARES = ("share", "kept", "combined")


def agreed(editions: Iterable[AgreementEdition]) -> dict[int, list[Remedy]]:
    """Read the remedies of editions that the figures decide, by edition; those of words alone are for a person."""
    found: dict[int, list[Remedy]] = defaultdict(list)
    for one in Remedy.objects.filter(edition__in=[one.pk for one in editions]).exclude(basis=Remedy.Basis.WORDS):
        found[one.edition_id].append(one)
    return found


def terms_of(row: AgreementRow, service: int, known: dict[int, list[Remedy]]) -> list[Kept]:
    """Lay out the remedies that are agreed for a service."""
    return [_told(one) for one in known.get(row.edition_id, ()) if one.service_id in (None, service)]


def _told(one: Remedy) -> Kept:
    numbers = {name: getattr(one, name) for name in ("amount", "cap", "band_from", "band_below")}
    return {
        "basis": one.basis, "metric": one.metric, "kind": one.kind, "zh": one.trigger_zh, "en": one.trigger_en,
        "claim_needed": one.claim_needed, "claim_days": one.claim_days,
        **{name: None if value is None else plain(value) for name, value in numbers.items()},
    }  # fmt: skip


def lay(service: Kept, figures: dict[str, Kept]) -> Kept:
    """Put beside each promise of a service the remedies that are owed for it; ``figures`` are those of the document."""
    if not service.get("remedies"):
        return service
    once = _without_better_items(service["lines"], figures)
    lines = [
        line | {"remedies": list(_owed(line, service["remedies"], figures)) if line["name"] in once else []}
        for line in service["lines"]
    ]
    return service | {"lines": lines}


def _without_better_items(lines: list[Kept], figures: dict[str, Kept]) -> set[str]:
    """Name the promises that may owe: where several items keep one promise together, the worst of them owes for all."""
    items: dict[str, list[tuple[Fraction, str]]] = defaultdict(list)
    for line in lines:
        is_part = line["metric"] == "availability" and line["item_zh"]
        value = figures[line["figures"]["result"]]["value"] if is_part else None
        if value is not None:
            items[str(line.get("own", {}).get("period", ""))].append((Fraction(value), line["name"]))
    better = {name for known in items.values() for _value, name in known} - {min(known)[1] for known in items.values()}
    return {line["name"] for line in lines} - better


def _owed(line: Kept, terms: list[Kept], figures: dict[str, Kept]) -> Iterator[Kept]:
    if line["kind"] == "house" or not line.get("own", {"over": True})["over"]:
        return  # nothing promised it, or its own period still runs
    for one in terms:
        if one["metric"] in ("", line["metric"]) and _is_due(one, line, figures):
            yield one


def _is_due(one: Kept, line: Kept, figures: dict[str, Kept]) -> bool:
    if one["basis"] == Remedy.Basis.MISSED:
        return line["met"] is False
    found = figures.get(line["figures"].get("result", ""))
    if found is None or found["formula"] not in SHARES or found["value"] is None or not line["target"]:
        return False
    return (
        Fraction(Decimal(one["band_from"] or 0))
        <= Fraction(found["value"]) * 100
        < Fraction(Decimal(one["band_below"]))
    )


def claim_until(remedy: Kept, issue: ReportIssue) -> date | None:
    """Give the last day for claiming a remedy, counted from the issue of the report; None where there is none, or not yet."""
    if not remedy["claim_needed"] or remedy["claim_days"] is None or issue.issued_at is None:
        return None
    return local(issue.issued_at).date() + timedelta(days=int(remedy["claim_days"]))


def owed(issue: ReportIssue) -> list[Kept]:
    """List every remedy that a report owes, with its service, its promise and the last day for claiming it."""
    return [
        remedy | {"service": service["code"], "promise": line["name"], "claim_until": claim_until(remedy, issue)}
        for service in issue.figures.get("services", ())
        for line in service["lines"]
        for remedy in line.get("remedies", ())
    ]

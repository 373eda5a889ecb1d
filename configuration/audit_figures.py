"""The result of an audit: accuracy with the interval of a sample, items right in all, completeness."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from configuration import sampling, schema
from configuration.models import AuditFind, AuditItem, AuditLine, ConfigurationItem, VerificationAudit
from configuration.schema_models import CiAttribute


def figures(audit: VerificationAudit) -> dict[str, Any]:
    """Compute accuracy, the strict share of items that are right in all, and completeness, per class too.

    Shares of a sample have an interval; those of a full count have none, as nothing was left out that could differ.
    What could not be seen counts neither way; the attributes of an item that was not found do not count, the item does.
    """
    rows = audit.items.select_related("item").prefetch_related("lines")
    counted = [row for row in rows if row.result]
    by_class: dict[str, list[AuditItem]] = {}
    for row in counted:
        by_class.setdefault(schema.present().classes[row.item.ci_class_id].code, []).append(row)
    unregistered = audit.finds.filter(kind=AuditFind.Kind.UNREGISTERED).count()
    found = sum(row.result == AuditItem.Result.FOUND for row in counted)
    everything = len(counted) >= audit.population
    whole = _figures(counted, confidence=audit.confidence, everything=everything)
    met = found + unregistered
    return whole | {
        "unregistered": unregistered,
        "population_completeness": found / met if met else None,
        "classes": {
            code: _figures(part, confidence=audit.confidence, everything=everything)
            for code, part in sorted(by_class.items())
        },
    }


def _figures(rows: list[AuditItem], *, confidence: int, everything: bool) -> dict[str, Any]:
    lines = [line for row in rows if row.result == AuditItem.Result.FOUND for line in row.lines.all()]
    ok = sum(line.result == AuditLine.Result.OK for line in lines)
    judged = ok + sum(line.result == AuditLine.Result.WRONG for line in lines)
    right = sum(_is_right(row) for row in rows)
    return {
        "items": len(rows),
        "missing": sum(row.result == AuditItem.Result.MISSING for row in rows),
        "lines": judged,
        "right": ok,
        "accuracy": _known(ok, judged, confidence, everything),
        "strict": _known(right, len(rows), confidence, everything),
        "filled": _filled(row.item for row in rows),
    }


def _is_right(row: AuditItem) -> bool:
    return row.result == AuditItem.Result.FOUND and all(
        line.result != AuditLine.Result.WRONG for line in row.lines.all()
    )


def _known(good: int, total: int, confidence: int, everything: bool) -> dict[str, float | None] | None:
    found = sampling.known(good, total, everything=everything, confidence=confidence / 100)
    return None if found is None else asdict(found)


def _filled(items: Iterable[ConfigurationItem]) -> float | None:
    """Weigh what is filled of the required and recommended attributes of the items."""
    tally = {CiAttribute.Mark.REQUIRED: [0, 0], CiAttribute.Mark.RECOMMENDED: [0, 0]}
    for item in items:
        for row in schema.present().attributes(item.ci_class_id):
            if row.mark in tally:
                tally[CiAttribute.Mark(row.mark)][1] += 1
                tally[CiAttribute.Mark(row.mark)][0] += item.attributes.get(row.code) not in ("", None)
    required, recommended = tally.values()
    return sampling.completeness(required=(required[0], required[1]), recommended=(recommended[0], recommended[1]))

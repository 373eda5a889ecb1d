"""What agreements promise for one case, as the clocks ask: the best promise of a row, and what a clock keeps of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sla.models import AgreementEdition, AgreementRow, Promise

ASKED_BY_CUSTOMERS = ("incident", "service_request")
#: Levels of warnings, between the highest step of a ladder and the miss.
FIRST_WARNING, MOST_WARNINGS = 91, 8


def editions() -> list[AgreementEdition]:
    """Read every edition that was ever put in force, with rows, offerings and promises."""
    named = ("agreement__consumer", "agreement__provider_team")
    rows = AgreementEdition.objects.filter(applied_at__isnull=False).select_related(*named)
    wanted = ("rows__service", "rows__offerings", "rows__promises__calendar", "rows__promises__request_item")
    found = list(rows.prefetch_related(*wanted).order_by("pk"))
    for edition in found:
        for row in edition.rows.all():
            row.edition = edition
            for promise in row.promises.all():
                promise.row = row
    return found


def line_of(unit_id: int | None, parents: Mapping[int, int | None]) -> tuple[int, ...]:
    """List a unit and those above it, the nearest first."""
    found: list[int] = []
    while unit_id is not None and unit_id not in found:
        found.append(unit_id)
        unit_id = parents.get(unit_id)
    return tuple(found)


def best_promise(row: AgreementRow | None, record: Any, metric: str, *, priority: int) -> Promise | None:
    """Choose the promise of a row that names most of a case; an item's own target goes before a general fulfilment.

    What an SLA promises without naming a process is what customers ask for: incidents and requests.
    """
    item = getattr(record, "request_item_id", None)
    fitting = [
        promise
        for promise in (row.promises.all() if row is not None else ())
        if promise.metric == metric
        and (promise.process == record.kind or (promise.process == "" and _is_meant(promise, record)))
        and promise.priority in (None, priority)
        and promise.request_item_id in (None, item)
    ]
    best = max(fitting, key=specific, default=None)
    return None if best is not None and metric == "fulfilment" and item is not None and is_general(best) else best


def is_general(promise: Promise) -> bool:
    """Tell whether a promise is for whatever is ordered: neither it nor its row names such a thing."""
    return promise.request_item_id is None and not promise.row.offerings.all()


def _is_meant(promise: Promise, record: Any) -> bool:
    return record.kind in ASKED_BY_CUSTOMERS or promise.row.edition.agreement.type != "sla"


def specific(promise: Promise) -> tuple[bool, bool, bool]:
    """Tell how much of a case a promise names: an item goes before a grade, a grade before a process."""
    return promise.request_item_id is not None, promise.priority is not None, promise.process != ""


def row_of_team(editions: Iterable[AgreementEdition], record: Any) -> AgreementRow | None:
    """Choose the row of an OLA of the record's team: one for its service first."""
    rows = [
        row
        for edition in editions
        if edition.agreement.provider_team_id == record.team_id
        for row in edition.rows.all()
        if row.service_id in (None, record.service_id)
    ]
    return max(rows, key=lambda row: (row.service_id is not None, row.edition_id, -row.position), default=None)


def facts(promise: Promise, record: Any) -> dict[str, Any]:
    """Give what a clock keeps of a promise: whose it is, why it applies, and what is unusual about it."""
    row, edition = promise.row, promise.row.edition
    warn = sorted(promise.warn_at)
    made: dict[str, Any] = {
        "promise": promise.pk,
        "agreement": {
            "id": edition.agreement_id,
            "number": edition.agreement.number,
            "edition": edition.number,
            "row": row.pk,
        },
        "why": _why(promise, record),
        "warn": warn[len(warn) // 2] if warn else 75,
        "goal": str(promise.goal_percent),
    }
    unusual = {
        "starts": (promise.starts, "received"),
        "stops": (promise.stops, "usual"),
        "pauses": (promise.pauses, "by_reason"),
    }
    return made | {name: value for name, (value, usual) in unusual.items() if value != usual}


def _why(promise: Promise, record: Any) -> dict[str, Any]:
    why: dict[str, Any] = {"rule": "general"}
    if promise.priority is not None:
        why = {"rule": "priority" if record.priority else "ungraded", "priority": promise.priority}
    if promise.request_item_id is not None:
        why = {"rule": "item", "item": _names(promise.request_item)}
    agreement = promise.row.edition.agreement
    if promise.row.service_id:
        why["service"] = _names(promise.row.service)
    if agreement.consumer_id:
        why["customer"] = _names(agreement.consumer)
    if agreement.type != "sla" and agreement.provider_team_id:
        why["team"] = _names(agreement.provider_team)
    return why


def _names(row: Any) -> dict[str, str]:
    return {"zh": row.name_zh, "en": row.name_en}


def warnings(promise: Promise) -> list[dict[str, Any]]:
    """Give the levels at which whoever works on the case is warned."""
    shares = sorted({int(share) for share in promise.warn_at})[:MOST_WARNINGS]
    return [
        {"level": FIRST_WARNING + place, "percent": share, "notify": ["assignee"]} for place, share in enumerate(shares)
    ]

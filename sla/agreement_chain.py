"""Whether what an SLA promises can be kept by what it stands on: the times of teams and suppliers, and the components.

What is found is kept as plain values with the edition, and put into words in ``sla.agreement_words``.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import prefetch_related_objects

from sla import agreements
from sla.agreement_blocks import Blocks
from sla.agreement_paths import PARTS, Leg, grades, longest_path, overrun
from sla.agreement_weaker import weaker
from sla.models import AgreementEdition, AgreementRow, Promise, ServiceAgreement

Fault = dict[str, Any]


def faults(edition: AgreementEdition, *, at: datetime) -> list[Fault]:
    """List what cannot be kept: of an SLA by what underpins it, of an OLA or UC in every SLA that it underpins."""
    every = _every_lower(at=at)
    if edition.agreement.type == "sla":
        return _of_sla(edition, _underpinning(every, edition))
    touched = [sla for sla in agreements.in_force(at=at) if _underpins(edition, sla)]
    _with_hours(touched)
    found = []
    for sla in touched:
        others = [one for one in _underpinning(every, sla) if one.agreement_id != edition.agreement_id]
        broken = [fault for fault in _of_sla(sla, [*others, edition]) if edition.agreement.number in _blamed(fault)]
        found += [fault | {"sla": sla.agreement.number} for fault in broken]
    return found


def _blamed(fault: Fault) -> set[str]:
    """Give the numbers of the agreements that a fault comes of."""
    parts = [*fault.get("legs", ()), *fault.get("single", ()), fault]
    return {str(part["number"]) for part in parts if part.get("number")} | set(fault.get("numbers", ()))


def _every_lower(*, at: datetime) -> list[AgreementEdition]:
    """List the OLA and UC in force, with the agreements that they say they stand under."""
    every = [*agreements.in_force(at=at, type="ola"), *agreements.in_force(at=at, type="uc")]
    _with_hours(every, "agreement__underpins")
    return every


def _with_hours(editions: list[AgreementEdition], *others: str) -> None:
    """Fetch the hours of the services in all rows of ``editions`` at once, and what ``others`` name."""
    prefetch_related_objects(editions, *others, "rows__service__hours")


def _underpinning(every: Iterable[AgreementEdition], sla: AgreementEdition) -> list[AgreementEdition]:
    """List those that stand under an SLA: those that say so, and those with a row for its services."""
    return [one for one in every if _underpins(one, sla)]


def _underpins(lower: AgreementEdition, sla: AgreementEdition) -> bool:
    named = {row.pk for row in lower.agreement.underpins.all()}
    if named:
        return sla.agreement_id in named
    mine = {row.service_id for row in lower.rows.all()}
    return None in mine or bool(mine & {row.service_id for row in sla.rows.all()})


def _of_sla(sla: AgreementEdition, lower: list[AgreementEdition]) -> list[Fault]:
    found: list[Fault] = []
    blocks = Blocks((edition, row) for edition in lower for row in edition.rows.all())
    for place, row in enumerate(sla.rows.all(), start=1):
        made: list[Fault | None] = [*weaker(row, lower)]
        for promise in row.promises.all():
            if promise.metric in PARTS:
                made.append(_late(sla, row, promise, lower))
            elif promise.metric == "availability":
                made.append(_weak(row, promise, blocks))
        where = {"row": place, "service": _names(row.service) if row.service_id else None}
        found += [where | fault for fault in made if fault is not None]
    return found


def _late(
    sla: AgreementEdition, row: AgreementRow, promise: Promise, lower: Iterable[AgreementEdition]
) -> Fault | None:
    """Tell by how much the longest path through teams and supplier is longer than a promise; None where it fits."""
    worst: tuple[int, int | None, list[Leg]] | None = None
    seen: list[list[Leg]] = []
    for grade in grades(row, promise):
        legs = longest_path(lower, row, promise, priority=grade)
        if not legs or legs in seen or promise.seconds is None:
            continue
        seen.append(legs)
        needed, over = overrun(sla, row, promise, legs)
        if over > 0 and (worst is None or needed > worst[0]):
            worst = needed, grade, legs
    if worst is None:
        return None
    needed, grade, legs = worst
    return {
        "kind": "time", "metric": promise.metric, "priority": grade, "promised": promise.seconds, "needed": needed,
        "legs": [leg.told() for leg in legs],
    }  # fmt: skip


def _weak(row: AgreementRow, promise: Promise, blocks: Blocks) -> Fault | None:
    """Tell how available what stands under a row can be at most; None where that reaches the promise, or is not known."""
    found = blocks.reach(row, promise)
    if found is None or found.ratio >= found.promised:
        return None
    return {"kind": "availability", **found.told()}


def _names(row: Any) -> dict[str, str]:
    return {"zh": row.name_zh, "en": row.name_en}


def refresh(changed: ServiceAgreement, *, at: datetime) -> None:
    """Judge an SLA in force anew after it changed; of an OLA or UC every SLA in force that any of its editions stands under.

    Takes the same few statements to read whatever the number of agreements, and judges only what the change can have touched.
    """
    running = AgreementEdition.objects.filter(agreement__type="sla").in_force_now()
    if changed.type == "sla":
        touched = agreements.fetched(running.filter(agreement=changed))
    else:
        mine = list(changed.editions.select_related("agreement").prefetch_related("rows", "agreement__underpins"))
        touched = [sla for sla in agreements.fetched(running) if any(_underpins(one, sla) for one in mine)]
    every = _every_lower(at=at) if touched else []
    _with_hours(touched)
    for edition in touched:
        judged = _of_sla(edition, _underpinning(every, edition))
        if judged != edition.chain:
            AgreementEdition.objects.filter(pk=edition.pk).update(chain=judged)

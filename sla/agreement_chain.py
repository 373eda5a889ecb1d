"""Whether what an SLA promises can be kept by what it stands on: the times of teams and suppliers, and the components.

What is found is kept as plain values with the edition, and put into words in ``sla.agreement_words``.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Q

from sla import agreements
from sla.agreement_blocks import Blocks
from sla.agreement_paths import PARTS, Leg, grades, longest_path, overrun
from sla.agreement_weaker import weaker
from sla.models import AgreementEdition, AgreementRow, Promise

Fault = dict[str, Any]


def faults(edition: AgreementEdition, *, at: datetime) -> list[Fault]:
    """List what cannot be kept: of an SLA by what underpins it, of an OLA or UC in every SLA that it underpins."""
    if edition.agreement.type == "sla":
        return _of_sla(edition, _underpinning(edition, at=at))
    touched = [sla for sla in agreements.in_force(at=at) if _underpins(edition, sla)]
    found = []
    for sla in touched:
        others = [one for one in _underpinning(sla, at=at) if one.agreement_id != edition.agreement_id]
        broken = [fault for fault in _of_sla(sla, [*others, edition]) if edition.agreement.number in _blamed(fault)]
        found += [fault | {"sla": sla.agreement.number} for fault in broken]
    return found


def _blamed(fault: Fault) -> set[str]:
    """Give the numbers of the agreements that a fault comes of."""
    parts = [*fault.get("legs", ()), *fault.get("single", ()), fault]
    return {str(part["number"]) for part in parts if part.get("number")} | set(fault.get("numbers", ()))


def _underpinning(sla: AgreementEdition, *, at: datetime) -> list[AgreementEdition]:
    """List the OLA and UC in force that stand under an SLA: those that say so, and those with a row for its services."""
    every = [*agreements.in_force(at=at, type="ola"), *agreements.in_force(at=at, type="uc")]
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


def refresh(*, at: datetime) -> None:
    """Judge every SLA in force anew, after something under it has changed."""
    running = AgreementEdition.objects.filter(Q(agreement__type="sla")).in_force_now().select_related("agreement")
    for edition in running:
        judged = faults(edition, at=at)
        if judged != edition.chain:
            AgreementEdition.objects.filter(pk=edition.pk).update(chain=judged)

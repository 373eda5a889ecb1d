"""Dialogs of steps that hand over to another process name what an earlier hand-over of the same kind has made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from itsm.records.models import LinkKind
from itsm.tickets.earlier import TO_CHANGE, TO_PROBLEM, HandOver, sentence

if TYPE_CHECKING:
    from itsm.people.models import Person

MOVED = HandOver(LinkKind.RECLASSIFIED_TO)
#: What the steps that hand over make, by machine and step.
STEPS: dict[tuple[str, str], tuple[HandOver, ...]] = {
    ("incident", "judge_as_problem"): (TO_PROBLEM, MOVED),
    ("incident", "judge_as_request"): (MOVED,),
    ("incident", "judge_as_complaint"): (MOVED,),
    ("service_request", "judge_as_incident"): (MOVED,),
    ("service_request", "judge_as_complaint"): (MOVED,),
    ("problem", "adopt_solution"): (TO_CHANGE["problem"],),
    ("complaint", "refer_to_process"): (HandOver(LinkKind.HANDLES_COMPLAINT),),
    ("change", "cab_approve"): (HandOver(LinkKind.DESIGNED_BY),),
    ("change", "back_out"): (HandOver(LinkKind.CAUSED_BY_CHANGE, outward=False, far=("incident",)),),
    ("change", "close"): (HandOver(LinkKind.RELATED_TO, far=("change", "problem")),),
}  # fmt: skip


def earlier(record: Any, step: str, *, person: Person) -> str:
    """Name what the step, made before, has handed over; empty for other steps and when nothing was."""
    ways = STEPS.get((record.kind, step))
    return sentence(record, *ways, person=person) if ways else ""

"""The implementation plan: steps made of the words of the plan, and doing them one after the other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext

from changes.models import Step
from itsm.flow import Move
from itsm.records import journal
from itsm.records.clock import database_now, whole
from itsm.records.models import Event
from itsm.records.perform import lock, saving
from itsm.records.refusals import NotAllowed, Objected
from itsm.records.roles import roles_on

if TYPE_CHECKING:
    from itsm.people.models import Person

MOST_STEPS = 80
MINUTES = re.compile(r"[(（]\s*(\d{1,4})\s*(?:min(?:utes?)?|m|分鐘?|分)?\s*[)）]\s*$", re.IGNORECASE)
#: States in which the plan may be written, and in which it is carried out.
WRITTEN_IN = frozenset({
    "draft", "submitted", "assessing", "cab_review", "service_transition", "implementation_review", "scheduled",
    "emergency_authorization", "emergency_implementing",
})  # fmt: skip
CARRIED_OUT_IN = frozenset({"implementing", "emergency_implementing"})
WRITERS = frozenset({"change_requester", "change_implementer", "change_manager"})
#: What may become of a step that is open, and of one that runs.
NEXT = {
    "open": ("running", "done", "failed", "skipped"),
    "running": ("done", "failed", "skipped"),
    "failed": ("running",),
}


def read_lines(text: str) -> Iterator[tuple[str, int]]:
    """Read one step from each line: its words, and the minutes in brackets at its end (10 where there are none)."""
    for line in text.splitlines():
        words = re.sub(r"^\s*(?:[-*•]|\d{1,3}[.)、])\s*", "", line).strip()
        if not words:
            continue
        found = MINUTES.search(words)
        yield words[: found.start()].strip()[:200] if found else words[:200], int(found[1]) if found else 10


def lay(change: Any) -> None:
    """Make the steps of a change from its plan and its back-out plan, for its implementer.

    What was laid before is laid anew where the text was written anew since; what was written by hand stays and follows it.
    """
    by_hand = set(Event.objects.filter(record=change.pk, name="add_step").values_list("facts__title", flat=True))
    for path, text in ((Step.Path.PLAN, change.plan), (Step.Path.BACK, change.backout_plan)):
        lines = list(read_lines(text))[:MOST_STEPS]
        there = list(change.steps.filter(path=path).in_order())
        laid = [step for step in there if step.title not in by_hand]
        if there and {step.title for step in laid} <= {title for title, _minutes in lines}:
            change.steps.filter(pk__in=[step.pk for step in laid]).update(owner=change.implementer)
        else:
            _lay_anew(change, path, lines, instead_of=laid)


def _lay_anew(change: Any, path: str, lines: list[tuple[str, int]], *, instead_of: list[Step]) -> None:
    change.steps.filter(pk__in=[step.pk for step in instead_of]).delete()
    change.steps.filter(path=path).update(place=F("place") + len(lines))
    Step.objects.bulk_create(
        Step(
            change_id=change.pk, path=path, place=place, title=title, planned_minutes=minutes, owner=change.implementer
        )
        for place, (title, minutes) in enumerate(lines, start=1)
    )


def add(
    change: Any, *, title: str, by: Person, path: str = "plan", kind: str = "work", detail: str = "", minutes: int = 10,
    owner: Person | None = None, at: datetime | None = None,
) -> Step:  # fmt: skip
    """Write one more step at the end of its path.

    :raises NotAllowed: if ``by`` has no part in the change
    :raises Objected: if the words are missing, there are too many, or the plan is not written any more
    """
    words = " ".join(title.replace("\x00", "").split())
    with transaction.atomic():
        locked = _opened(change, by, WRITERS, WRITTEN_IN)
        if not 0 < len(words) <= 200:
            raise Objected(fields={"title": gettext("A step needs 1 to 200 characters.")})
        rows = locked.steps.filter(path=path)
        last = rows.order_by("-place").first()
        if last is not None and last.place >= MOST_STEPS:
            raise Objected(gettext("A plan has at most %(most)s steps.") % {"most": MOST_STEPS})
        made: Step = Step.objects.create(
            change_id=locked.pk, path=path, kind=kind, place=last.place + 1 if last else 1, title=words, owner=owner,
            detail=detail.replace("\x00", ""), planned_minutes=minutes,
        )  # fmt: skip
        _say(locked, "add_step", by, at, step=made.place, title=words)
    return made


def remove(step: Step, *, by: Person, at: datetime | None = None) -> None:
    """Take a step that has not begun out of the plan.

    :raises NotAllowed: if ``by`` has no part in the change
    :raises Objected: if it has begun, or the plan is not written any more
    """
    with transaction.atomic():
        locked = _opened(step.change, by, WRITERS, WRITTEN_IN)
        fresh = Step.objects.select_for_update().get(pk=step.pk)
        if fresh.state != Step.State.OPEN:
            raise Objected(gettext("This step has begun: it stays in the plan."))
        _say(locked, "remove_step", by, at, step=fresh.place, title=fresh.title)
        fresh.delete()


def mark(
    step: Step, *, state: str, by: Person, note: str = "", evidence: Any = None, done_at: datetime | None = None,
    at: datetime | None = None,
) -> Step:  # fmt: skip
    """Say that a step begins, is done, failed or is left out; ``done_at`` is when, where it is written down later.

    :raises NotAllowed: if ``by`` neither carries out the change nor owns the step
    :raises Objected: if the work has not begun, the step is not there any more, or a failure has no words
    """
    moment = whole(at or database_now())
    when = whole(done_at) if done_at is not None and done_at <= moment else moment
    with transaction.atomic():
        locked = _opened(step.change, by, frozenset({"change_implementer"}), CARRIED_OUT_IN, also=step.owner == by)
        fresh: Step = Step.objects.select_for_update().get(pk=step.pk)
        if state not in NEXT.get(fresh.state, ()):
            raise Objected(gettext("This step is %(state)s already.") % {"state": fresh.get_state_display()})
        if state in ("failed", "skipped") and not note.strip():
            raise Objected(fields={"note": gettext("Say what happened.")})
        _write(fresh, state, by, note, evidence, when)
        _say(locked, "mark_step", by, moment, reason=note, step=fresh.place, title=fresh.title, state=state)
    return fresh


def _write(step: Step, state: str, by: Person, note: str, evidence: Any, at: datetime) -> None:
    step.state, step.done_by = state, by
    step.started_at = step.started_at if step.started_at and step.started_at <= at and state != "running" else at
    step.ended_at = None if state == "running" else at
    step.note = note.replace("\x00", "").strip() or step.note
    step.evidence = evidence or step.evidence
    step.save()


def _opened(change: Any, by: Person, roles: frozenset[str], states: frozenset[str], *, also: bool = False) -> Any:
    locked = lock(change)
    if not also and not roles_on(locked, person=by) & roles:
        raise NotAllowed
    if locked.state not in states:
        label = str(locked.flows[0].states[locked.state].label)
        raise Objected(gettext("This cannot be done while the change is “%(state)s”.") % {"state": label})
    return locked


def _say(locked: Any, name: str, by: Person, at: datetime | None, *, reason: str = "", **facts: Any) -> None:
    move = Move(name, by, whole(at or database_now()))
    journal.write(locked, kind=Event.Kind.TASK, name=name, move=move, reason=reason, **facts)
    with saving(locked):
        locked.changed_at = move.at

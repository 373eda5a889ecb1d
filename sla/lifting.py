"""Taking a recorded miss out of what counts: an act of the service level manager with a reason, shown in the report."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext

from itsm.flow import Move
from itsm.hours.instants import epoch_of
from itsm.records import journal
from itsm.records.models import Event
from itsm.records.perform import lock, saving
from itsm.records.refusals import NotAllowed, Objected
from itsm.records.roles import roles_on
from sla.book import Book
from sla.models import Clock, ClockEvent
from sla.plans import plan_of

if TYPE_CHECKING:
    from itsm.people.models import Person

LIFTER = "slm"
SHORTEST, LONGEST = 5, 500


def may_lift(record: Any, *, by: Person) -> bool:
    """Tell whether ``by`` manages service levels and has no part in the case: neither asked for it nor works on it."""
    involved = {record.requester_id, record.requested_for_id, record.assignee_id, getattr(record, "reporter_id", None)}
    worked = record.assignments.filter(assignee=by.pk).exists() if by.pk not in involved else True
    return LIFTER in roles_on(record, person=by) and not worked


def liftable(record: Any, clocks: Iterable[Clock], *, by: Person) -> set[int]:
    """List the keys of the clocks whose recorded miss ``by`` may lift."""
    missed = {clock.pk for clock in clocks if _counts_as_missed(clock)}
    return missed if missed and may_lift(record, by=by) else set()


def lift(record: Any, clock: Clock, *, reason: str, by: Person, at: datetime, channel: str = "web") -> Clock:
    """Let the miss of a judged clock count no longer: the clock counts neither as met nor as missed from now on.

    :raises NotAllowed: if ``by`` does not manage service levels, or has a part in the case
    :raises Objected: if the reason is no sentence, or the clock has no recorded miss that is settled
    """
    if not SHORTEST <= len(reason.strip()) <= LONGEST:
        words = {"least": SHORTEST, "most": LONGEST}
        raise Objected(fields={"reason": gettext("Say why in %(least)s to %(most)s characters.") % words})
    with transaction.atomic():
        locked = lock(record)
        if not may_lift(locked, by=by):
            raise NotAllowed
        fresh = Clock.objects.agreed().select_for_update(no_key=True).get(pk=clock.pk, record=locked.pk)
        _refuse(fresh)
        move = Move("lift_breach", by, at, channel, inputs={"reason": reason})
        was: dict[str, Any] = {"metric": fresh.metric, "cycle": fresh.cycle, "missed_at": fresh.breached_at}
        _write(fresh, reason=reason.strip(), by=by, at=at)
        _mark(locked, fresh, at=at)
        journal.write(locked, kind=Event.Kind.CLOCK, name="clock_lifted", move=move, reason=reason.strip(), **was)
    return fresh


def _refuse(clock: Clock) -> None:
    if clock.is_open:
        raise Objected(gettext("The clock has not stopped: a miss is lifted once it is settled."))
    if not _counts_as_missed(clock):
        raise Objected(gettext("No miss is recorded here."))


def _counts_as_missed(clock: Clock) -> bool:
    return not clock.is_open and clock.breached_at is not None and not clock.is_deadline


def _write(clock: Clock, *, reason: str, by: Person, at: datetime) -> None:
    book = Book([clock], at, actor_id=by.pk)
    missed = epoch_of(clock.breached_at) if clock.breached_at is not None else None
    book.write(clock, "lift", why=reason, was=clock.state, missed=missed, because=clock.breach_reason)
    book.save()


def _mark(record: Any, clock: Clock, *, at: datetime) -> None:
    """Take the miss off the row of the case, where that is what the row shows."""
    plan = plan_of(record)
    with saving(record):
        record.version += 1
        record.changed_at = at
        if plan is not None and clock.metric == plan.work and record.clock_state == "missed":
            record.clock_state = clock.state


def lifted_by(clocks: Iterable[int]) -> dict[int, ClockEvent]:
    """Find for each of these clocks who lifted its miss, when and why."""
    rows = ClockEvent.objects.filter(clock__in=list(clocks), kind=ClockEvent.Kind.LIFT).select_related("actor")
    return {row.clock_id: row for row in rows.order_by("pk")}

"""Taking a recorded miss out of what counts: an act of the service level manager with a reason, shown in the report."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext

from itsm.flow import Move
from itsm.hours.instants import epoch_of, moment
from itsm.records import journal
from itsm.records.models import Event
from itsm.records.perform import lock, saving
from itsm.records.refusals import NotAllowed, Objected
from itsm.records.roles import roles_on
from itsm.tickets.models import Assignment, Ticket
from sla import columns
from sla.book import Book, of_record
from sla.models import Clock, ClockEvent, ClockQuerySet
from sla.plans import plan_of

if TYPE_CHECKING:
    from itsm.people.models import Person, Team

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
    """Let the miss of a clock count no longer: from now on it counts neither as met nor as missed, whatever comes.

    A clock that still runs goes on, with its ladder: the case is as late as before. Promises between teams and those
    of contracts are lifted alike.

    :raises NotAllowed: if ``by`` does not manage service levels, or has a part in the case
    :raises Objected: if the reason is no sentence, or the clock has no recorded miss
    """
    if not SHORTEST <= len(reason.strip()) <= LONGEST:
        words = {"least": SHORTEST, "most": LONGEST}
        raise Objected(fields={"reason": gettext("Say why in %(least)s to %(most)s characters.") % words})
    with transaction.atomic():
        locked = lock(record)
        if not may_lift(locked, by=by):
            raise NotAllowed
        move = Move("lift_breach", by, at, channel, inputs={"reason": reason})
        book = of_record(locked, move)
        book.fire()
        fresh = _held(book, locked, clock)
        if not _counts_as_missed(fresh):
            raise Objected(gettext("No miss is recorded here."))
        was: dict[str, Any] = {"metric": fresh.metric, "cycle": fresh.cycle, "missed_at": fresh.breached_at}
        _write(book, fresh, reason=reason.strip())
        _mark(locked, book, fresh, at=at)
        journal.write(locked, kind=Event.Kind.CLOCK, name="clock_lifted", move=move, reason=reason.strip(), **was)
    return fresh


def _held(book: Book, record: Any, clock: Clock) -> Clock:
    """Give the clock as this transaction holds it: an open one stands in the book of its record already."""
    kept = next((one for one in book.clocks if one.pk == clock.pk), None)
    return kept or Clock.objects.select_for_update(no_key=True).get(pk=clock.pk, record=record.pk)


def _counts_as_missed(clock: Clock) -> bool:
    return clock.breached_at is not None and not clock.is_deadline


def _write(book: Book, clock: Clock, *, reason: str) -> None:
    missed = epoch_of(clock.breached_at) if clock.breached_at is not None else None
    book.write(clock, "lift", why=reason, was=clock.state, missed=missed, because=clock.breach_reason)
    book.save()


def _mark(record: Any, book: Book, clock: Clock, *, at: datetime) -> None:
    """Take the miss off the row of the case, where that is what the row shows."""
    plan = plan_of(record)
    with saving(record):
        record.version += 1
        record.changed_at = at
        if plan is not None and clock.is_open:
            columns.write(record, book.clocks, work=plan.work)
        elif plan is not None and clock.metric == plan.work and record.clock_state == "missed":
            record.clock_state = clock.state


def lifted_by(clocks: Iterable[int]) -> dict[int, ClockEvent]:
    """Find for each of these clocks who lifted its miss, when and why."""
    rows = ClockEvent.objects.filter(clock__in=list(clocks), kind=ClockEvent.Kind.LIFT).select_related("actor")
    return {row.clock_id: row for row in rows.order_by("pk")}


@dataclass(frozen=True)
class Lifted:
    """A miss that counts no longer: its clock, the event that says who lifted it and why, the case, the team of a stay."""

    clock: Clock
    event: ClockEvent
    case: Ticket
    team: Team | None

    @property
    def agreement(self) -> str:
        """The number of the agreement that was not kept; empty where the targets of the house counted."""
        return str((self.clock.terms.get("agreement") or {}).get("number", ""))

    @property
    def missed_at(self) -> datetime | None:
        """When the target was missed."""
        missed = self.event.facts.get("missed")
        return moment(missed) if missed is not None else None


def seen_by(person: Person) -> ClockQuerySet:
    """List the clocks of cases that ``person`` may see whose miss was lifted, the latest first."""
    return Clock.objects.lifted().filter(record__in=Ticket.objects.visible_to(person).values("pk"))


def told(clocks: Iterable[Clock]) -> list[Lifted]:
    """Tell of each of these clocks who lifted its miss and why, in four statements at the most."""
    rows = list(clocks)
    events, cases = lifted_by([row.pk for row in rows]), Ticket.objects.in_bulk([row.record_id for row in rows])
    stays = {row.pk: row.terms.get("stay") for row in rows}
    held = Assignment.objects.select_related("team").in_bulk([stay for stay in stays.values() if stay])
    teams = {key: held[stay].team if stay in held else None for key, stay in stays.items()}
    return [Lifted(row, events[row.pk], cases[row.record_id], teams[row.pk]) for row in rows]

"""The clocks that one transaction holds locked: events are written into it, levels fired, and all is saved at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Max

from itsm.flow import Move
from itsm.hours.instants import epoch_of, moment
from itsm.records import rows
from sla import changes, reckoning, telling
from sla.directory import case_of
from sla.firing import Fired
from sla.models import Clock, ClockEvent, Escalation
from sla.targets import Promises, Terms

#: What events change; key, record, metric and cycle never do.
COLUMNS = (
    "state", "target_seconds", "terms", "calendar_version_id", "started_at", "pauses", "paused_seconds", "paused_since", "pause_reason",
    "stopped_at", "elapsed_seconds", "due_at", "warn_at", "breached_at", "breach_reason", "lifted_at", "fired", "next_level",
    "next_fire_at", "carried_to_id",
)  # fmt: skip
#: What firing a level changes; a storm writes no more than this.
FIRING = ("state", "stopped_at", "breached_at", "breach_reason", "fired", "next_level", "next_fire_at")
OF_FIRING = frozenset({"breach", "finish"})


@dataclass
class Book:
    """Open clocks, what happened to them in this transaction, and who made it happen."""

    clocks: list[Clock]
    at: datetime
    actor_id: int | None = None
    record: Any = None
    promises: Promises = field(default_factory=Promises)
    events: list[changes.NewEvent] = field(default_factory=list)
    fired: list[Fired] = field(default_factory=list)
    touched: dict[int, Clock] = field(default_factory=dict)

    def find(self, metric: str) -> Clock | None:
        """This will give the open clock of a metric, if there is one."""
        return next((clock for clock in self.clocks if clock.metric == metric and clock.is_open), None)

    def write(self, clock: Clock, kind: str, *, reason: str = "", seconds: int | None = None, **facts: Any) -> None:
        """This will let an event happen to a clock."""
        event = changes.NewEvent(clock, kind, self.at, self.actor_id, reason, seconds, facts)
        changes.apply(clock, event)
        if kind == "stop":
            event.seconds = clock.elapsed_seconds
        self.events.append(event)
        self.touched[id(clock)] = clock

    def start(
        self, record_id: int, metric: str, terms: Terms, *, since: datetime, cycle: int = 0, deadline: bool = False
    ) -> Clock:
        """This will begin a cycle of a metric; 0 asks the database which cycle comes next."""
        cycle = cycle or last_cycle(record_id, metric) + 1
        clock = Clock(record_id=record_id, metric=metric, cycle=cycle, is_deadline=deadline, started_at=since)
        self.clocks.append(clock)
        self.write(
            clock, "start", seconds=terms.seconds if not deadline else None, terms=terms.facts,
            calendar_version=terms.calendar_version_id,
            since=epoch_of(since),
        )  # fmt: skip
        return clock

    def fire(self, *, reason: str = "elapsed", deadlines: bool = False) -> None:
        """This will fire every level that is due at the time of the book, in the order in which they fell due."""
        for clock in self.clocks:
            if (
                clock.next_fire_at is not None
                and clock.next_fire_at <= self.at
                and (deadlines or not clock.is_deadline)
            ):
                self._fire(clock, reason)

    def _fire(self, clock: Clock, reason: str) -> None:
        now = epoch_of(self.at)
        due = [found for found in reckoning.waiting(clock) if found[0] <= now]
        clock.fired = [*clock.fired, *(level for _at, level, _rung in due)]
        self.touched[id(clock)] = clock
        self.fired += [Fired(clock, rung, moment(instant)) for instant, _level, rung in due]
        missed = [instant for instant, level, _rung in due if level == reckoning.BREACH]
        if missed:
            self.write(clock, "breach", reason=reason, due=epoch_of(clock.due_at) if clock.due_at else missed[0])
        else:
            reckoning.refresh_next(clock)
        if clock.is_deadline and clock.next_level is None:
            self.write(clock, "finish")

    def save(self) -> None:
        """This will write clocks, events, escalations, messages and journal; a second time does nothing."""
        clocks = list(self.touched.values())
        known = [clock for clock in clocks if clock.pk is not None]
        moved = {id(event.clock) for event in self.events if event.kind not in OF_FIRING}
        _update([clock for clock in known if id(clock) in moved], COLUMNS)
        _update([clock for clock in known if id(clock) not in moved], FIRING)
        Clock.objects.bulk_create([clock for clock in clocks if clock.pk is None])
        rows.insert(ClockEvent, (event.row() for event in self.events))
        if self.fired:
            cases = {self.record.pk: case_of(self.record)} if self.record is not None else {}
            telling.tell(self.fired, at=self.at, cases=cases)
            rows.insert(Escalation, (one.row(at=self.at) for one in self.fired))
        self.events, self.fired, self.touched = [], [], {}


def _update(clocks: list[Clock], columns: tuple[str, ...]) -> None:
    made = ({"id": clock.pk, **{name: clock.__dict__[name] for name in columns}} for clock in clocks)
    rows.update(Clock, made, columns=columns)


def of_record(record: Any, move: Move) -> Book:
    """This will give the book of a move on a locked record: its open clocks, locked, read once in a transaction."""
    book = at_hand(record, at=move.at, new=move.name == "open")
    book.actor_id = move.by.pk if move.by is not None else None
    return book


def at_hand(record: Any, *, at: datetime, new: bool = False) -> Book:
    """This will give the book of a locked record as this transaction has it; a new record has no clocks to read."""
    book: Book | None = record.__dict__.get("_clock_book")
    if book is None:
        book = Book([] if new else lock_clocks(record.pk), at, record=record)
        record.__dict__["_clock_book"] = book
    book.at = at
    return book


def lock_clocks(record_id: int) -> list[Clock]:
    """This will lock and read the open clocks of a record, deadlines among them, by ascending id."""
    return list(Clock.objects.select_for_update(no_key=True).filter(record_id=record_id).open().order_by("pk"))


def last_cycle(record_id: int, metric: str) -> int:
    """This will tell the number of the last cycle of a metric; 0 when there was none."""
    last: int | None = Clock.objects.filter(record_id=record_id, metric=metric).aggregate(last=Max("cycle"))["last"]
    return last or 0

"""The clocks that one transaction holds locked: events are written into it, levels fired, and all is saved at once."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Max

from itsm.flow import Move
from itsm.hours.instants import epoch_of
from sla import changes, reckoning, telling
from sla.firing import Fired
from sla.models import Clock, ClockEvent, Escalation
from sla.targets import Terms

_COLUMNS = {
    "state": "varchar", "target_seconds": "int", "terms": "jsonb", "calendar_version_id": "bigint", "started_at": "timestamptz",
    "pauses": "jsonb", "paused_seconds": "int", "paused_since": "timestamptz", "pause_reason": "varchar", "stopped_at": "timestamptz",
    "elapsed_seconds": "int", "due_at": "timestamptz", "warn_at": "timestamptz", "breached_at": "timestamptz",
    "breach_reason": "varchar", "fired": "jsonb", "next_level": "int", "next_fire_at": "timestamptz", "carried_to_id": "bigint",
}  # fmt: skip
_SET = ", ".join(f"{name} = d.{name}" for name in _COLUMNS)
_READ = ", ".join(f"{name} {kind}" for name, kind in _COLUMNS.items())
_UPDATE = f"UPDATE sla_clock c SET {_SET} FROM jsonb_to_recordset(%s) AS d(id bigint, {_READ}) WHERE c.id = d.id"  # noqa: S608  # names of our own columns


@dataclass
class Book:
    """Open clocks, what happened to them in this transaction, and who made it happen."""

    clocks: list[Clock]
    at: datetime
    actor_id: int | None = None
    tickets: dict[int, Any] = field(default_factory=dict)
    events: list[ClockEvent] = field(default_factory=list)
    fired: list[Fired] = field(default_factory=list)
    touched: dict[int, Clock] = field(default_factory=dict)

    def find(self, metric: str) -> Clock | None:
        """This will give the open clock of a metric, if there is one."""
        return next((clock for clock in self.clocks if clock.metric == metric and clock.is_open), None)

    def write(self, clock: Clock, kind: str, *, reason: str = "", seconds: int | None = None, **facts: Any) -> None:
        """This will let an event happen to a clock."""
        event = ClockEvent(
            clock=clock, kind=kind, at=self.at, actor_id=self.actor_id, reason=reason, seconds=seconds, facts=facts
        )
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
            while (
                clock.next_fire_at is not None
                and clock.next_fire_at <= self.at
                and (deadlines or not clock.is_deadline)
            ):
                self._fire_next(clock, reason)

    def _fire_next(self, clock: Clock, reason: str) -> None:
        found = reckoning.next_rung(clock)
        assert found is not None  # refresh() has just said so
        assert clock.next_fire_at is not None
        rung, due = found[1], clock.next_fire_at
        clock.fired = [*clock.fired, rung.level]
        self.fired.append(Fired(clock, rung, due))
        self.touched[id(clock)] = clock
        if rung.level == reckoning.BREACH:
            self.write(clock, "breach", reason=reason, due=epoch_of(clock.due_at or due))
        else:
            reckoning.refresh(clock)
        if clock.is_deadline and clock.next_level is None:
            self.write(clock, "finish")

    def save(self) -> None:
        """This will write clocks, events, escalations, messages and journal; a second time does nothing."""
        rows = list(self.touched.values())
        save_rows([clock for clock in rows if clock.pk is not None])
        Clock.objects.bulk_create([clock for clock in rows if clock.pk is None])
        for event in self.events:
            event.clock_id = event.clock.pk
        ClockEvent.objects.bulk_create(self.events)
        if self.fired:
            escalations = [one.escalation(at=self.at) for one in self.fired]
            telling.tell(self.fired, escalations, at=self.at, tickets=self.tickets)
            Escalation.objects.bulk_create(escalations)
        self.events, self.fired, self.touched = [], [], {}


def of_record(record: Any, move: Move) -> Book:
    """This will give the book of a move on a locked record: its open clocks, locked, read once in a transaction."""
    book: Book | None = record.__dict__.get("_clock_book")
    if book is None:
        book = Book(lock_clocks(record.pk), move.at, tickets={record.pk: record})
        record.__dict__["_clock_book"] = book
    book.at, book.actor_id = move.at, move.by.pk if move.by is not None else None
    return book


def lock_clocks(record_id: int) -> list[Clock]:
    """This will lock and read the open clocks of a record, deadlines among them, by ascending id."""
    return list(Clock.objects.select_for_update(no_key=True).filter(record_id=record_id).open().order_by("pk"))


def last_cycle(record_id: int, metric: str) -> int:
    """This will tell the number of the last cycle of a metric; 0 when there was none."""
    last: int | None = Clock.objects.filter(record_id=record_id, metric=metric).aggregate(last=Max("cycle"))["last"]
    return last or 0


def save_rows(clocks: list[Clock]) -> None:
    """This will write the rows of clocks that exist, all in one statement."""
    if not clocks:
        return
    rows = [{"id": clock.pk, **{name: _plain(getattr(clock, name)) for name in _COLUMNS}} for clock in clocks]
    with connection.cursor() as cursor:
        cursor.execute(_UPDATE, [json.dumps(rows)])


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value

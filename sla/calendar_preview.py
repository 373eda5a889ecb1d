"""What new hours would do to the open clocks that count by a calendar: before and after, without touching any."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from itsm.hours.models import Calendar, CalendarVersion
from itsm.hours.worktime import Schedule
from itsm.tickets.models import Ticket
from sla import reckoning
from sla.models import Clock
from sla.words import metric_words

MOST_SHOWN = 200


@dataclass(frozen=True)
class Moved:
    """A clock whose due time would change."""

    clock: Clock
    before: datetime | None
    after: datetime | None
    was_late: bool
    is_late: bool

    @property
    def measure(self) -> str:
        """The name of what the clock measures."""
        return metric_words(self.clock.metric)


@dataclass(frozen=True)
class Preview:
    """How many open clocks count by the calendar, and those that would move: the first of them with their case."""

    counted: int
    moved: int
    newly_late: int
    rescued: int
    rows: list[tuple[Moved, Any]]


def preview(drafts: Iterable[tuple[Calendar, CalendarVersion]], *, person: Any, at: datetime) -> Preview:
    """Compare every open clock of the calendars with what it would be by the versions, which need not be saved.

    Clocks of what teams promise each other are among them. A clock that was missed already stays missed. Only cases that
    ``person`` may see are shown, all are counted.
    """
    counted, moved = 0, list[Moved]()
    for calendar, version in drafts:
        clocks = Clock.objects.open().filter(is_deadline=False, calendar_version__calendar=calendar.pk)
        for change in _compared(clocks, version.schedule(), at=at):
            counted += 1
            if change is not None:
                moved.append(change)
    moved.sort(key=lambda one: (one.before or datetime.max.replace(tzinfo=at.tzinfo), one.clock.pk))
    return Preview(
        counted=counted, moved=len(moved), newly_late=sum(one.is_late and not one.was_late for one in moved),
        rescued=sum(one.was_late and not one.is_late for one in moved), rows=_with_cases(moved, person),
    )  # fmt: skip


def _compared(clocks: Any, schedule: Schedule, *, at: datetime) -> Iterator[Moved | None]:
    for clock in clocks.order_by("pk").iterator(chunk_size=2000):
        twin = reckoning.tried(clock, schedule)
        if twin.due_at == clock.due_at:
            yield None
            continue
        missed = clock.breached_at is not None or clock.lifted_at is not None
        yield Moved(clock, clock.due_at, twin.due_at, missed or _late(clock, at), missed or _late(twin, at))


def _late(clock: Clock, at: datetime) -> bool:
    return clock.state == "running" and clock.due_at is not None and clock.due_at < at


def _with_cases(moved: list[Moved], person: Any) -> list[tuple[Moved, Any]]:
    shown = moved[:MOST_SHOWN]
    seen = Ticket.objects.visible_to(person).filter(pk__in={one.clock.record_id for one in shown})
    cases = {case.pk: case for case in seen}
    return [(one, cases[one.clock.record_id]) for one in shown if one.clock.record_id in cases]

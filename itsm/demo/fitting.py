"""To which days a case may be moved without telling anything untrue: those on which its desk had the same hours."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from itsm.demo.copying import Originals
from itsm.hours.models import schedule_of
from itsm.hours.worktime import Schedule
from itsm.records.models import Event
from sla.models import Clock, ClockEvent

#: What customers were promised.
PROMISED = ("response", "resolution", "fulfilment")
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


@dataclass
class Life:
    """The moments of a case that working hours have decided, by the hours that did; all of them lie between two days."""

    key: int
    service: str
    was_late: bool
    received: datetime
    moments: list[tuple[Schedule, list[datetime]]]
    first: date = field(init=False)
    days: int = field(init=False)
    ended: datetime = field(init=False)

    def __post_init__(self) -> None:
        zone = ZoneInfo(settings.TIME_ZONE)
        every = [moment for _hours, moments in self.moments for moment in moments]
        self.first, self.ended = self.received.astimezone(zone).date(), max(every)
        self.days = (self.ended.astimezone(zone).date() - self.first).days + 1

    def fits(self, shift: timedelta) -> bool:
        """Tell whether as many open seconds lie between its moments where ``shift`` would move them."""
        return all(_alike(hours, moments, shift) for hours, moments in self.moments)


def _alike(hours: Schedule, moments: Sequence[datetime], shift: timedelta) -> bool:
    return all(
        hours.between(one, other) == hours.between(one + shift, other + shift)
        for one, other in pairwise([point for moment in moments for point in (moment - SECOND, moment)])
    )


def lives(originals: Originals, keys: Iterable[int], *, hours: Schedule, office: Schedule) -> list[Life]:
    """Read the moments of cases: ``hours`` are those in which the desk works, ``office`` those of its deadlines."""
    return [_life(originals, key, hours, office) for key in keys]


def _life(originals: Originals, key: int, hours: Schedule, office: Schedule) -> Life:
    case, parts = originals.cases[key], originals.parts
    clocks: list[Any] = parts[Clock][key]
    found: dict[int, tuple[Schedule, set[datetime]]] = {}
    events = [event.at for event in parts[Event][key]] + [event.at for event in parts[ClockEvent][key]]
    found.setdefault(id(hours), (hours, set()))[1].update(events)
    for clock in clocks:
        own = schedule_of(clock.calendar_version_id) if clock.calendar_version_id else office
        given = (clock.started_at, clock.stopped_at, clock.due_at, clock.warn_at, clock.breached_at)
        found.setdefault(id(own), (own, set()))[1].update(one for one in given if one is not None)
        found[id(own)][1].update(event.at for event in parts[ClockEvent][key] if event.clock_id == clock.pk)
    late = any(clock.breached_at for clock in clocks if clock.metric in PROMISED)
    moments = [(own, sorted(moments)) for own, moments in found.values()]
    return Life(key, case.service.code if case.service else "", late, case.received_at, moments)


class Almanac:
    """Which days have the same hours, in all the calendars that cases were measured by."""

    def __init__(self, schedules: Iterable[Schedule], *, first: date, last: date) -> None:
        self.first = first
        days = [first + DAY * number for number in range((last - first).days + 40)]
        self.shapes = [tuple(tuple(one.windows_on(day)) for one in schedules) for day in days]

    def is_like(self, life: Life, day: date) -> bool:
        """Tell whether the days from ``day`` on have the hours that the case had."""
        one, other = (life.first - self.first).days, (day - self.first).days
        return self.shapes[one : one + life.days] == self.shapes[other : other + life.days]

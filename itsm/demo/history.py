"""Thirteen months of cases, the same ones every time: waves by season, week, weekday and hour.

The first month is walked through the services, case by case, and so are the last weeks, where much is still going on. What
lies between are copies of the first month's cases, moved to days with the same hours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from django.conf import settings

from itsm.demo import seasons
from itsm.demo.history_data import FAULTS, ORDERS, Fault, Order, frequency
from itsm.demo.living import AGENTS, NotYet, Told, lead, report
from itsm.demo.repeating import repeat
from itsm.demo.seasons import SPAN
from itsm.demo.world import Case, World
from sla.sweep import sweep

#: The first month is copied, the last days are walked.
FIRST_MONTH, LAST_DAYS = 30, 16
SEED = 1150824
#: How busy the hours from 8 to 19 are.
HOURS = (3, 9, 10, 8, 4, 8, 9, 8, 6, 3, 1, 1)
DAY = timedelta(days=1)
Say = Callable[[str], None]
Walked = tuple[Case, Fault | Order]


@dataclass(frozen=True)
class Size:
    """How many cases are walked in the first month, copied from those, and walked in the last days."""

    models: int
    copies: int
    recent: int


#: The demo that people look at, and the one of tests, where it must be quick.
LARGE, SMALL = Size(130, 2750, 120), Size(8, 12, 8)


def happen(world: World, *, at: datetime, size: Size, say: Say) -> None:
    """Make the cases of the months before ``at`` happen."""
    told = Told(world, Random(SEED), at)  # noqa: S311 - made-up cases, the same each time
    say(f"{size.models} cases of the first month")
    walked = _walk(told, size.models, SPAN, SPAN - FIRST_MONTH, sweeps=True)
    say(f"{size.copies} cases of the months that followed")
    done = [(case, row) for case, row in walked if case.record.phase == "done"]
    repeat(told, done, size.copies, range(LAST_DAYS + 1, SPAN - FIRST_MONTH))
    say(f"{size.recent} cases of the last {LAST_DAYS} days")
    _walk(told, size.recent, LAST_DAYS, 1)


def _walk(told: Told, count: int, first: int, last: int, *, sweeps: bool = False) -> list[Walked]:
    """Lead cases that came in from ``first`` to ``last`` days ago through their lives, the oldest first."""
    made: list[Walked] = []
    for received, row in zip(sorted(_moments(told, count, first, last)), _kinds(told, count), strict=True):
        desk = told.chance.choice(AGENTS)
        case = report(told, row, received, desk)
        made.append((case, row))
        with suppress(NotYet):
            lead(told, row, case, desk)
        if sweeps:
            sweep(at=case.at)
    return made


def _kinds(told: Told, count: int) -> Iterator[Fault | Order]:
    """Choose what the cases are about: each kind once where there is room, then by how often it happens."""
    every: list[Fault | Order] = [*FAULTS, *ORDERS]
    once = every if count >= 2 * len(every) else []
    weights = [frequency(row) for row in every]
    chosen = [*once, *told.chance.choices(every, weights, k=count - len(once))]
    told.chance.shuffle(chosen)
    yield from chosen


def _moments(told: Told, count: int, first: int, last: int) -> Iterator[datetime]:
    """Choose when the cases came in."""
    weights = {back: seasons.busy(told, back) for back in range(last, first + 1)}
    for back in told.chance.choices(list(weights), list(weights.values()), k=count):
        yield _moment(told, told.today - DAY * back)


def _moment(told: Told, day: date) -> datetime:
    hour = told.chance.choices(range(8, 20), HOURS)[0]
    moment = time(hour, told.chance.randrange(60), told.chance.randrange(60))
    return datetime.combine(day, moment, tzinfo=ZoneInfo(settings.TIME_ZONE))

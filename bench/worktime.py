"""Working time by binary search beside a walk through the days: additions and counts a second on one core.

Run ``python -m bench.worktime`` from the root; ``run()`` gives the figures as a dictionary.
"""

import random
import sys
import time as clocks
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from itsm.hours import taiwan
from itsm.hours.worktime import Schedule

TARGET = 200_000  # additions a second through the Python API
ZONE = ZoneInfo(taiwan.ZONE)
OPEN = ((time(9), time(12)), (time(13), time(18)))
CLOSED = frozenset(date.fromisoformat(day) for day, *_ in taiwan.DAYS_OFF)
Question = tuple[datetime, int]


def walk(start: datetime, seconds: int) -> datetime:
    """This will add working time the plain way: day after day, window after window."""
    day, left = start.astimezone(ZONE).date(), seconds
    while True:
        for opening, closing in OPEN if day.weekday() < 5 and day not in CLOSED else ():
            begin = max(datetime.combine(day, opening, ZONE).astimezone(UTC), start)
            span = int((datetime.combine(day, closing, ZONE).astimezone(UTC) - begin).total_seconds())
            if span > 0 and left <= span:
                return begin + timedelta(seconds=left)
            left -= max(0, span)
        day += timedelta(1)


def questions(count: int) -> list[Question]:
    """This will give starts spread over 2026 with targets from a minute to ten working days; always the same ones."""
    rng = random.Random(2026)
    first = datetime(2026, 1, 1, tzinfo=UTC)
    return [(first + timedelta(seconds=rng.randrange(31_000_000)), rng.randrange(60, 288_000)) for _ in range(count)]


def rate(ask: Callable[[datetime, int], object], asked: list[Question]) -> float:
    """This will give the questions answered in a second, the best of three rounds."""
    best = float("inf")
    for _ in range(3):
        began = clocks.perf_counter()
        for at, seconds in asked:
            ask(at, seconds)
        best = min(best, clocks.perf_counter() - began)
    return len(asked) / best


def run(*, count: int = 200_000) -> dict[str, float]:
    """This will measure ``count`` questions by search, a hundredth of them by walking, and compare the answers.

    :raises ArithmeticError: if the two ways disagree
    """
    schedule = compiled()
    asked = questions(count)
    few = asked[: max(1, count // 100)]
    if any(schedule.add(at, seconds=seconds) != walk(at, seconds) for at, seconds in few):
        raise ArithmeticError("the table and the walk disagree")
    add = rate(lambda at, seconds: schedule.add(at, seconds=seconds), asked)
    walked = rate(walk, few)
    return {
        "add_per_second": round(add),
        "add_epoch_per_second": round(rate(schedule.add_epoch, [(int(at.timestamp()), n) for at, n in asked])),  # type: ignore[arg-type, misc]
        "between_per_second": round(rate(lambda at, n: schedule.between(at, at + timedelta(seconds=n)), asked)),
        "walk_per_second": round(walked),
        "times_faster": round(add / walked, 1),
        "target_per_second": TARGET,
    }


def compiled() -> Schedule:
    """This will give the office calendar without its make-up day, which the walk does not know."""
    days: dict[str, list[list[str]]] = {day.isoformat(): [] for day in CLOSED}
    return Schedule.parse(zone=taiwan.ZONE, weekly=taiwan.weekly(taiwan.OFFICE), exceptions=days)


if __name__ == "__main__":
    figures = run()
    for name, value in figures.items():
        sys.stdout.write(f"| {name.replace('_', ' ')} | {value:,} |\n")
    sys.exit(figures["add_per_second"] < TARGET)

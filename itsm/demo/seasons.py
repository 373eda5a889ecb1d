"""The year of a university, as its desk feels it: how busy each day is, and what breaks or is asked for in which weeks."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from itsm.demo.living import Told

#: The history begins so many days ago.
SPAN = 395
#: How busy Monday to Sunday are.
WEEKDAYS = (13, 11, 10, 9, 9, 1, 1)
#: Seasons from month and day to month and day: how much busier, and of which services more is heard.
SEASONS: tuple[tuple[tuple[int, int], tuple[int, int], float, tuple[str, ...]], ...] = (
    ((2, 16), (3, 8), 1.5, ("mail-accounts", "campus-network", "course-system")),  # the spring term begins 開學
    ((9, 5), (9, 28), 1.7, ("mail-accounts", "campus-network", "course-system")),  # the autumn term begins
    ((12, 22), (12, 31), 1.4, ("course-system",)),  # course selection 選課
    ((6, 8), (6, 18), 1.4, ("course-system",)),
    ((1, 5), (1, 16), 1.2, ("course-system", "documents")),  # marks and the closing of the accounts
    ((7, 1), (8, 31), 0.6, ("machine-room", "desktop")),  # holidays: heat, and new computers
    ((1, 21), (2, 14), 0.55, ()),
)
#: The bad month lies so many days back, whatever the season: a new release of the document system and an old switch.
BAD_BEGINS, BAD_ENDS, BAD, BAD_SERVICES = 165, 136, 1.7, ("documents", "campus-network")
#: How much busier the last day is than one of 13 months ago.
GROWTH = 0.4
#: How much more often a season brings what it is known for; how a day counts on which the office is closed.
MORE, CLOSED = 3.0, 0.08


def season_of(day: date) -> tuple[float, tuple[str, ...]]:
    """Give how busy the season of ``day`` is, and the services that it is known for."""
    for begin, end, factor, services in SEASONS:
        if begin <= (day.month, day.day) <= end:
            return factor, services
    return 1.0, ()


def is_bad(back: int) -> bool:
    """Tell whether so many days back lies in the bad month."""
    return BAD_ENDS <= back <= BAD_BEGINS


def busy(told: Told, back: int) -> float:
    """Weigh the day ``back`` days before now."""
    day = told.today - timedelta(days=back)
    factor = WEEKDAYS[day.weekday()] * season_of(day)[0] * (1 + GROWTH * (SPAN - back) / SPAN)
    return factor * (BAD if is_bad(back) else 1) * (1 if told.world.hours.windows_on(day) else CLOSED)


def likely(service: str, day: date, *, back: int, was_late: bool) -> float:
    """Weigh a case of a service on a day: what the season brings, and what goes wrong in the bad month."""
    weight = MORE if service in season_of(day)[1] else 1.0
    if is_bad(back):
        weight *= (MORE if service in BAD_SERVICES else 1.0) * (4 * MORE if was_late else 1.0)
    return weight

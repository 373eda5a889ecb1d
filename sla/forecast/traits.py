"""What is looked at when a miss is predicted, in a few classes each. Pure; instants are epoch seconds."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

DAY = 86_400
NONE = array("q")
#: The upper ends of the classes of each trait; what lies above the last is a class of its own.
SHARES = (0.25, 0.5, 0.75, 0.9)
QUEUES = (2, 5, 10, 20)
ARRIVALS = (2, 5, 10, 20)
HOURS = (8, 12, 14, 18)
PRIORITIES = (1, 2, 3, 4)


class Traits(NamedTuple):
    """The class of each trait: share of the target used, queue and arrivals of the team, hour of day, priority."""

    share: int
    queue: int
    load: int
    hour: int
    priority: int


#: How many classes each trait has.
SIZES = Traits(len(SHARES) + 1, len(QUEUES) + 1, len(ARRIVALS) + 1, len(HOURS) + 1, len(PRIORITIES) + 1)


def traits(*, share: float, queue: int, arrivals: int, at: int, zone: ZoneInfo, priority: int | None) -> Traits:
    """This will put what is known of a case at an instant into classes."""
    hour = datetime.fromtimestamp(at, zone).hour
    return Traits(
        bisect_left(SHARES, share),
        bisect_left(QUEUES, queue),
        bisect_left(ARRIVALS, arrivals),
        bisect_right(HOURS, hour),
        (priority or 3) - 1,
    )


class Queues:
    """How many cases each team had, and how many came to it, at any instant."""

    def __init__(self, stays: Iterable[tuple[int, int, int | None]]) -> None:
        """This will keep the beginnings and ends of stays, given as team, beginning and end (None: it lasts), by team."""
        begun: dict[int, list[int]] = defaultdict(list)
        ended: dict[int, list[int]] = defaultdict(list)
        for team, since, until in stays:
            begun[team].append(since)
            if until is not None:
                ended[team].append(until)
        self._begun = {team: array("q", sorted(found)) for team, found in begun.items()}
        self._ended = {team: array("q", sorted(found)) for team, found in ended.items()}

    def length(self, team: int | None, at: int) -> int:
        """This will count the cases that a team had at ``at``."""
        begun, ended = self._begun.get(team or 0, NONE), self._ended.get(team or 0, NONE)
        return bisect_right(begun, at) - bisect_right(ended, at)

    def arrivals(self, team: int | None, at: int) -> int:
        """This will count the cases that came to a team in the day before ``at``."""
        begun = self._begun.get(team or 0, NONE)
        return bisect_right(begun, at) - bisect_left(begun, at - DAY)

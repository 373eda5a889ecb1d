"""What is looked at when a miss is predicted, in a few classes each. Pure; instants are epoch seconds."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

DAY = 86_400
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


class Stay(NamedTuple):
    """A case at a team from one instant to another; None is still."""

    case: int
    team: int
    since: int
    until: int | None


class Queues:
    """How many cases each team had, and how many came to it, at any instant."""

    def __init__(self, stays: Iterable[Stay]) -> None:
        """This will sort the beginnings and ends by team, and the stays by case."""
        self._begun: dict[int, list[int]] = defaultdict(list)
        self._ended: dict[int, list[int]] = defaultdict(list)
        self._of_case: dict[int, list[Stay]] = defaultdict(list)
        for stay in stays:
            self._begun[stay.team].append(stay.since)
            self._of_case[stay.case].append(stay)
            if stay.until is not None:
                self._ended[stay.team].append(stay.until)
        for found in (*self._begun.values(), *self._ended.values(), *self._of_case.values()):
            found.sort()  # type: ignore[attr-defined]  # lists of one kind each

    def team(self, case: int, at: int) -> int | None:
        """This will tell at which team a case was."""
        before = [stay.team for stay in self._of_case.get(case, ()) if stay.since <= at]
        return before[-1] if before else None

    def length(self, team: int | None, at: int) -> int:
        """This will count the cases that a team had at ``at``."""
        if team is None:
            return 0
        return bisect_right(self._begun[team], at) - bisect_right(self._ended[team], at)

    def arrivals(self, team: int | None, at: int) -> int:
        """This will count the cases that came to a team in the day before ``at``."""
        if team is None:
            return 0
        begun = self._begun[team]
        return bisect_right(begun, at) - bisect_left(begun, at - DAY)

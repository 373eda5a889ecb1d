"""Arithmetic of stretches of time: what is busy, what is left, where a piece of work fits. Pure: no rows, no clock."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

QUARTER = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, order=True)
class Stretch:
    """A stretch of time from ``start`` up to, not including, ``end``; both aware."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ValueError("a stretch of time must end after it starts")

    @property
    def length(self) -> timedelta:
        """How long it is."""
        return self.end - self.start

    def overlaps(self, other: Stretch) -> bool:
        """Tell whether both share a moment; one that begins where the other ends does not."""
        return self.start < other.end and other.start < self.end

    def covers(self, other: Stretch) -> bool:
        """Tell whether ``other`` lies wholly inside."""
        return self.start <= other.start and other.end <= self.end


def merged(stretches: Iterable[Stretch]) -> list[Stretch]:
    """This will join stretches that overlap or touch and give them in order."""
    joined: list[Stretch] = []
    for stretch in sorted(stretches):
        if joined and stretch.start <= joined[-1].end:
            joined[-1] = Stretch(joined[-1].start, max(joined[-1].end, stretch.end))
        else:
            joined.append(stretch)
    return joined


def without(room: Iterable[Stretch], busy: Iterable[Stretch]) -> list[Stretch]:
    """This will give what of ``room`` is left when every ``busy`` stretch is cut out of it, in order."""
    taken = merged(busy)
    return [left for stretch in merged(room) for left in _left_of(stretch, taken)]


def _left_of(stretch: Stretch, taken: list[Stretch]) -> Iterator[Stretch]:
    start = stretch.start
    for busy in taken:
        if busy.end <= start or busy.start >= stretch.end:
            continue
        if busy.start > start:
            yield Stretch(start, busy.start)
        start = max(start, busy.end)
    if start < stretch.end:
        yield Stretch(start, stretch.end)


def places_for(
    length: timedelta, *, room: Iterable[Stretch], busy: Iterable[Stretch], most: int = 5, step: timedelta = QUARTER
) -> list[Stretch]:
    """This will find the first ``most`` places of ``length`` in ``room`` that touch nothing ``busy``.

    Places begin on whole steps (quarters of an hour), one for each stretch that is left, earliest first.
    """
    found = []
    for left in without(room, busy):
        start = whole_step(left.start, step)
        if start + length <= left.end:
            found.append(Stretch(start, start + length))
        if len(found) == most:
            break
    return found


def whole_step(moment: datetime, step: timedelta = QUARTER) -> datetime:
    """This will round ``moment`` up to the next whole step after midnight of its own day."""
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    steps = -((midnight - moment) // step)
    return midnight + steps * step

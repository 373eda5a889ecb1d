"""Working time by arithmetic: hours compile once to a cumulative table, `add` and `between` search it. No Django here.

Windows are wall-clock times of one zone. Each edge is turned into an instant (a time that does not exist or occurs
twice is read with ``fold=0``) and everything is subtracted in UTC. Where a clock change makes two windows of a
calendar cover the same instants, these count once: a desk is never open twice at a time.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import NamedTuple, Self
from zoneinfo import ZoneInfo

from itsm.hours.instants import EPOCH, EPOCH_DAY, epoch_of, instant_of, midnight, moment
from itsm.hours.windows import DAY, BadHours, Windows, dated_of, weekly_of, zone_of

FIRST_DAY, LAST_DAY = date(1900, 1, 1).toordinal(), date(2200, 1, 1).toordinal()
EARLIEST, LATEST = ((day - EPOCH_DAY) * DAY for day in (FIRST_DAY, LAST_DAY))
FIRST_REACH = 40  # days compiled at the first question; each further reach at least doubles the table


class NoHours(BadHours):
    """The calendar does not open any more."""


class OutOfReach(BadHours):
    """The time lies outside the years that calendars are reckoned for."""


class Table(NamedTuple):
    """Every opening of a range of days, as epoch seconds, with the seconds worked when it closes."""

    first: int
    last: int
    since: int
    until: int
    opens: list[int]
    closes: list[int]
    after: list[int]
    total: int

    def worked(self, instant: int) -> int:
        """This will count the open seconds from the start of the table to ``instant``."""
        index = bisect_right(self.opens, instant) - 1
        if index < 0:
            return 0
        return self.after[index] - max(0, self.closes[index] - instant)


NOTHING_YET = Table(0, 0, 0, 0, [], [], [], 0)


class Schedule:
    """The opening hours of one calendar. Safe to share between threads: a table is replaced whole, never changed."""

    __slots__ = ("_final_day", "_table", "always", "exceptions", "weekly", "zone")

    def __init__(
        self, *, zone: ZoneInfo, weekly: tuple[Windows, ...], exceptions: Mapping[int, Windows], always: bool = False
    ) -> None:
        """This will hold checked hours: seven weekdays, exceptions by day ordinal; ``always`` ignores both."""
        self.zone, self.weekly, self.exceptions, self.always = zone, weekly, exceptions, always
        self._table = NOTHING_YET
        # Without weekly hours the calendar ends with its last open exception; with them it never does.
        self._final_day = LAST_DAY if any(weekly) else max((day for day, own in exceptions.items() if own), default=0)

    @classmethod
    def parse(cls, *, zone: object, weekly: object, exceptions: object, always: bool = False) -> Self:
        """This will read hours as they are stored: ``{"0": [["09:00", "12:00"]]}`` and ``{"2026-01-01": []}``.

        :raises BadHours: with the sentence that says what is wrong
        """
        where = zone_of(zone)
        if always:
            return cls(zone=where, weekly=((),) * 7, exceptions={}, always=True)
        return cls(zone=where, weekly=weekly_of(weekly), exceptions=dated_of(exceptions))

    def add(self, at: datetime, *, seconds: int) -> datetime:
        """This will find the instant (in UTC) at which ``seconds`` of open time have passed since ``at``.

        An exact fit ends at closing time. Zero seconds give ``at`` itself if open, else the next opening.
        Fractions of a second are dropped.

        :raises TypeError: if ``at`` is naive
        :raises NoHours: if the calendar has not that much time left
        :raises OutOfReach: if the answer lies after the year 2199
        """
        gap = at - EPOCH
        return datetime.fromtimestamp(self.add_epoch(gap.days * DAY + gap.seconds, seconds), UTC)

    def between(self, start: datetime, end: datetime) -> int:
        """This will count the open seconds from ``start`` up to but not including ``end``; 0 if the end comes first.

        :raises TypeError: if either is naive
        """
        return self.between_epoch(epoch_of(start), epoch_of(end))

    def is_open(self, at: datetime) -> bool:
        """This will tell whether the desk is open at ``at`` (an opening counts, a closing does not)."""
        instant = epoch_of(at)
        return self.always or self.between_epoch(instant, instant + 1) == 1

    def add_days(self, at: datetime, *, days: int) -> datetime:
        """This will find the same time of day, ``days`` open days later; a closed start moves to its next opening.

        Where that time is closed on the day found, the answer is the opening that follows.

        :raises NoHours: if the calendar has not that many open days left
        """
        local = self.add(at, seconds=0).astimezone(self.zone)
        day = local.toordinal()
        for _ in range(days):
            day = self._next_open_day(day)
        wall = (day - EPOCH_DAY) * DAY + local.hour * 3600 + local.minute * 60 + local.second
        return datetime.fromtimestamp(self.add_epoch(instant_of(self.zone, wall), 0), UTC)

    def spans(self, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
        """This will list the open stretches between two instants, cut to them, in UTC and in order."""
        first, last = epoch_of(start), epoch_of(end)
        if first >= last or self.always:
            return [(start.astimezone(UTC), end.astimezone(UTC))] if first < last else []
        table = self._covering(first, last)
        chosen = range(bisect_right(table.closes, first), bisect_left(table.opens, last))
        return [(moment(max(table.opens[i], first)), moment(min(table.closes[i], last))) for i in chosen]

    def windows_on(self, day: date) -> Windows:
        """This will give the windows of one date, in seconds since midnight."""
        return ((0, DAY),) if self.always else self._windows(day.toordinal())

    def add_epoch(self, start: int, seconds: int) -> int:
        """This will do what ``add`` does, in epoch seconds."""
        if seconds < 0:
            raise OutOfReach("Working time can only be added, not taken away.")
        if not EARLIEST <= start <= LATEST - seconds:
            raise OutOfReach("Working time is reckoned from the year 1900 to 2199.")
        if self.always:
            return start + seconds
        table = self._table
        if not table.since <= start < table.until:
            table = self._covering(start, start)
        target = table.worked(start) + (seconds or 1)  # the first open second shows where zero seconds stand
        while target > table.total:
            table = self._further(table)
        index = bisect_left(table.after, target)
        due = table.closes[index] - (table.after[index] - target)
        return due if seconds else due - 1

    def between_epoch(self, start: int, end: int) -> int:
        """This will do what ``between`` does, in epoch seconds."""
        if end <= start:
            return 0
        if self.always:
            return end - start
        table = self._table
        if not (table.since <= start and end < table.until):
            table = self._covering(start, end)
        return table.worked(end) - table.worked(start)

    def _windows(self, day: int) -> Windows:
        own = self.exceptions.get(day)
        return self.weekly[(day + 6) % 7] if own is None else own

    def _next_open_day(self, day: int) -> int:
        if self.always:
            return day + 1
        for later in range(day + 1, self._final_day + 1):
            if self._windows(later):
                return later
        raise NoHours("The calendar has no opening hours left.")

    def _covering(self, start: int, end: int) -> Table:
        """This will give a table that holds both instants, grown from the one at hand."""
        if start < EARLIEST or end > LATEST:
            raise OutOfReach("Working time is reckoned from the year 1900 to 2199.")
        table = self._table
        first, last = (start // DAY + EPOCH_DAY - 2, end // DAY + EPOCH_DAY + 3)
        if table is NOTHING_YET:
            return self._compile(first, last + FIRST_REACH)
        size = table.last - table.first
        return self._compile(
            table.first if start >= table.since else min(first, table.first - size),
            table.last if end < table.until else max(last, table.last + size),
        )

    def _further(self, table: Table) -> Table:
        """This will give a table that starts as this one does and ends later.

        :raises NoHours: if nothing opens after it
        """
        if table.last > self._final_day or table.last >= LAST_DAY:
            raise NoHours("The calendar has no opening hours left.")
        return self._compile(table.first, table.last + (table.last - table.first))

    def _compile(self, first: int, last: int) -> Table:
        first, last = max(first, FIRST_DAY - 3), min(last, LAST_DAY + 3)
        opens: list[int] = []
        closes: list[int] = []
        after: list[int] = []
        total, latest = 0, midnight(self.zone, first)
        since = latest
        for opening, closing in self._openings(first, last):
            start = max(opening, latest)
            if start < closing:
                total, latest = total + closing - start, closing
                opens.append(start)
                closes.append(closing)
                after.append(total)
        self._table = Table(first, last, since, midnight(self.zone, last), opens, closes, after, total)
        return self._table

    def _openings(self, first: int, last: int) -> Iterator[tuple[int, int]]:
        """This will walk the days from ``first`` up to ``last`` and give each window as instants."""
        zone, start = self.zone, midnight(self.zone, first)
        for day in range(first, last):
            following = midnight(zone, day + 1)
            if following - start == DAY:
                yield from ((start + opening, start + closing) for opening, closing in self._windows(day))
            else:
                wall = (day - EPOCH_DAY) * DAY
                for opening, closing in self._windows(day):
                    yield instant_of(zone, wall + opening), instant_of(zone, wall + closing)
            start = following

"""When a window that comes again and again is open: weekly on some days, or on the nth of a weekday each month. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dateutil.rrule import MONTHLY, WEEKLY, rrule, weekday

from changes.slots import Stretch

#: The weeks of a month as people say them; the last is counted from the end.
LAST = -1
MOST = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A rule: ``weekdays`` 0 (Monday) to 6; ``week_of_month`` 1 to 4 or ``LAST``, nothing for every ``weeks`` weeks."""

    weekdays: frozenset[int]
    opens: time
    length: timedelta
    zone: str
    since: date
    until: date | None = None
    weeks: int = 1
    week_of_month: int | None = None

    def __post_init__(self) -> None:
        if not self.weekdays or not self.weekdays <= set(range(7)):
            raise ValueError("a recurring window needs at least one weekday")
        if not timedelta() < self.length <= MOST:
            raise ValueError("a recurring window lasts between a minute and a week")

    def between(self, start: datetime, end: datetime) -> Iterator[Stretch]:
        """This will give every opening that shares a moment with ``start`` to ``end``, whole and in order, in UTC.

        Days are days of the rule's own zone; a length is counted in real hours, also when clocks change that night.
        """
        zone = ZoneInfo(self.zone)
        first = max(start.astimezone(zone).date() - timedelta(days=self.length.days + 1), self.since)
        last = end.astimezone(zone).date()
        if self.until:
            last = min(last, self.until)
        for day in self._days(first, last):
            opening = datetime.combine(day, self.opens, zone).astimezone(UTC)
            stretch = Stretch(opening, opening + self.length)
            if stretch.start < end and start < stretch.end:
                yield stretch

    def _days(self, first: date, last: date) -> Iterator[date]:
        if last < first:
            return
        days = sorted(self.weekdays)
        if self.week_of_month is None:
            rule = rrule(WEEKLY, interval=self.weeks, dtstart=datetime.combine(self.since, time()), byweekday=days)
        else:
            nth = [weekday(day, self.week_of_month) for day in days]
            rule = rrule(MONTHLY, dtstart=datetime.combine(self.since, time()), byweekday=nth)
        found = rule.between(datetime.combine(first, time()), datetime.combine(last, time()), inc=True)
        yield from (moment.date() for moment in found)

"""Working time the slow and plain way: write down every window of every day as instants, then walk along them."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

Pairs = list[list[str]]


class Walker:
    """A calendar that is walked a day at a time. Windows that a clock change lays over each other are joined."""

    def __init__(
        self, *, zone: str, weekly: Mapping[str, Pairs], exceptions: Mapping[str, Pairs], always: bool = False
    ) -> None:
        self.zone, self.weekly, self.exceptions = ZoneInfo(zone), weekly, exceptions
        if always:
            self.weekly, self.exceptions = {str(day): [["00:00", "00:00"]] for day in range(7)}, {}

    def stretches(self, first: date, days: int) -> list[tuple[int, int]]:
        """List the open stretches of some days as epoch seconds, joined where they touch or overlap."""
        joined: list[tuple[int, int]] = []
        for day in (first + timedelta(number) for number in range(days)):
            for opening, closing in sorted(self.instants(day)):
                if opening >= closing:
                    continue
                if joined and opening <= joined[-1][1]:
                    joined[-1] = (joined[-1][0], max(joined[-1][1], closing))
                else:
                    joined.append((opening, closing))
        return joined

    def instants(self, day: date) -> list[tuple[int, int]]:
        pairs = self.exceptions.get(day.isoformat())
        pairs = self.weekly.get(str(day.weekday()), []) if pairs is None else pairs
        return [(self.instant(day, a), self.instant(day + timedelta(b == "00:00"), b)) for a, b in pairs]

    def instant(self, day: date, clock: str) -> int:
        hour, minute = clock.split(":")
        return int(datetime.combine(day, time(int(hour), int(minute)), self.zone).timestamp())

    def add(self, start: datetime, seconds: int) -> datetime:
        at, left = int(start.timestamp()), seconds
        days = 40
        while True:
            for opening, closing in self.stretches(start.date() - timedelta(2), days):
                begin = max(opening, at)
                if begin < closing and left <= closing - begin:
                    return datetime.fromtimestamp(begin + left, UTC)
                left -= max(0, closing - begin)
            days, left = days * 4, seconds
            if days > 100_000:
                raise LookupError("never that much")

    def between(self, start: datetime, end: datetime) -> int:
        first, last = int(start.timestamp()), int(end.timestamp())
        days = max(0, (end - start).days) + 5
        stretches = self.stretches(start.date() - timedelta(2), days)
        return sum(max(0, min(b, last) - max(a, first)) for a, b in stretches)

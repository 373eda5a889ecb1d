"""The month that a page speaks of, read from its address."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from itsm.ui.moments import month_text
from sla.issuing import month_before, month_of

WRITTEN = re.compile(r"(20[0-9]{2}|19[0-9]{2}|21[0-9]{2})-(0[1-9]|1[0-2])")


@dataclass(frozen=True)
class Month:
    """A month in the site's zone."""

    start: datetime
    end: datetime

    @property
    def word(self) -> str:
        """The month as addresses say it, such as 2026-11."""
        return timezone.localtime(self.start).strftime("%Y-%m")

    @property
    def text(self) -> str:
        """The month as people read it."""
        return month_text(timezone.localtime(self.start))

    @property
    def days(self) -> int:
        """How many days it has."""
        return (timezone.localtime(self.end).date() - timezone.localtime(self.start).date()).days

    def spans(self, *, until: datetime) -> list[tuple[date, datetime, datetime]]:
        """List its days up to ``until``, each with its first instant and that of the next day."""
        zone, first = self.start.tzinfo, timezone.localtime(self.start).date()
        days = [first + timedelta(days=place) for place in range(self.days + 1)]
        edges = [datetime(day.year, day.month, day.day, tzinfo=zone) for day in days]
        return [row for row in zip(days[:-1], edges[:-1], edges[1:], strict=True) if row[1] < until]

    @property
    def before(self) -> Month:
        """The month before."""
        return Month(*month_before(self.start))

    @property
    def after(self) -> Month:
        """The month after."""
        return Month(*month_of(timezone.localtime(self.end).date()))


def read(text: str, *, today: date) -> Month:
    """Read ``2026-11``; anything else is the month of ``today``."""
    found = WRITTEN.fullmatch(text)
    return Month(*month_of(date(int(found[1]), int(found[2]), 1) if found else today))


def back_from(month: Month, *, count: int) -> list[Month]:
    """List ``count`` months up to ``month``, the oldest first."""
    months = [month]
    while len(months) < count:
        months.append(months[-1].before)
    return months[::-1]

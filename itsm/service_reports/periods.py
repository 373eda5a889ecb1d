"""The periods of reports, in the site's zone."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

#: Months in each kind of period that is made of months.
MONTHS = {"month": 1, "quarter": 3, "year": 12}
WEEK = "week"
KINDS = (*MONTHS, WEEK)
#: How many periods the trend shows, this one last.
TREND = 13

Span = tuple[datetime, datetime]


def local(moment: datetime) -> datetime:
    """Give a moment in the site's zone."""
    return moment.astimezone(ZoneInfo(settings.TIME_ZONE))


def month_after(day: date, months: int = 1) -> date:
    """Give the first day of the month so many months after that of ``day``; before it below zero."""
    place = day.year * 12 + day.month - 1 + months
    return date(place // 12, place % 12 + 1, 1)


def midnight(day: date) -> datetime:
    """Give the first instant of a day."""
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(settings.TIME_ZONE))


def period_of(day: date, kind: str = "month") -> Span:
    """Give the period in which a day lies: its first instant and that of the next one; weeks begin on Monday (ISO 8601)."""
    if kind == WEEK:
        monday = day - timedelta(days=day.weekday())
        return midnight(monday), midnight(monday + timedelta(weeks=1))
    months = MONTHS[kind]
    first = month_after(day, -((day.month - 1) % months))
    return midnight(first), midnight(month_after(first, months))


def before(span: Span, kind: str = "month") -> Span:
    """Give the period before one."""
    return period_of(local(span[0]).date() - timedelta(days=1), kind)


def earlier(span: Span, kind: str = "month") -> list[Span]:
    """List the periods of a trend before this one, the oldest first."""
    found = [span]
    while len(found) < TREND:
        found.append(before(found[-1], kind))
    return found[:0:-1]


def label(start: datetime, kind: str = "month") -> str:
    """Name a period without words: ``2026-11``, ``2026-Q4``, ``2026``, ``2026-W48``."""
    day = local(start)
    if kind == WEEK:
        return f"{day:%G-W%V}"
    if kind == "year":
        return f"{day.year}"
    return f"{day.year}-Q{(day.month + 2) // 3}" if kind == "quarter" else f"{day:%Y-%m}"

"""The periods that promises are made for, in the site's zone, and how far a span reaches into them.

A promise is judged over its own period, whatever is reckoned: a report, a month of availability, an issue.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Min

from sla.models import AgreementEdition, Promise

CONTRACT_YEAR = str(Promise.Period.CONTRACT_YEAR)
#: The months of a period that begins with a month of the calendar, the first with January.
MONTHS = {str(Promise.Period.MONTH): 1, str(Promise.Period.QUARTER): 3, str(Promise.Period.YEAR): 12}
#: The days of a shorter one, in which only workload is limited; weeks begin on Monday, as day 1 of the calendar did.
DAYS = {"day": 1, "week": 7}
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
Span = tuple[datetime, datetime]


def local(moment: datetime) -> datetime:
    """Give a moment in the site's zone."""
    return moment.astimezone(ZoneInfo(settings.TIME_ZONE))


def midnight(day: date) -> datetime:
    """Give the first instant of a day."""
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(settings.TIME_ZONE))


def month_after(day: date, months: int = 1) -> date:
    """Give the first day of the month so many months after that of ``day``; before it below zero."""
    place = day.year * 12 + day.month - 1 + months
    return date(place // 12, place % 12 + 1, 1)


@dataclass(frozen=True)
class Told:
    """A period of a promise: from where to where, up to where the span reaches in it, and whether that is all of it."""

    period: str
    start: datetime
    end: datetime
    until: datetime
    is_over: bool


def around(period: str, day: date, first_day: date) -> Span:
    """Give the period of a promise in which a day lies; the years of an agreement begin with the day on which it began."""
    if period in DAYS:
        begun = day - DAY * ((day.toordinal() - 1) % DAYS[period])
        return midnight(begun), midnight(begun + DAY * DAYS[period])
    if period != CONTRACT_YEAR:
        first = month_after(day, -((day.month - 1) % MONTHS[period]))
        return midnight(first), midnight(month_after(first, MONTHS[period]))
    years = day.year - first_day.year
    years -= _anniversary(first_day, years) > day
    return midnight(_anniversary(first_day, years)), midnight(_anniversary(first_day, years + 1))


def period_of_span(start: datetime, end: datetime) -> str:
    """Name the period that a span is, exactly; empty where it is none of the calendar."""
    day = local(start).date()
    return next((period for period in MONTHS if around(period, day, day) == (start, end)), "")


def _as_it_is(end: datetime) -> datetime:
    return end


def touched(period: str, span: Span, first_day: date, until: Callable[[datetime], datetime] = _as_it_is) -> list[Span]:
    """List the periods that end in a span; where none does, the one that runs at its end.

    None begins before the first day of the agreement; ``until`` gives where one ends that the end of the agreement cuts.
    """
    begun = midnight(first_day)
    here = running = around(period, local(span[1] - SECOND).date(), first_day)
    ended = []
    while here[1] > max(span[0], begun):
        if until(here[1]) <= span[1]:
            ended.append(here)
        here = around(period, local(here[0] - DAY).date(), first_day)
    return [(max(begun, start), end) for start, end in ended[::-1] or [running]]


def told(
    period: str, span: Span, *, first_day: date, at: datetime, until: Callable[[datetime], datetime] = _as_it_is
) -> list[Told]:
    """Tell how far a span reaches into the periods of a promise; ``until`` shortens them where the agreement ended."""
    found = []
    for start, last in touched(period, span, first_day, until):
        end, reached = until(last), until(min(last, span[1]))
        if start < reached:
            found.append(Told(period, start, end, reached, end <= reached and at >= end))
    return found


def first_days(agreements: Iterable[int]) -> dict[int, date]:
    """Give the day from which each agreement was first in force."""
    keys = set(agreements)
    if not keys:
        return {}
    rows = AgreementEdition.objects.filter(agreement__in=keys, applied_at__isnull=False, valid_from__isnull=False)
    return dict(rows.order_by().values_list("agreement").annotate(first=Min("valid_from")))


def _anniversary(day: date, years: int) -> date:
    """Give the same day so many years on; of 29 February the 28th where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)

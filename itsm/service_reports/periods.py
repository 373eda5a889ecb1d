"""The periods of reports, in the site's zone; what tells their kinds apart is in ``kinds``."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from itsm.service_reports.kinds import kind_of
from sla.promise_periods import Span as Span
from sla.promise_periods import local as local
from sla.promise_periods import midnight as midnight

#: How many periods the trend shows, this one last.
TREND = 13


def period_of(day: date, kind: str = "month", *, first_day: date | None = None) -> Span:
    """Give the period in which a day lies: its first instant and that of the next one.

    ``first_day`` is that of the agreement whose contract years are meant.
    """
    of = kind_of(kind).since(first_day)
    first = of.first(day)
    return midnight(first), midnight(of.following(first))


def before(span: Span, kind: str = "month", *, first_day: date | None = None) -> Span:
    """Give the period before one."""
    return period_of(local(span[0]).date() - timedelta(days=1), kind, first_day=first_day)


def earlier(span: Span, kind: str = "month", *, first_day: date | None = None) -> list[Span]:
    """List the periods of a trend before this one, the oldest first."""
    found = [span]
    while len(found) < TREND:
        found.append(before(found[-1], kind, first_day=first_day))
    return found[:0:-1]


def label(start: datetime, kind: str = "month") -> str:
    """Name a period without words: ``2026-11``, ``2026-Q4``, ``2026``, ``2026-W48``, ``2026-C1001`` of an agreement since 1 October."""
    return kind_of(kind).label(local(start).date())


def days_of(span: Span) -> tuple[date, date]:
    """Give the first and the last day of a period, in the site's zone."""
    return local(span[0]).date(), local(span[1] - timedelta(seconds=1)).date()

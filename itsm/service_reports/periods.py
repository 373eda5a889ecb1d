"""The periods of reports, in the site's zone; what tells their kinds apart is in ``kinds``."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from itsm.service_reports.kinds import kind_of
from sla.promise_periods import Span as Span
from sla.promise_periods import local as local
from sla.promise_periods import midnight as midnight

#: How many periods the trend shows, this one last.
TREND = 13


def period_of(day: date, kind: str = "month") -> Span:
    """Give the period in which a day lies: its first instant and that of the next one."""
    of = kind_of(kind)
    first = of.first(day)
    return midnight(first), midnight(of.following(first))


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
    return kind_of(kind).label(local(start).date())

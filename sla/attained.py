"""What clocks say over a period: kept and missed promises, and how long things took in agreed hours."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import F, Q

from itsm.hours.models import Calendar, schedule_of
from itsm.hours.worktime import Schedule
from itsm.records.figures import Durations, Rows, Share, lasted, share
from itsm.records.grouped import share_by
from itsm.records.remembered import Remembered
from itsm.tickets.models import Ticket
from sla.models import Clock

#: A miss that was recorded is not undone by what ended the clock later.
MET = Q(state="met")
MISSED = Q(state="missed") | Q(state="cancelled", breached_at__isnull=False)

#: The way from the clock of a supplier case to its supplier.
SUPPLIER = "record__ticket__suppliercase__under__supplier__organisation"

HOURS = Remembered(Calendar, read=lambda: Calendar.objects.values_list("current", flat=True).get(code="taiwan-office"))


def office() -> Schedule:
    """Give the hours in which business days are counted."""
    return schedule_of(HOURS.get())


def judged(metric: str, *, start: datetime, end: datetime, kind: str = "") -> Any:
    """List the clocks of cases that were closed in the period, each judged to be met or missed."""
    rows = Clock.objects.counted().filter(MET | MISSED, metric=metric)
    rows = rows.filter(record__in=_closed(start, end))
    return rows.filter(record__kind=kind) if kind else rows


def _closed(start: datetime, end: datetime) -> Any:
    """Give the keys of the cases closed in the period."""
    return Ticket.objects.filter(closed_at__gte=start, closed_at__lt=end).order_by().values("pk")


def attainment(metric: str, *, start: datetime, end: datetime, kind: str = "") -> Share:
    """Count the promises that were kept among those judged."""
    rows = judged(metric, start=start, end=end, kind=kind)
    return share(Rows(rows.filter(MET), "record", kind="ticket"), Rows(rows, "record", kind="ticket"))


def between_teams(metric: str, *, start: datetime, end: datetime) -> Share:
    """Count the promises between teams that were kept among those that ended in the period; each is that of its own team."""
    rows = Clock.objects.between_teams().filter(MET | MISSED, metric=metric, stopped_at__gte=start, stopped_at__lt=end)
    return of_teams(rows.with_team())


def of_teams(rows: Any) -> Share:
    """Count the promises that were kept among ``rows``, which know the team of each, told apart by team."""
    sides = (Rows(found, "record", team="stay_team") for found in (rows.filter(MET), rows))
    return share_by(*sides, way="team", column="stay_team")


def of_suppliers(rows: Any) -> Share:
    """Count the promises that were kept among ``rows``, clocks of supplier cases, told apart by supplier."""
    sides = (Rows(found, "record") for found in (rows.filter(MET), rows))
    return share_by(*sides, way="supplier", column=SUPPLIER)


def taken(metric: str, kind: str, *, start: datetime, end: datetime, by: str = "stopped_at") -> Durations:
    """Measure the agreed hours that were used, for those whose instant ``by`` lies in the period."""
    rows = Clock.objects.counted().filter(metric=metric, record__kind=kind).exclude(elapsed_seconds=None)
    rows = rows.filter(**{f"{by}__gte": start, f"{by}__lt": end})
    return lasted(Rows(rows, "record", "elapsed_seconds", kind="ticket"))


def paused(kind: str, *, start: datetime, end: datetime) -> Share:
    """Add up the seconds in which clocks stood still, out of all seconds, for cases closed in the period."""
    rows = Clock.objects.counted().filter(record__in=_closed(start, end), record__kind=kind)
    rows = rows.filter(metric__in=("resolution", "fulfilment")).exclude(elapsed_seconds=None)
    rows = rows.annotate(all_seconds=F("elapsed_seconds") + F("paused_seconds"))
    return share(
        Rows(rows.filter(paused_seconds__gt=0), "record", "paused_seconds", kind="ticket"),
        Rows(rows, "record", "all_seconds", kind="ticket"),
    )

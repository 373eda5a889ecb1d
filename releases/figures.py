"""The figures of releases (domain 4.8); a release counts in the period in which it was closed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import F, Max, Q

from itsm.records.figures import Count, Durations, Rows, Share, durations, share
from itsm.records.models import Link, LinkKind
from itsm.tickets.models import Ticket
from releases.models import Release

GOOD = ("successful", "with_issues")


def _closed(start: datetime, end: datetime) -> Any:
    return Release.objects.filter(state="closed", closed_at__gte=start, closed_at__lt=end)


def success(*, start: datetime, end: datetime) -> Share:
    """Count those that ended well without any target rolled back."""
    rows = _closed(start, end)
    good = rows.filter(outcome__in=GOOD).exclude(deployments__state="rolled_back")
    return share(Rows(good.distinct()), Rows(rows))


def defects(*, start: datetime, end: datetime) -> Share:
    """Count the incidents inside the early life of the releases, for all releases."""
    rows = _closed(start, end)
    caused = Link.objects.filter(kind=LinkKind.CAUSED_BY_CHANGE, target__in=rows.values("pk"), source__kind="incident")
    inside = Q(
        source__ticket__received_at__gte=F("target__ticket__release__actual_end"),
        source__ticket__received_at__lte=F("target__ticket__release__early_life_until"),
    )
    return share(Rows(caused.filter(inside), "source"), Rows(rows))


def on_time(*, start: datetime, end: datetime) -> Share:
    """Count those whose work ended by the planned end."""
    rows = _closed(start, end)
    return share(Rows(rows.filter(actual_end__lte=F("planned_end"))), Rows(rows))


def rolled_back(*, start: datetime, end: datetime) -> Share:
    """Count those that were rolled back."""
    rows = _closed(start, end)
    return share(Rows(rows.filter(outcome="rolled_back")), Rows(rows))


def emergencies(*, start: datetime, end: datetime) -> Share:
    """Count the emergency releases."""
    rows = _closed(start, end)
    return share(Rows(rows.filter(release_type="emergency")), Rows(rows))


def lead_time(*, start: datetime, end: datetime) -> Durations:
    """Measure from the request to the end of the last deployment."""
    rows = _closed(start, end).annotate(last=Max("deployments__actual_end"))
    return durations(rows.values_list("pk", "requested_at", "last"))


def downtime_minutes(*, start: datetime, end: datetime) -> Count:
    """Add up the minutes of downtime of the deployments of the releases."""
    minutes = _closed(start, end).values_list("pk", "deployments__downtime_minutes")
    return Count(Rows(tuple((key, one) for key, one in minutes if one)))


# ---- evidence -------------------------------------------------------------------------------
def closed_releases(*, start: datetime, end: datetime) -> Any:
    """List the releases closed in the period with their outcome (clause 9.3: releases are reviewed)."""
    return _closed(start, end).order_by("closed_at", "pk")


def emergency_releases(*, start: datetime, end: datetime) -> Any:
    """List the emergency releases of the period (clause 9.3: a documented procedure)."""
    return Release.objects.filter(release_type="emergency", actual_start__gte=start, actual_start__lt=end).order_by(
        "pk"
    )


def incidents_of_releases(*, start: datetime, end: datetime) -> Any:
    """List the incidents that releases caused (clause 9.3: their impact is analysed)."""
    caused = Link.objects.filter(kind=LinkKind.CAUSED_BY_CHANGE, target__kind="release").values("source")
    return Ticket.objects.filter(pk__in=caused, received_at__gte=start, received_at__lt=end).order_by("pk")


EVIDENCE = {
    "9.3 closed releases": closed_releases,
    "9.3 emergency releases": emergency_releases,
    "9.3 incidents of releases": incidents_of_releases,
}

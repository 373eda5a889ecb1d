"""The planned outages of a change: laid out with the window, opened and closed with the work."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from itsm.tickets.models import Outage


def services_of(change: Any) -> list[Any]:
    """List the services that the change touches, its own first."""
    services = {change.service_id: change.service} if change.service_id else {}
    services |= {service.pk: service for service in change.affected_services.order_by("pk")}
    return list(services.values())


def lay_out(change: Any) -> None:
    """Put the expected downtime of the window down for each service; without any there is none."""
    withdraw(change)
    if not change.expected_downtime_min or change.window_start is None:
        return
    ends = min(change.window_start + timedelta(minutes=change.expected_downtime_min), change.window_end)
    Outage.objects.bulk_create(
        Outage(
            ticket_id=change.pk, service=service, kind=Outage.Kind.PLANNED, source=Outage.Source.CHANGE,
            started_at=change.window_start, ended_at=ends, planned_from=change.window_start, planned_until=ends,
            announced_at=change.authorised_at, is_forecast=True,
        )
        for service in services_of(change)
    )  # fmt: skip


def withdraw(change: Any) -> None:
    """Take the planned outages away: they will not be. One that began already stays: it was."""
    Outage.objects.filter(ticket=change.pk, kind=Outage.Kind.PLANNED, is_forecast=True).delete()


def begin(change: Any, *, at: datetime) -> None:
    """Open what was planned: the services go down now; what was planned and announced is kept beside it."""
    planned = Outage.objects.filter(ticket=change.pk, kind=Outage.Kind.PLANNED, is_forecast=True)
    planned.update(started_at=at, ended_at=None, is_forecast=False)


def finish(change: Any, *, at: datetime) -> None:
    """Close what is open: the services are up again."""
    Outage.objects.filter(ticket=change.pk, ended_at=None).update(ended_at=at)


def downtime(change: Any) -> int:
    """Add up the minutes for which its services were down."""
    rows = change.outages.exclude(ended_at=None).values_list("started_at", "ended_at")
    return sum(round((end - start).total_seconds() / 60) for start, end in rows)

"""Outages that incidents bring to light: from an alarm that says so, and from a restoration that somebody reports."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from itsm.records.clock import whole
from itsm.tickets.models import Outage


def begun_at(incident: Any) -> datetime:
    """Tell since when the service was down: the earliest of alarm, reported occurrence and report, not of the ticket."""
    known: tuple[datetime | None, ...] = (incident.occurred_at, incident.detected_at, incident.received_at)
    return min(moment for moment in known if moment is not None)


def open_from_alarm(incident: Any, *, source: str, since: datetime) -> None:
    """Open an outage of the incident's service since ``since``, unless one is open already or the service is unknown."""
    if incident.service_id is None or incident.outages.filter(ended_at=None).exists():
        return
    Outage.objects.create(
        ticket_id=incident.pk, service_id=incident.service_id, source=Outage.Source.MONITORING, started_at=whole(since),
        affected_users=incident.affected_users, evidence=source,
    )  # fmt: skip


def close_from_alarm(incident: Any, *, until: datetime) -> None:
    """End what the alarm opened."""
    opened = incident.outages.filter(ended_at=None, source=Outage.Source.MONITORING)
    opened.filter(started_at__lte=until).update(ended_at=whole(until))


def write_restored(incident: Any, *, restored: datetime) -> bool:
    """Write down the outage that a restoration speaks of, where none is kept; tells whether one was written."""
    begun = begun_at(incident)
    if incident.service_id is None or restored <= begun or incident.outages.exists():
        return False
    Outage.objects.create(
        ticket_id=incident.pk, service_id=incident.service_id, source=Outage.Source.INCIDENT, started_at=whole(begun),
        ended_at=whole(restored), affected_users=incident.affected_users,
    )  # fmt: skip
    return True

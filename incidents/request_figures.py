"""The figures of service requests (domain 4.8)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef

from incidents.figures import BY_TIMER
from incidents.models import ServiceRequest
from itsm.hours.models import schedule_of
from itsm.records.figures import Count, Durations, Rows, Share, lasted, share
from itsm.records.models import Event, LinkKind
from sla import attained


def _received(start: datetime, end: datetime) -> Any:
    return ServiceRequest.objects.filter(received_at__gte=start, received_at__lt=end)


def _fulfilled(start: datetime, end: datetime) -> Any:
    return ServiceRequest.objects.filter(resolved_at__gte=start, resolved_at__lt=end)


def requests(*, start: datetime, end: datetime) -> Count:
    """Count the service requests received in the period."""
    return Count(Rows(_received(start, end)))


def fulfilment_attainment(*, start: datetime, end: datetime) -> Share:
    """Count those fulfilled in time among those closed in the period that had a target."""
    return attained.attainment("fulfilment", start=start, end=end, kind="service_request")


def cycle_time(*, start: datetime, end: datetime) -> Durations:
    """Measure from receipt to fulfilment in the hours of the service, for those fulfilled in the period."""
    rows = _fulfilled(start, end).values_list("pk", "received_at", "resolved_at", "service__hours__current")
    office = attained.HOURS.get()
    spans = ((key, schedule_of(hours or office).between(since, max(since, done))) for key, since, done, hours in rows)
    return lasted(Rows(tuple((key, float(seconds)) for key, seconds in spans)))


def approval_wait(*, start: datetime, end: datetime) -> Share:
    """Add up the seconds until approval out of all seconds to fulfilment, for those fulfilled in the period."""
    rows = list(_fulfilled(start, end).values_list("pk", "received_at", "approval_granted_at", "resolved_at"))
    waited = [(key, (granted - since).total_seconds()) for key, since, granted, _done in rows if granted]
    whole = [(key, (done - since).total_seconds()) for key, since, _granted, done in rows]
    return share(Rows(tuple(waited)), Rows(tuple(whole)))


def automation(*, start: datetime, end: datetime) -> Share:
    """Count those that no person moved before they were fulfilled among those fulfilled."""
    rows = _fulfilled(start, end)
    human = Event.objects.moves().filter(record=OuterRef("pk"), at__lte=OuterRef("resolved_at"), actor__isnull=False)
    return share(Rows(rows.exclude(Exists(human))), Rows(rows))


def self_service(*, start: datetime, end: datetime) -> Share:
    """Count those that came through the portal among the service requests received."""
    rows = _received(start, end)
    return share(Rows(rows.filter(channel="portal")), Rows(rows))


def cancelled(*, start: datetime, end: datetime) -> Share:
    """Count those that were cancelled among the service requests received."""
    rows = _received(start, end)
    return share(Rows(rows.filter(state="cancelled")), Rows(rows))


def requests_judged_wrongly(*, start: datetime, end: datetime) -> Share:
    """Count the service requests that were received as such and judged to be something else."""
    rows = _received(start, end)
    return share(Rows(rows.filter(links_out__kind=LinkKind.RECLASSIFIED_TO).distinct()), Rows(rows))


def requests_closed_silently(*, start: datetime, end: datetime) -> Share:
    """Count those that were closed because nobody answered among those closed."""
    rows = ServiceRequest.objects.filter(closed_at__gte=start, closed_at__lt=end, state="closed")
    return share(Rows(rows.filter(confirmation=BY_TIMER)), Rows(rows))

"""The figures of incidents and service requests that their journals and columns give (domain 4.8)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from incidents.models import Incident, ServiceRequest
from itsm.records.figures import Durations, Share, durations, moves_of
from itsm.records.models import Event, LinkKind

#: What a confirmation by the timer, not by a person, is called.
BY_TIMER = "timer"


def _received(model: Any, start: datetime, end: datetime) -> Any:
    return model.objects.filter(received_at__gte=start, received_at__lt=end)


def _resolved(start: datetime, end: datetime) -> Any:
    return Incident.objects.filter(resolved_at__gte=start, resolved_at__lt=end).exclude(state="cancelled")


def volume(*, start: datetime, end: datetime) -> int:
    """Count the incidents received in the period."""
    return int(_received(Incident, start, end).count())


def time_to_restore(*, start: datetime, end: datetime) -> Durations:
    """Measure from the beginning of the outage to the restoration, for those restored in the period."""
    rows = Incident.objects.filter(restored_at__gte=start, restored_at__lt=end)
    return durations(rows.values_list("occurred_at", "restored_at"))


def reopen_rate(*, start: datetime, end: datetime) -> Share:
    """Count the reopenings in the period against the closings in it."""
    closed = Event.objects.moves().filter(record__kind="incident", target="closed", at__gte=start, at__lt=end)
    return Share(moves_of("incident", "reopen", start=start, end=end).count(), closed.count())


def rejection_rate(*, start: datetime, end: datetime) -> Share:
    """Count how often a resolution was refused against how often one was given."""
    given = moves_of("incident", "resolve", start=start, end=end).count()
    return Share(moves_of("incident", "reject_resolution", start=start, end=end).count(), given)


def bounce_rate(*, start: datetime, end: datetime) -> Share:
    """Count those that came back between teams at least once among those resolved."""
    rows = _resolved(start, end)
    return Share(rows.filter(bounce_count__gte=1).count(), rows.count())


def judged_wrongly(*, start: datetime, end: datetime) -> Share:
    """Count the incidents that were received as such and judged to be something else (misclassification)."""
    rows = _received(Incident, start, end)
    return Share(rows.filter(links_out__kind=LinkKind.RECLASSIFIED_TO).distinct().count(), rows.count())


def requests_judged_wrongly(*, start: datetime, end: datetime) -> Share:
    """Count the service requests that were received as such and judged to be something else."""
    rows = _received(ServiceRequest, start, end)
    return Share(rows.filter(links_out__kind=LinkKind.RECLASSIFIED_TO).distinct().count(), rows.count())


def silent_closure(*, start: datetime, end: datetime) -> Share:
    """Count those that were closed because nobody answered among those closed."""
    rows = Incident.objects.filter(closed_at__gte=start, closed_at__lt=end, state="closed")
    return Share(rows.filter(confirmation=BY_TIMER).count(), rows.count())


def major_incidents(*, start: datetime, end: datetime) -> int:
    """Count the major incidents declared in the period."""
    return int(moves_of("incident", "declare_major", start=start, end=end).count())


def caused_by_change(*, start: datetime, end: datetime) -> Share:
    """Count those that a change has caused among those resolved."""
    rows = _resolved(start, end)
    return Share(rows.filter(links_out__kind=LinkKind.CAUSED_BY_CHANGE).distinct().count(), rows.count())


def backlog_age(*, start: datetime, end: datetime) -> Durations:
    """Measure how long those that were open at the end of the period had been open."""
    still = Incident.objects.filter(received_at__lt=end).exclude(closed_at__lt=end)
    return durations((received, end) for received in still.values_list("received_at", flat=True))


def cycle_time(*, start: datetime, end: datetime) -> Durations:
    """Measure service requests from receipt to fulfilment, for those fulfilled in the period."""
    rows = ServiceRequest.objects.filter(resolved_at__gte=start, resolved_at__lt=end)
    return durations(rows.values_list("received_at", "resolved_at"))


def self_service(*, start: datetime, end: datetime) -> Share:
    """Count those that came through the portal among the service requests received."""
    rows = _received(ServiceRequest, start, end)
    return Share(rows.filter(channel="portal").count(), rows.count())


def cancelled(*, start: datetime, end: datetime) -> Share:
    """Count those that were cancelled among the service requests received."""
    rows = _received(ServiceRequest, start, end)
    return Share(rows.filter(state="cancelled").count(), rows.count())


def reclassified_rows(*, start: datetime, end: datetime) -> Any:
    """Give every decision of the period that a case is something else than it was received as, with its reason."""
    rows = Event.objects.moves().filter(at__gte=start, at__lt=end, target="reclassified")
    return rows.select_related("record", "actor").in_order()


def reopened_rows(*, start: datetime, end: datetime) -> Any:
    """Give the incidents reopened in the period, those reopened most often first."""
    again = moves_of("incident", "reopen", start=start, end=end).order_by().values("record")
    return Incident.objects.filter(pk__in=again).order_by("-reopen_count", "pk")


def _named(*figures: Any) -> dict[str, Any]:
    return {figure.__name__: figure for figure in figures}


INCIDENT = _named(
    volume, time_to_restore, reopen_rate, rejection_rate, bounce_rate, judged_wrongly, silent_closure, major_incidents, caused_by_change,
    backlog_age,
)  # fmt: skip
REQUEST = _named(cycle_time, self_service, cancelled, requests_judged_wrongly)
EVIDENCE = {"reclassified": reclassified_rows, "reopened": reopened_rows}

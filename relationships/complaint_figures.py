"""The figures of complaints (domain 4.8)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import F

from itsm.hours.worktime import Schedule
from itsm.records.figures import Count, Durations, Rows, Share, durations, moved, share
from relationships.complaint_timers import hours
from relationships.models import Complaint, Feedback

#: Business days within which an acknowledgement and an answer count as in time.
ACKNOWLEDGED, ANSWERED = 1, 10
DAY = 8 * 3600


def _received(start: datetime, end: datetime) -> Any:
    return Complaint.objects.filter(received_at__gte=start, received_at__lt=end)


def _in_time(start: datetime, end: datetime, column: str, days: int) -> Share:
    office: Schedule = hours()
    rows = _received(start, end)
    spans = rows.values_list("pk", "received_at", column)
    good = [key for key, since, done in spans if done and office.between(since, max(since, done)) <= days * DAY]
    return share(Rows(tuple((key, 1) for key in good)), Rows(rows))


def received(*, start: datetime, end: datetime) -> Count:
    """Count the complaints received in the period."""
    return Count(Rows(_received(start, end)))


def acknowledged_in_time(*, start: datetime, end: datetime) -> Share:
    """Count those registered within one business day among those received in the period."""
    return _in_time(start, end, "first_response_at", ACKNOWLEDGED)


def answered_in_time(*, start: datetime, end: datetime) -> Share:
    """Count those answered within ten business days among those received in the period."""
    return _in_time(start, end, "answered_at", ANSWERED)


def closed_with_consent(*, start: datetime, end: datetime) -> Share:
    """Count those closed with consent among those closed in the period."""
    closed = Complaint.objects.filter(state="closed", closed_at__gte=start, closed_at__lt=end)
    return share(Rows(closed.filter(closure_code="consent")), Rows(closed))


def escalated(*, start: datetime, end: datetime) -> Share:
    """Count those that were escalated among those received in the period."""
    rows = _received(start, end)
    return share(Rows(rows.filter(escalation_level__gt=0)), Rows(rows))


def time_to_answer(*, start: datetime, end: datetime) -> Durations:
    """Measure from receipt to the first answer, for those first answered in the period."""
    rows = Complaint.objects.filter(answered_at__gte=start, answered_at__lt=end)
    return durations(rows.values_list("pk", "received_at", "answered_at"))


def suggestions(*, start: datetime, end: datetime) -> Count:
    """Count the suggestions and compliments of the period."""
    return Count(Rows(Feedback.objects.filter(at__gte=start, at__lt=end), of="feedback"))


def closed_rows(*, start: datetime, end: datetime) -> Any:
    """Give the complaints closed in the period with their answers and consent, as evidence of clause 7.1."""
    return Complaint.objects.filter(state="closed", closed_at__gte=start, closed_at__lt=end).order_by("closed_at", "pk")


def decided_rows(*, start: datetime, end: datetime) -> Any:
    """Give those closed by a named decision, without consent."""
    return closed_rows(start=start, end=end).filter(closure_code="decision").select_related("decided_by")


def unanswered_rows(*, start: datetime, end: datetime) -> Any:
    """Give those received in the period that have no answer."""
    return _received(start, end).filter(answered_at=None).exclude(state="withdrawn").order_by("received_at", "pk")


def independence_breaches(*, start: datetime, end: datetime) -> Any:
    """Give the complaints whose handler complained or is complained about: never any."""
    return _received(start, end).filter(assignee=F("kept_from")) | _received(start, end).filter(assignee=F("requester"))


def diverted(*, start: datetime, end: datetime) -> Count:
    """Count how often a complaint entered another process in the period."""
    return Count(moved("complaint", "refer_to_process", start=start, end=end))


EVIDENCE = {
    "complaints_closed": closed_rows,
    "complaints_decided": decided_rows,
    "complaints_unanswered": unanswered_rows,
    "complaints_not_independent": independence_breaches,
}

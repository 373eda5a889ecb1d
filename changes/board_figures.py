"""The figures of the board (domain 4.8) and what an auditor asks of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Min

from changes import classes
from changes.board_models import Ballot, CabItem, CabMeeting, CabVote
from changes.models import Change
from itsm.hours.models import schedule_of
from itsm.records.figures import Durations, Share, moves_of
from itsm.records.models import Event


def approval_rate(*, start: datetime, end: datetime) -> Share:
    """Count what the board approved among what it approved or refused in the period."""
    yes = moves_of("change", "cab_approve", start=start, end=end).count()
    return Share(yes, yes + moves_of("change", "cab_reject", start=start, end=end).count())


def lead_time(*, start: datetime, end: datetime) -> Durations:
    """Measure, in business time, from the first submission to each decision of the period."""
    decided = list(moves_of("change", "cab_approve", start=start, end=end).values_list("record", "at"))
    decided += list(moves_of("change", "cab_reject", start=start, end=end).values_list("record", "at"))
    first = Event.objects.moves().filter(name="submit", record__in=[row[0] for row in decided]).order_by()
    since = dict(first.values_list("record").annotate(at=Min("at")))
    schedule = schedule_of(classes.HOURS.get())
    return Durations(tuple(sorted(float(schedule.between(since[key], at)) for key, at in decided if key in since)))


def ratified_rate(*, start: datetime, end: datetime) -> Share:
    """Count the emergencies authorised in the period that the board has ratified."""
    rows = Change.objects.filter(change_class="emergency", authorised_at__gte=start, authorised_at__lt=end)
    ratified = CabItem.objects.filter(purpose="ratify", decision="approve", change__in=rows.values("pk"))
    return Share(ratified.values("change").distinct().count(), rows.count())


def void_rounds(*, start: datetime, end: datetime) -> int:
    """Count the rounds of the period whose votes an edit has voided."""
    return Ballot.objects.filter(outcome="void", ended_at__gte=start, ended_at__lt=end).count()


def decisions(*, start: datetime, end: datetime) -> Any:
    """Give the items that were decided in the period."""
    rows = CabItem.objects.filter(decided_at__gte=start, decided_at__lt=end)
    return rows.select_related("meeting", "change", "decided_by").order_by("decided_at", "pk")


def votes(*, start: datetime, end: datetime) -> Any:
    """Give the votes that were cast in the period, recusals with their reasons among them."""
    rows = CabVote.objects.filter(at__gte=start, at__lt=end)
    return rows.select_related("ballot__change", "member", "cast_by").order_by("at", "pk")


def signed_minutes(*, start: datetime, end: datetime) -> Any:
    """Give the meetings whose minutes were signed in the period."""
    return CabMeeting.objects.filter(signed_at__gte=start, signed_at__lt=end).order_by("signed_at", "pk")


FIGURES = {
    "cab_approval_rate": approval_rate, "cab_lead_time": lead_time, "cab_ratified_rate": ratified_rate, "cab_void_rounds": void_rounds,
}  # fmt: skip
EVIDENCE = {"cab_decisions": decisions, "cab_votes": votes, "cab_minutes": signed_minutes}

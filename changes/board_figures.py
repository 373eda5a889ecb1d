"""The figures of the board beside those of changes, and what an auditor asks of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from changes.board_models import Ballot, CabItem, CabMeeting, CabVote
from changes.models import Change
from itsm.records.figures import Count, Rows, Share, share


def ratified_rate(*, start: datetime, end: datetime) -> Share:
    """Count the emergencies authorised in the period that the board has ratified."""
    rows = Change.objects.filter(change_class="emergency", authorised_at__gte=start, authorised_at__lt=end)
    ratified = CabItem.objects.filter(purpose="ratify", decision="approve", change__in=rows.values("pk"))
    return share(Rows(rows.filter(pk__in=ratified.values("change"))), Rows(rows))


def void_rounds(*, start: datetime, end: datetime) -> Count:
    """Count the rounds of the period whose votes an edit has voided."""
    return Count(Rows(Ballot.objects.filter(outcome="void", ended_at__gte=start, ended_at__lt=end), "change"))


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


EVIDENCE = {"cab_decisions": decisions, "cab_votes": votes, "cab_minutes": signed_minutes}

"""The standing survey: who is asked after the closure of a case. Only rows are written; a round sends them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from itsm.flow import Move
from itsm.notices.outbox import is_quiet
from itsm.records import register
from itsm.records.models import Event
from relationships.sampling import falls_on
from relationships.survey_models import Invitation, SurveyCampaign


def journaled(record: Any, move: Move, event: Event) -> None:
    """Note an invitation when a case was closed and the lot falls on it (registered as a step of every move)."""
    if event.target != "closed" or event.machine != record.kind or is_quiet() or event.imported:
        return
    for campaign in SurveyCampaign.objects.running().standing().order_by("pk"):
        if _asks(campaign, record, move):
            Invitation.objects.create(
                campaign=campaign, person_id=record.requester_id, case_id=record.pk, due_at=move.at
            )


def _asks(campaign: SurveyCampaign, record: Any, move: Move) -> bool:
    """Tell whether this case is one to ask about: its kind, the lot, and nobody asked too often."""
    if record.kind not in campaign.case_kinds or not falls_on(
        campaign.sample_seed or 0, record.pk, per_cent=campaign.sampling_rate
    ):
        return False
    services = [service.pk for service in campaign.services.all()]
    if services and record.service_id not in services:
        return False
    since = move.at - timedelta(days=campaign.min_interval_days)
    asked = Invitation.objects.filter(person=record.requester_id)
    same = asked.filter(campaign=campaign, case=record.pk)
    return not (same | asked.filter(due_at__gt=since)).exists()


def is_known(kind: str) -> bool:
    """Tell whether cases of that kind exist."""
    try:
        return hasattr(register.process(kind).model, "requester")
    except register.UnknownProcess:
        return False

"""Invitations, reminders and their end: rows written in batches; nothing is sent here."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from itsm.flow import Move
from itsm.notices.outbox import Notice, put_many
from itsm.records import rows
from itsm.records.clock import whole
from itsm.records.links import link
from itsm.records.models import LinkKind, Record
from itsm.records.perform import lock, open_record, perform
from relationships import survey_letters as letters
from relationships.survey_models import Invitation, SurveyCampaign, SurveyResponse
from relationships.survey_population import begins, choose
from relationships.survey_querysets import ANSWERED

#: So many invitations are prepared, or blanks end, in one transaction.
BATCH = 100


def begin(campaign: SurveyCampaign, *, at: datetime) -> None:
    """Note who is asked, and invite the first batch once the first day has come; a standing survey waits for cases."""
    if campaign.is_standing:
        campaign.sample_seed = campaign.sample_seed or campaign.pk * 1_000_003 + int(at.timestamp())
        return
    people, due = choose(campaign, at=at), opening(campaign, at=at)
    fresh = (Invitation(campaign=campaign, person_id=pk, anonymous=campaign.anonymous, due_at=due) for pk in people)
    rows.insert(Invitation, map(rows.row_of, fresh), once=True)
    invite(campaign, at=at)


def opening(campaign: SurveyCampaign, *, at: datetime) -> datetime:
    """Give the instant from which people are asked: ``at``, or the beginning of a first day that is still to come."""
    return max(at, begins(campaign.opens_on)) if campaign.opens_on else at


def invite(campaign: SurveyCampaign, *, at: datetime, most: int = BATCH) -> int:
    """Prepare blanks and messages for the next invitations that are due, in the caller's transaction; gives how many."""
    due = Invitation.objects.filter(campaign=campaign.pk, sent=False, due_at__lte=at).order_by("due_at", "pk")
    found = list(due.select_related("person", "case").select_for_update(skip_locked=True, of=("self",))[:most])
    for invitation in found:
        response = _blank(campaign, invitation, at=at)
        invitation.response = None if campaign.anonymous else response
        invitation.sent = True
        invitation.save(update_fields=["response", "sent"])
    put_many(_messages(campaign, found, at=at))
    return len(found)


def _blank(campaign: SurveyCampaign, invitation: Invitation, *, at: datetime) -> SurveyResponse:
    """Open a response; of an anonymous survey it is one blank among many, and remembers nothing of the invitation."""
    facts: dict[str, Any] = {}
    if not campaign.anonymous:
        facts = {"unit_id": invitation.person.unit_id, "service_id": _service_of(invitation)}
    made: SurveyResponse = open_record(
        SurveyResponse, by=None, at=at, channel="system", number=False, title=campaign.title, campaign=campaign,
        anonymous=campaign.anonymous, **facts,
    )  # fmt: skip
    made.number = f"{campaign.number}-R{made.pk}"
    Record.objects.filter(pk=made.pk).update(number=made.number)
    if invitation.case is not None:
        link(made, invitation.case, kind=LinkKind.ABOUT, by=None, at=made.created_at, auto=True)
    return made


def _service_of(invitation: Invitation) -> int | None:
    ticket = getattr(invitation.case, "ticket", None) if invitation.case_id else None
    return ticket.service_id if ticket else None


def _messages(campaign: SurveyCampaign, invitations: Iterable[Invitation], *, at: datetime) -> Iterable[Notice]:
    for invitation in invitations:
        yield Notice(
            dedupe_key=f"survey:{invitation.pk}:{invitation.response_id or campaign.ends_on}", event="survey",
            template="survey_asked", at=at, person_id=invitation.person_id, facts=letters.facts(campaign, invitation),
            by_mail=campaign.by_mail, in_app=campaign.in_portal,
        )  # fmt: skip


def remind(campaign: SurveyCampaign, *, at: datetime) -> int:
    """Ask again: those who have not answered, and of an anonymous survey everybody, so that nothing is told by it.

    Gives how many are asked.
    """
    asked = Invitation.objects.filter(campaign=campaign.pk, sent=True)
    if not campaign.anonymous:
        asked = asked.filter(used=False)
    asked.update(reminded=F("reminded") + 1)
    found = list(asked.select_related("person", "case").order_by("pk"))
    put_many(
        Notice(
            dedupe_key=f"survey:{row.pk}:again:{row.reminded}", event="survey", template="survey_again", at=at,
            person_id=row.person_id, facts=letters.facts(campaign, row), by_mail=campaign.by_mail, in_app=campaign.in_portal,
        )
        for row in found
    )  # fmt: skip
    return len(found)


def ask_again(campaign: SurveyCampaign, *, at: datetime) -> None:
    """Let those who have not answered be invited anew, with new blanks."""
    Invitation.objects.filter(campaign=campaign.pk, used=False).update(sent=False, response=None, due_at=at)
    invite(campaign, at=at)


def counted(campaign: SurveyCampaign) -> tuple[int, int]:
    """Count who was invited and what came back."""
    invited = Invitation.objects.filter(campaign=campaign.pk, sent=True).count()
    return invited, SurveyResponse.objects.filter(campaign=campaign.pk, state__in=ANSWERED).count()


def expire(campaign: SurveyCampaign, *, at: datetime, move: Move | None = None, most: int | None = BATCH) -> int:
    """Let open blanks of a survey that is over expire, ``most`` at a time; gives how many did."""
    Invitation.objects.filter(campaign=campaign.pk, sent=False).delete()
    blanks = SurveyResponse.objects.filter(campaign=campaign.pk, state="invited").order_by("pk")[:most]
    for blank in blanks:
        perform(blank, "expire", by=None, at=at, channel="system", fired_by=move)
    return len(blanks)


def work(at: datetime) -> int:
    """Go on with what batches left over, for every survey, each batch in a transaction of its own; gives how much was done."""
    from relationships.survey_changes import register_quiet

    return sum(_go_on(key, at=at) for key in _unfinished()) + register_quiet(at=at)


def _unfinished() -> set[int]:
    waiting = Invitation.objects.filter(sent=False, campaign__state="running").values_list("campaign", flat=True)
    over = SurveyResponse.objects.filter(state="invited").exclude(campaign__state="running")
    return {*waiting.distinct(), *over.values_list("campaign", flat=True).distinct()}


def _go_on(key: int, *, at: datetime) -> int:
    done = 0
    while True:
        with transaction.atomic():
            campaign = lock(SurveyCampaign.objects.get(pk=key))
            step = invite if campaign.state == "running" else expire
            count = step(campaign, at=whole(at))
        done += count
        if count < BATCH:
            return done

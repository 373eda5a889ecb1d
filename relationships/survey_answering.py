"""Answering: once by each invitation; an anonymous answer goes onto any blank, so that nothing leads back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from random import SystemRandom
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext

from itsm.flow import Move
from itsm.records.clock import whole
from itsm.records.perform import perform
from itsm.records.refusals import MovedOn
from relationships.questionnaire_models import SCALES, Question
from relationships.survey_models import Answer, Invitation, SurveyCampaign, SurveyResponse
from relationships.survey_population import begins
from relationships.survey_sheet import Given, Item

#: Nobody can foretell it.
LOT = SystemRandom()


class Over(Exception):
    """The invitation cannot be used any more; the message says why."""


def why_not(invitation: Invitation) -> str:
    """Say why nothing can be answered by it any more; empty when it can."""
    if invitation.used and invitation.response is not None and invitation.response.state == "declined":
        return gettext("You told us that you do not wish to answer. Thank you.")
    if invitation.used:
        return gettext("You have answered already. Thank you.")
    if invitation.campaign.state == "cancelled":
        return gettext("The survey was withdrawn: there is nothing to answer any more.")
    if invitation.campaign.state != "running":
        return gettext("The survey is over. Thank you for your interest.")
    return ""


def submit(
    invitation: Invitation, given: Given, items: Sequence[Item], *, complains: bool, at: datetime
) -> SurveyResponse:  # fmt: skip
    """Keep the answers; what needs nobody's look is registered at once, what is to be a complaint becomes one.

    :raises Over: if it was used meanwhile, or the survey is over
    """
    with transaction.atomic():
        campaign, locked = _locked(invitation)
        blank = _blank(campaign, locked)
        moment = _moment(blank, at)
        write(blank, given, items, complains=complains, on=localdate(moment))
        answered = _move(blank, locked, "submit_answers", at=moment, answers=len(given))
        _use(locked)
        return settle(answered, campaign, locked, at=moment)


def decline(invitation: Invitation, *, at: datetime) -> SurveyResponse:
    """Note that nothing will be answered.

    :raises Over: if it was used meanwhile, or the survey is over
    """
    with transaction.atomic():
        campaign, locked = _locked(invitation)
        blank = _blank(campaign, locked)
        declined = _move(blank, locked, "decline", at=_moment(blank, at))
        _use(locked)
    return declined


def keep_draft(invitation: Invitation, given: Given) -> None:
    """Keep what was answered so far. Of an anonymous survey nothing is kept here: the page holds it.

    :raises Over: if it was used meanwhile, or the survey is over
    """
    with transaction.atomic():
        _campaign, locked = _locked(invitation)
        if locked.response_id:
            SurveyResponse.objects.filter(pk=locked.response_id).update(draft=given)


def _locked(invitation: Invitation) -> tuple[SurveyCampaign, Invitation]:
    """Lock the campaign where it is anonymous (all its invitations are touched together), and the invitation."""
    rows = SurveyCampaign.objects.all()
    campaign = (rows.select_for_update(no_key=True) if invitation.anonymous else rows).get(pk=invitation.campaign_id)
    locked = Invitation.objects.select_for_update(no_key=True, of=("self",)).select_related("person")
    found = locked.get(pk=invitation.pk)
    found.campaign = campaign
    if sentence := why_not(found):
        raise Over(sentence)
    return campaign, found


def _blank(campaign: SurveyCampaign, invitation: Invitation) -> SurveyResponse:
    """Give the invitation's own blank; of an anonymous survey any that is still empty, drawn by lot."""
    if not invitation.anonymous:
        own: SurveyResponse = SurveyResponse.objects.get(pk=invitation.response_id or 0)
        return own
    empty = list(SurveyResponse.objects.filter(campaign=campaign.pk, state="invited").values_list("pk", flat=True))
    if not empty:
        raise Over(gettext("The survey is over. Thank you for your interest."))
    drawn: SurveyResponse = SurveyResponse.objects.get(pk=LOT.choice(empty))
    return drawn


def _moment(blank: SurveyResponse, at: datetime) -> datetime:
    """Give the instant that is noted: of an anonymous answer only the day."""
    return max(begins(localdate(at)), blank.created_at) if blank.anonymous else whole(at)


def _move(blank: SurveyResponse, invitation: Invitation, name: str, *, at: datetime, **inputs: Any) -> SurveyResponse:
    """Make the move as who was asked; of an anonymous survey as nobody, because the journal keeps the name for ever."""
    by = None if blank.anonymous else invitation.person
    fired_by = Move("by_link", None, at, "mail") if blank.anonymous else None
    try:
        moved: SurveyResponse = perform(blank, name, by=by, at=at, channel="mail", fired_by=fired_by, **inputs)
    except MovedOn as refusal:
        raise Over(gettext("The survey is over. Thank you for your interest.")) from refusal
    return moved


def _use(invitation: Invitation) -> None:
    """Mark it as used. Of an anonymous survey all rows are written anew, so that not even their age tells which it was."""
    if not invitation.anonymous:
        Invitation.objects.filter(pk=invitation.pk).update(used=True)
        return
    from django.db.models import Case, F, Value, When

    everybody = Invitation.objects.filter(campaign=invitation.campaign_id)
    everybody.update(used=Case(When(pk=invitation.pk, then=Value(True)), default=F("used")))


def write(
    blank: SurveyResponse, given: Given, items: Sequence[Item], *, complains: bool, on: date | None
) -> None:  # fmt: skip
    """Write the answers, and what of them somebody must look at."""
    answers = [_answer(blank, item, given[item.name]) for item in items if item.name in given]
    Answer.objects.bulk_create(answers)
    SurveyResponse.objects.filter(pk=blank.pk).update(
        submitted_on=on, wants_complaint=complains, is_low=any(answer.is_low for answer in answers),
        has_comment=any(answer.text for answer in answers),
    )  # fmt: skip


def _answer(blank: SurveyResponse, item: Item, said: Any) -> Answer:
    made = Answer(response=blank, question=item.question, service=item.service)
    kind = item.question.kind
    if kind in SCALES or kind == Question.Kind.YES_NO:
        made.value = int(said)
    elif kind == Question.Kind.TEXT:
        made.text = said
    else:
        made.chosen = said if isinstance(said, list) else [said]
    return made


def settle(
    answered: SurveyResponse, campaign: SurveyCampaign, invitation: Invitation, *, at: datetime
) -> SurveyResponse:
    """Raise the complaint that was asked for, or that low scores raise; register what needs nobody and cannot be changed."""
    named = not answered.anonymous
    by_score = answered.is_low and named and campaign.low_scores == SurveyCampaign.LowScores.COMPLAIN
    if answered.wants_complaint or by_score:
        outer = Move("submit_answers", None, at, "system")
        return perform(  # type: ignore[no-any-return]  # perform gives whatever record it moved
            answered, "make_complaint", by=None, at=at, channel="system", fired_by=outer, requester=invitation.person
        )
    if named or answered.is_low or answered.has_comment:
        return answered
    from relationships.survey_changes import register_by_itself

    return register_by_itself(answered, at=at)

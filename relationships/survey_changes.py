"""Changing an answer: for seven days, by the same link, as long as nobody has looked at it and the survey runs.

An answer that needs nobody's look is registered by itself when it cannot be changed any more.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import localdate
from django.utils.translation import gettext

from itsm.flow import Move
from itsm.records import journal
from itsm.records.clock import whole
from itsm.records.models import Event
from itsm.records.perform import lock, perform
from relationships import survey_answering as answering
from relationships.questionnaire_models import SCALES, Question
from relationships.survey_models import Answer, Invitation, SurveyResponse
from relationships.survey_sheet import Given, Item

DAYS = timedelta(days=7)
BATCH = 100


def until(invitation: Invitation) -> date | None:
    """Give the last day on which the answer may be changed; None where it cannot be.

    What was answered anonymously cannot be found again by anybody, and so cannot be changed.
    """
    response = invitation.response
    if not invitation.used or invitation.anonymous or response is None or invitation.campaign.state != "running":
        return None
    if response.state != "submitted" or response.submitted_on is None:
        return None
    return response.submitted_on + DAYS


def may_change(invitation: Invitation, *, at: datetime) -> bool:
    """Tell whether the answer may be changed now."""
    last = until(invitation)
    return last is not None and localdate(at) <= last


def given_by(response: SurveyResponse) -> Given:
    """Give what was answered, as the page holds it."""
    return {_name(row): _said(row) for row in response.answers.select_related("question")}


def _name(row: Answer) -> str:
    return f"q{row.question_id}" + (f"-{row.service_id}" if row.service_id else "")


def _said(row: Answer) -> Any:
    kind = row.question.kind
    if kind in SCALES or kind == Question.Kind.YES_NO:
        return str(row.value)
    if kind == Question.Kind.TEXT:
        return row.text
    return row.chosen if kind == Question.Kind.MULTI else (row.chosen or [""])[0]


def change(
    invitation: Invitation, given: Given, items: Sequence[Item], *, complains: bool, at: datetime
) -> SurveyResponse:  # fmt: skip
    """Put new answers in the place of the old ones; what is to be a complaint becomes one.

    :raises Over: if they cannot be changed any more
    """
    with transaction.atomic():
        response = lock(SurveyResponse.objects.get(pk=invitation.response_id or 0))
        fresh = Invitation.objects.select_related("campaign", "response", "person").get(pk=invitation.pk)
        if not may_change(fresh, at=at):
            raise answering.Over(gettext("Your answers cannot be changed any more. Thank you."))
        response.answers.all().delete()
        answering.write(response, given, items, complains=complains, on=response.submitted_on)
        move = Move("change_answers", fresh.person, whole(at), "mail")
        journal.write(response, kind=Event.Kind.EDITED, name=move.name, move=move, answers=len(given))
        response = SurveyResponse.objects.get(pk=response.pk)
        return answering.settle(response, fresh.campaign, fresh, at=whole(at))


def register_quiet(*, at: datetime) -> int:
    """Register by itself what needs nobody's look and can be changed no more; gives how many there were."""
    over = Q(submitted_on__lt=localdate(at) - DAYS) | ~Q(campaign__state="running")
    rows = SurveyResponse.objects.filter(
        over, state="submitted", has_comment=False, is_low=False, wants_complaint=False
    )
    done = 0
    for key in list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic():
            row = lock(SurveyResponse.objects.get(pk=key))
            if row.state == "submitted" and not (row.has_comment or row.is_low or row.wants_complaint):
                register_by_itself(row, at=whole(at))
                done += 1
    return done


def register_by_itself(response: SurveyResponse, *, at: datetime) -> SurveyResponse:
    """Register an answer that says nothing that somebody must look at."""
    made: SurveyResponse = perform(
        response, "register_feedback", by=None, at=at, channel="system", theme="none",
        action=gettext("Neither a comment nor a low score: registered by itself."),
    )  # fmt: skip
    return made

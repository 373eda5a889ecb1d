"""What surveys measure over a period (domain 4.8), and the evidence that they were reviewed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import Case, When
from django.utils.timezone import localdate

from itsm.records.figures import Count, Mean, Rows, Share, mean, moved, share, signed
from itsm.records.models import Event, Link, LinkKind
from relationships.survey_figures import SATISFIED
from relationships.survey_models import Answer, Invitation, SurveyCampaign, SurveyResponse
from relationships.survey_querysets import ANSWERED


def _answers(kind: str, start: datetime, end: datetime) -> Any:
    """Give the answers of one kind of scale that came back in the days of the period."""
    rows = Answer.objects.filter(question__kind=kind, response__state__in=ANSWERED, value__isnull=False)
    return rows.filter(response__submitted_on__gte=localdate(start), response__submitted_on__lt=localdate(end))


def _rows(answers: Any, amount: str = "") -> Rows:
    """Give each answer at its response; what is anonymous only at its survey, so that nobody is found out."""
    named = Case(When(response__campaign__anonymous=True, then="response__campaign"), default="response")
    return Rows(answers.annotate(at_record=named), "at_record", amount)


def csat(*, start: datetime, end: datetime) -> Share:
    """Count the answers of 4 or 5 of 5 among all answers on the scale of satisfaction."""
    found = _answers("scale", start, end)
    return share(_rows(found.filter(value__gte=SATISFIED)), _rows(found))


def csat_mean(*, start: datetime, end: datetime) -> Mean:
    """Average the scale of satisfaction."""
    return mean(_rows(_answers("scale", start, end), "value"))


def nps(*, start: datetime, end: datetime) -> Share:
    """Count promoters (9, 10) less detractors (0 to 6); below zero where these are more."""
    found = _answers("nps", start, end)
    promoters, detractors = _rows(found.filter(value__gte=9)), _rows(found.filter(value__lte=6))
    return share(signed((1, promoters), (-1, detractors)), _rows(found))


def ces(*, start: datetime, end: datetime) -> Mean:
    """Average the ease."""
    return mean(_rows(_answers("ces", start, end), "value"))


def response_rate(*, start: datetime, end: datetime) -> Share:
    """Count those who answered among those invited in the period, by the invitation's mark."""
    sent = Invitation.objects.filter(sent=True, due_at__gte=start, due_at__lt=end)
    declined = SurveyResponse.objects.filter(state="declined", invitation__in=sent)
    used = signed((1, Rows(sent.filter(used=True), "campaign")), (-1, Rows(declined, "campaign")))
    return share(used, Rows(sent, "campaign"))


def survey_complaints(*, start: datetime, end: datetime) -> Share:
    """Count complaints born of surveys against low scores in the period."""
    born = Link.objects.filter(kind=LinkKind.FROM_SURVEY, created_at__gte=start, created_at__lt=end)
    low = SurveyResponse.objects.filter(is_low=True, state__in=ANSWERED)
    low = low.filter(submitted_on__gte=localdate(start), submitted_on__lt=localdate(end))
    named = Case(When(campaign__anonymous=True, then="campaign"), default="pk")
    return share(Rows(born, "source"), Rows(low.annotate(at_record=named), "at_record"))


def reports_accepted(*, start: datetime, end: datetime) -> Count:
    """Count the relationship reports that the committee accepted."""
    return Count(moved("survey_campaign", "accept_report", start=start, end=end))


def survey_reviews(*, start: datetime, end: datetime) -> Any:
    """Give the surveys launched in the period with their reports and reviews (evidence E10)."""
    rows = SurveyCampaign.objects.filter(launched_at__gte=start, launched_at__lt=end)
    return rows.select_related("report", "owner").prefetch_related("report__decisions").order_by("launched_at", "pk")


def feedback_registered(*, start: datetime, end: datetime) -> Any:
    """Give the moves by which feedback was registered or became a complaint in the period."""
    rows: Any = Event.objects.filter(record__kind="survey_response")
    return rows.moves().filter(name__in=("register_feedback", "make_complaint"), at__gte=start, at__lt=end).in_order()


EVIDENCE: dict[str, Callable[..., Any]] = {"survey_reviews": survey_reviews, "feedback_registered": feedback_registered}

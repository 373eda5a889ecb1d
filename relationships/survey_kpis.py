"""What surveys measure over a period (domain 4.8), and the evidence that they were reviewed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, Sum
from django.utils.timezone import localdate

from itsm.records.figures import Mean, Share, moves_of
from itsm.records.models import Event, Link, LinkKind
from relationships.survey_figures import SATISFIED
from relationships.survey_models import Answer, Invitation, SurveyCampaign, SurveyResponse
from relationships.survey_querysets import ANSWERED


def _answers(kind: str, start: datetime, end: datetime) -> Any:
    """Give the answers of one kind of scale that came back in the days of the period."""
    rows = Answer.objects.filter(question__kind=kind, response__state__in=ANSWERED, value__isnull=False)
    return rows.filter(response__submitted_on__gte=localdate(start), response__submitted_on__lt=localdate(end))


def csat(*, start: datetime, end: datetime) -> Share:
    """Count the answers of 4 or 5 of 5 among all answers on the scale of satisfaction."""
    found = _answers("scale", start, end).aggregate(good=Count("pk", filter=Q(value__gte=SATISFIED)), all=Count("pk"))
    return Share(found["good"], found["all"])


def csat_mean(*, start: datetime, end: datetime) -> Mean:
    """Average the scale of satisfaction."""
    found = _answers("scale", start, end).aggregate(total=Sum("value"), count=Count("pk"))
    return Mean(found["total"] or 0, found["count"])


def nps(*, start: datetime, end: datetime) -> Share:
    """Count promoters (9, 10) less detractors (0 to 6); below zero where these are more."""
    promoters, detractors = Q(value__gte=9), Q(value__lte=6)
    found = _answers("nps", start, end).aggregate(
        good=Count("pk", filter=promoters), bad=Count("pk", filter=detractors), all=Count("pk")
    )
    return Share(found["good"] - found["bad"], found["all"])


def ces(*, start: datetime, end: datetime) -> Mean:
    """Average the ease."""
    found = _answers("ces", start, end).aggregate(total=Sum("value"), count=Count("pk"))
    return Mean(found["total"] or 0, found["count"])


def response_rate(*, start: datetime, end: datetime) -> Share:
    """Count those who answered among those invited in the period, by the invitation's mark."""
    sent = Invitation.objects.filter(sent=True, due_at__gte=start, due_at__lt=end)
    declined = SurveyResponse.objects.filter(state="declined", invitation__in=sent).count()
    found = sent.aggregate(used=Count("pk", filter=Q(used=True)), all=Count("pk"))
    return Share(found["used"] - declined, found["all"])


def survey_complaints(*, start: datetime, end: datetime) -> Share:
    """Count complaints born of surveys against low scores in the period."""
    born = Link.objects.filter(kind=LinkKind.FROM_SURVEY, created_at__gte=start, created_at__lt=end).count()
    low = SurveyResponse.objects.filter(is_low=True, state__in=ANSWERED)
    return Share(born, low.filter(submitted_on__gte=localdate(start), submitted_on__lt=localdate(end)).count())


def reports_accepted(*, start: datetime, end: datetime) -> int:
    """Count the relationship reports that the committee accepted."""
    found: int = moves_of("survey_campaign", "accept_report", start=start, end=end).count()
    return found


FIGURES: dict[str, Callable[..., Any]] = {
    "csat": csat,
    "csat_mean": csat_mean,
    "nps": nps,
    "ces": ces,
    "response_rate": response_rate,
    "survey_complaints": survey_complaints,
    "reports_accepted": reports_accepted,
}


def survey_reviews(*, start: datetime, end: datetime) -> Any:
    """Give the surveys launched in the period with their reports and reviews (evidence E10)."""
    rows = SurveyCampaign.objects.filter(launched_at__gte=start, launched_at__lt=end)
    return rows.select_related("report", "owner").prefetch_related("report__decisions").order_by("launched_at", "pk")


def feedback_registered(*, start: datetime, end: datetime) -> Any:
    """Give the moves by which feedback was registered or became a complaint in the period."""
    rows: Any = Event.objects.filter(record__kind="survey_response")
    return rows.moves().filter(name__in=("register_feedback", "make_complaint"), at__gte=start, at__lt=end).in_order()


EVIDENCE: dict[str, Callable[..., Any]] = {"survey_reviews": survey_reviews, "feedback_registered": feedback_registered}

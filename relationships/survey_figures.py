"""What surveys found, as figures: scores with how many and how sure, by question, service and unit, over time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Count, Q
from django.utils.timezone import localdate

from configuration.sampling import wilson
from relationships.questionnaire_models import SCALES, Question
from relationships.survey_models import Answer, SurveyCampaign
from relationships.survey_querysets import ANSWERED, WORTH_A_LOOK

#: Groups of anonymous answers smaller than this are not shown.
SMALL = 5
#: Below this a figure is marked as resting on few answers.
FEW = 30
SATISFIED = 4

#: How often each value was given.
Counts = dict[int, int]

CHOSEN = """
SELECT a.question_id, c.value, count(*) FROM relationships_answer a
JOIN relationships_surveyresponse r ON r.record_ptr_id = a.response_id
CROSS JOIN LATERAL jsonb_array_elements_text(a.chosen) AS c(value)
WHERE r.campaign_id = %s AND r.state IN ('submitted', 'registered', 'complained') GROUP BY 1, 2
"""


@dataclass(frozen=True)
class Score:
    """A score: how many answered, the mean, the share (per cent) that counts, and between what it truly lies.

    ``share`` is the satisfied for a scale, promoters less detractors for a recommendation, None for ease.
    """

    n: int
    mean: float | None = None
    share: float | None = None
    low: float | None = None
    high: float | None = None

    @property
    def few(self) -> bool:
        """Tell whether it rests on few answers."""
        return self.n < FEW


def mean_of(counts: Counts) -> float | None:
    """Give the mean of the values; of none, none."""
    n = sum(counts.values())
    return round(sum(value * count for value, count in counts.items()) / n, 2) if n else None


def csat(counts: Counts) -> Score:
    """Give the share of answers of 4 or 5 of 5, with its 95 % interval after Wilson."""
    n = sum(counts.values())
    if not n:
        return Score(0)
    good = sum(count for value, count in counts.items() if value >= SATISFIED)
    found = wilson(good, n)
    assert found is not None  # somebody answered
    return Score(n, mean_of(counts), _percent(found.share), _percent(found.low), _percent(found.high))


def nps(counts: Counts) -> Score:
    """Give the share of 9 and 10 less the share of 0 to 6."""
    n = sum(counts.values())
    if not n:
        return Score(0)
    for_us = sum(count for value, count in counts.items() if value >= 9)
    against = sum(count for value, count in counts.items() if value <= 6)
    return Score(n, mean_of(counts), _percent((for_us - against) / n))


def ces(counts: Counts) -> Score:
    """Give the mean ease."""
    return Score(sum(counts.values()), mean_of(counts))


SCORES = {"scale": csat, "nps": nps, "ces": ces}


def _percent(share: float) -> float:
    return round(share * 100, 1)


def answered(campaign: Any) -> Any:
    """Give the answers of responses that came back."""
    return Answer.objects.filter(response__campaign=campaign, response__state__in=ANSWERED)


def counts_by(answers: Any, *columns: str) -> dict[tuple[Any, ...], Counts]:
    """Count the values of scales by ``columns``."""
    found: dict[tuple[Any, ...], Counts] = defaultdict(dict)
    rows = answers.exclude(value=None).values_list(*columns, "value").annotate(n=Count("pk")).order_by()
    for *key, value, n in rows:
        found[tuple(key)][value] = n
    return found


def satisfaction_of(unit: int, *, since: date) -> Score:
    """Give how satisfied the people of a unit said to be since a day; anonymous answers name no unit and are not among them."""
    rows = Answer.objects.filter(
        response__unit=unit, response__state__in=ANSWERED, response__submitted_on__gte=since, question__kind="scale"
    )
    return csat(counts_by(rows, "response__unit").get((unit,), {}))


@dataclass
class QuestionResult:
    """One question with what was answered."""

    question: Question
    score: Score | None = None
    n: int = 0
    bars: list[tuple[str, int]] = field(default_factory=list)
    hidden: bool = False


def by_question(campaign: SurveyCampaign) -> list[QuestionResult]:
    """Collect the result of every question; of an anonymous survey not of those that too few answered."""
    if campaign.questionnaire is None:
        return []
    counts = counts_by(answered(campaign), "question")
    chosen = _chosen(campaign)
    texts = dict(answered(campaign).exclude(text="").values_list("question").annotate(n=Count("pk")).order_by())
    found = []
    for question in campaign.questionnaire.questions.prefetch_related("options"):
        one = _result(question, counts.get((question.pk,), {}), chosen.get(question.pk, {}), texts.get(question.pk, 0))
        one.hidden = campaign.anonymous and one.n < SMALL
        found.append(one)
    return found


def _result(question: Question, counts: Counts, chosen: dict[str, int], texts: int) -> QuestionResult:
    if question.kind in SCALES:
        least, most = SCALES[question.kind]
        bars = [(str(value), counts.get(value, 0)) for value in range(most, least - 1, -1)]
        score = SCORES[question.kind](counts)
        return QuestionResult(question, score, score.n, bars)
    if question.kind == Question.Kind.YES_NO:
        return QuestionResult(question, None, sum(counts.values()), [("1", counts.get(1, 0)), ("0", counts.get(0, 0))])
    if question.kind == Question.Kind.TEXT:
        return QuestionResult(question, None, texts)
    bars = [(option.value, chosen.get(option.value, 0)) for option in question.options.all()]
    return QuestionResult(question, None, sum(chosen.values()), bars)


def _chosen(campaign: SurveyCampaign) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(CHOSEN, [campaign.pk])
        for question, value, n in cursor.fetchall():
            found[question][value] = n
    return found


def headline(campaign: Any, kind: str) -> Score:
    """Give the score of the whole survey for a kind of question: those about the whole, else those about services."""
    answers = answered(campaign).filter(question__kind=kind)
    found = counts_by(answers, "question__per_service")
    return SCORES[kind](found.get((False,)) or found.get((True,)) or {})


def by_service(campaign: SurveyCampaign) -> list[tuple[Any, Score]]:
    """Give the satisfaction with each service: asked about it, or after a case about it; small groups are left out."""
    from catalogue.models import Service

    answers = answered(campaign).filter(question__kind="scale")
    asked = counts_by(answers.exclude(service=None), "service")
    about = counts_by(answers.filter(service=None).exclude(response__service=None), "response__service")
    keys = {key[0] for key in (*asked, *about)}
    services = Service.objects.filter(pk__in=keys).order_by("code")
    rows = [(service, csat(_sum([asked.get((service.pk,), {}), about.get((service.pk,), {})]))) for service in services]
    return [row for row in rows if not campaign.anonymous or row[1].n >= SMALL]


def by_unit(campaign: SurveyCampaign) -> list[tuple[Any, Score]]:
    """Give the satisfaction of each unit; an anonymous survey does not know the units."""
    from itsm.people.models import Organisation

    if campaign.anonymous:
        return []
    counts = counts_by(answered(campaign).filter(question__kind="scale").exclude(response__unit=None), "response__unit")
    units = Organisation.objects.filter(pk__in=[key[0] for key in counts]).order_by("code")
    return [(unit, csat(counts[unit.pk,])) for unit in units]


def _sum(parts: Iterable[Counts]) -> Counts:
    whole: Counts = defaultdict(int)
    for part in parts:
        for value, n in part.items():
            whole[value] += n
    return dict(whole)


def participation(campaign: SurveyCampaign) -> dict[str, Any]:
    """Count invited, answered, declined, low scores and complaints, and the response rate; frozen once collected."""
    rows = campaign.responses.aggregate(
        answered=Count("pk", filter=Q(state__in=ANSWERED)), declined=Count("pk", filter=Q(state="declined")),
        low=Count("pk", filter=Q(state__in=ANSWERED, is_low=True)), complained=Count("pk", filter=Q(state="complained")),
        waiting=Count("pk", filter=Q(state="submitted") & WORTH_A_LOOK),
    )  # fmt: skip
    invited = campaign.invited_count
    if invited is None:
        invited = campaign.invitations.filter(sent=True).count()
    if campaign.answered_count is not None:
        rows["answered"] = campaign.answered_count
    rate = _percent(rows["answered"] / invited) if invited else None
    return {"invited": invited, "rate": rate, **rows}


def trend(campaign: SurveyCampaign, *, most: int = 12) -> list[dict[str, Any]]:
    """List the scores of earlier surveys with the same questionnaire, the oldest first, with this one at the end."""
    if campaign.questionnaire is None:
        return []
    rows = SurveyCampaign.objects.filter(
        questionnaire__questionnaire=campaign.questionnaire.questionnaire_id, mode=campaign.mode, launched_at__isnull=False
    ).exclude(state="cancelled")  # fmt: skip
    if campaign.launched_at:
        rows = rows.filter(launched_at__lte=campaign.launched_at)
    found = list(rows.order_by("-launched_at", "-pk")[:most])[::-1]
    return [_point(one) for one in found]


def _point(campaign: SurveyCampaign) -> dict[str, Any]:
    taken, score = participation(campaign), headline(campaign, "scale")
    hidden = campaign.anonymous and score.n < SMALL
    day = localdate(campaign.launched_at).isoformat() if campaign.launched_at else ""
    return {
        "number": campaign.number, "title": campaign.title, "day": day, "rate": taken["rate"],
        "csat": None if hidden else score.share, "n": score.n,
    }  # fmt: skip


def as_facts(score: Score) -> dict[str, Any]:
    """Give a score as plain values."""
    return asdict(score)


def with_counts(rows: Any) -> Any:
    """Say of each survey how many were asked and answered: frozen once collected, counted until then."""
    from django.db.models import IntegerField, OuterRef, Subquery
    from django.db.models.functions import Coalesce

    from relationships.survey_models import Invitation, SurveyResponse

    asked = Invitation.objects.filter(campaign=OuterRef("pk"), sent=True).order_by().values("campaign")
    back = SurveyResponse.objects.filter(campaign=OuterRef("pk"), state__in=ANSWERED).order_by().values("campaign")
    number = IntegerField()
    return rows.annotate(
        asked=Coalesce("invited_count", Subquery(asked.annotate(n=Count("pk")).values("n")), 0, output_field=number),
        back=Coalesce("answered_count", Subquery(back.annotate(n=Count("pk")).values("n")), 0, output_field=number),
    )

"""A standing survey month by month: its report is the slice of each month, told when the month is over, and as a document."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, Q
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext

from itsm.draw.figures import Bar
from itsm.draw.paper import Bars, Block, Facts, Grid, Heading, document
from itsm.notices.outbox import Notice
from relationships import survey_figures as figures
from relationships.survey_figures import Score
from relationships.survey_querysets import ANSWERED

MOST = 13


@dataclass(frozen=True)
class Slice:
    """One month: how many were asked and answered, how satisfied they are, low scores and complaints."""

    month: date
    invited: int
    answered: int
    low: int
    complained: int
    comments: int
    score: Score

    @property
    def rate(self) -> float | None:
        """The share of those asked in the month for whom an answer came in it, per cent."""
        return round(min(self.answered / self.invited, 1) * 100, 1) if self.invited else None

    @property
    def code(self) -> str:
        """The month as an address has it."""
        return f"{self.month:%Y-%m}"


def slices(campaign: Any) -> list[Slice]:
    """Cut a standing survey into its last months, the newest first, in three statements."""
    asked = campaign.invitations.filter(sent=True).annotate(month=TruncMonth("due_at"))
    invited = {row["month"].date(): row["n"] for row in asked.values("month").annotate(n=Count("pk")).order_by()}
    back = campaign.responses.filter(state__in=ANSWERED).annotate(month=TruncMonth("submitted_on")).values("month")
    rows = back.annotate(
        answered=Count("pk"), low=Count("pk", filter=Q(is_low=True)), complained=Count("pk", filter=Q(state="complained")),
        comments=Count("pk", filter=Q(has_comment=True)),
    ).order_by("-month")[:MOST]  # fmt: skip
    scores = figures.counts_by(_scales(campaign).annotate(month=TruncMonth("response__submitted_on")), "month")
    return [
        Slice(
            row["month"], invited.get(row["month"], 0), row["answered"], row["low"], row["complained"], row["comments"],
            figures.csat(scores.get((row["month"],), {})),
        )
        for row in rows
    ]  # fmt: skip


def _scales(campaign: Any) -> Any:
    return figures.answered(campaign).filter(question__kind="scale", question__per_service=False)


def month_named(campaign: Any, code: str) -> Slice | None:
    """Find the slice of a month such as 2026-10."""
    return next((one for one in slices(campaign) if one.code == code), None)


# ---- on paper -------------------------------------------------------------------------------
def paper(campaign: Any, one: Slice) -> bytes:
    """Set the report of a month, in the active language."""
    title = gettext("Satisfaction after closed cases, monthly report")
    subtitle = f"{campaign.number} {campaign.title} · {one.code}"
    return document(title, list(_blocks(campaign, one)), subtitle=subtitle, foot=subtitle)


def _blocks(campaign: Any, one: Slice) -> Iterator[Block]:
    known = slices(campaign)
    before = next((row for row in known if row.month < one.month), None)
    yield Facts([
        (gettext("In charge"), campaign.owner.name), (gettext("Invited"), str(one.invited)),
        (gettext("Answered"), str(one.answered)), (gettext("Response rate"), _percent(one.rate)),
        (gettext("Satisfied (4 or 5 of 5)"), satisfied(one.score)),
        (gettext("The month before"), satisfied(before.score) if before else "—"),
        (gettext("Comments"), str(one.comments)), (gettext("Low scores"), str(one.low)),
        (gettext("Complaints born of it"), str(one.complained)),
    ])  # fmt: skip
    if services := list(by_service(campaign, one.month)):
        yield Heading(gettext("Satisfied, by service"))
        yield Bars([Bar(name, score.share or 0, f"{score.share:g} % n={score.n}") for name, score in services])
    yield Heading(gettext("Month by month"))
    head = [gettext("Month"), gettext("Invited"), gettext("Answered"), gettext("Satisfied"), gettext("Low scores")]
    body = [[row.code, str(row.invited), str(row.answered), satisfied(row.score), str(row.low)] for row in known]
    yield Grid(head, body, (0.2, 0.15, 0.15, 0.35, 0.15))


def by_service(campaign: Any, month: date) -> Iterator[tuple[str, Score]]:
    """Give the satisfaction with each service in a month."""
    from catalogue.models import Service

    rows = _scales(campaign).filter(response__submitted_on__year=month.year, response__submitted_on__month=month.month)
    counts = figures.counts_by(rows.exclude(response__service=None), "response__service")
    named = Service.objects.in_bulk([key for (key,) in counts])
    for (key,), values in sorted(counts.items(), key=lambda row: named[row[0][0]].code):
        yield named[key].name, figures.csat(values)


def satisfied(score: Score) -> str:
    """Say how many are satisfied, between what that lies and on how many answers it rests."""
    if score.share is None:
        return "—"
    return f"{score.share:g} % ({score.low:g}–{score.high:g}) n={score.n}"


def _percent(rate: float | None) -> str:
    return "—" if rate is None else f"{rate:g} %"


# ---- told -----------------------------------------------------------------------------------
def notices(*, today: date, at: datetime) -> Iterator[Notice]:
    """Tell who is in charge of a standing survey that the report of the month that is over can be read."""
    from relationships.survey_models import SurveyCampaign

    last = today.replace(day=1) - timedelta(days=1)
    begin = datetime.combine(last.replace(day=1), datetime.min.time(), tzinfo=ZoneInfo(settings.TIME_ZONE))
    rows = SurveyCampaign.objects.standing().filter(state="running", launched_at__lt=begin + timedelta(days=28))
    for campaign in rows.select_related("owner").order_by("pk"):
        one = month_named(campaign, f"{last:%Y-%m}")
        if one is None:
            continue
        url = f"{settings.SITE_URL}/surveys/{campaign.number}/results/#months"
        yield Notice(
            dedupe_key=f"survey-month:{campaign.pk}:{one.code}:{campaign.owner_id}", event="survey_work", template="survey_month",
            at=at, person_id=campaign.owner_id,
            facts={"title": campaign.title, "month": one.code, "score": satisfied(one.score), "url": url},
        )  # fmt: skip

"""The relationship report: begun with its figures and a first text for each section, then written by people."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from itsm.records.perform import lock
from itsm.records.refusals import NotAllowed, Objected
from itsm.tickets.models import Ticket
from relationships import survey_access as access
from relationships import survey_figures as figures
from relationships.models import Complaint
from relationships.survey_guards import SECTIONS
from relationships.survey_models import ImprovementAction, RelationshipReport, SurveyCampaign
from relationships.survey_population import begins, ends
from sla.models import Clock

TITLES = {
    "response_rate": _("Response rate"),
    "scores": _("Scores by service"),
    "trend": _("Trend"),
    "complaints": _("Complaints"),
    "sla": _("Service levels"),
    "improvements": _("Improvements"),
    "conclusions": _("Conclusions"),
}


def draft(campaign: Any, *, at: datetime) -> RelationshipReport:
    """Begin the report of a locked survey: figures as they stand, and sentences that say them."""
    found = collect(campaign, at=at)
    return RelationshipReport.objects.create(campaign=campaign, drafted_at=at, figures=found, **sentences(found))


def refresh(campaign: Any, *, by: Any, at: datetime) -> RelationshipReport:
    """Collect the figures of a report that is being written anew; its words stay as they are.

    :raises NotAllowed: if ``by`` does not write reports
    :raises Objected: if the report is not being written
    """
    with transaction.atomic():
        report = _writable(campaign, by=by)
        report.figures = collect(report.campaign, at=at)
        report.save(update_fields=["figures"])
    return report


def write(campaign: Any, texts: Mapping[str, str], *, by: Any) -> RelationshipReport:
    """Keep the words of the sections that ``texts`` holds.

    :raises NotAllowed: if ``by`` does not write reports
    :raises Objected: if the report is not being written, or a text is too long
    """
    with transaction.atomic():
        report = _writable(campaign, by=by)
        for name in SECTIONS:
            text = texts.get(name, getattr(report, name)).replace("\x00", "").strip()
            if len(text) > 8000:
                raise Objected(fields={name: gettext("At most 8,000 characters.")})
            setattr(report, name, text)
        report.save(update_fields=list(SECTIONS))
    return report


def _writable(campaign: Any, *, by: Any) -> RelationshipReport:
    locked = lock(campaign)
    if not access.plans(by):
        raise NotAllowed
    if locked.state != "reporting":
        raise Objected(gettext("The report is not being written now."))
    report: RelationshipReport = RelationshipReport.objects.select_for_update().get(campaign=locked)
    report.campaign = locked
    return report


def collect(campaign: SurveyCampaign, *, at: datetime) -> dict[str, Any]:
    """Collect every figure of the report as plain values."""
    since, until = period(campaign, at=at)
    return {
        **figures.participation(campaign),
        "since": since.isoformat(),
        "until": until.isoformat(),
        "population": campaign.frame_size,
        "scores": {kind: figures.as_facts(_shown(campaign, figures.headline(campaign, kind))) for kind in figures.SCORES},
        "services": [
            {"zh_hant": service.name_zh, "en": service.name_en or service.name_zh, **figures.as_facts(score)}
            for service, score in figures.by_service(campaign)
        ],
        "trend": figures.trend(campaign),
        "complaints": complaints(campaign, since=since, until=until),
        "consent": consent(since=since, until=until),
        "sla": service_levels(since=since, until=until),
        "open_actions": ImprovementAction.objects.filter(done_at=None).count(),
    }  # fmt: skip


def _shown(campaign: SurveyCampaign, score: figures.Score) -> figures.Score:
    """Hide the score of an anonymous group that is too small."""
    return figures.Score(score.n) if campaign.anonymous and score.n < figures.SMALL else score


def period(campaign: SurveyCampaign, *, at: datetime) -> tuple[datetime, datetime]:
    """Give the time that the report is about: that of the cases asked about, or that of the survey itself."""
    since = begins(campaign.population_from or campaign.opens_on) if campaign.opens_on else campaign.launched_at or at
    end = campaign.population_to or campaign.ends_on
    return since, min(ends(end), at) if end else at


def complaints(campaign: SurveyCampaign, *, since: datetime, until: datetime) -> dict[str, int]:
    """Count complaints received in the time, those that are closed, and those born of this survey."""
    rows = Ticket.objects.filter(kind="complaint", received_at__gte=since, received_at__lt=until)
    found = rows.aggregate(received=Count("pk"), closed=Count("pk", filter=Q(state="closed")))
    return {**found, "from_survey": campaign.responses.filter(state="complained").count()}


def consent(*, since: datetime, until: datetime) -> dict[str, Any]:
    """Tell how many complaints were closed with consent in the time, and name those closed by a decision without it."""
    ended = Complaint.objects.filter(state="closed", closed_at__gte=since, closed_at__lt=until)
    decided = ended.filter(closure_code="decision").order_by("closed_at", "pk")
    return {
        "consented": ended.filter(closure_code="consent").count(),
        "decided": list(decided.values_list("number", flat=True)),
    }


def service_levels(*, since: datetime, until: datetime, services: list[Any] | None = None) -> list[dict[str, Any]]:
    """Count met and missed targets of each service in the time; of ``services`` only where they are given."""
    judged = Clock.objects.counted().filter(stopped_at__gte=since, stopped_at__lt=until, state__in=("met", "missed"))
    if services is not None:
        judged = judged.filter(record__ticket__service__in=services)
    rows = (
        judged.exclude(record__ticket__service=None)
        .values_list("record__ticket__service__name_zh", "record__ticket__service__name_en")
        .annotate(met=Count("pk", filter=Q(state="met")), missed=Count("pk", filter=Q(state="missed")))
        .order_by("record__ticket__service__code")
    )
    return [
        {
            "zh_hant": zh,
            "en": en or zh,
            "met": met,
            "missed": missed,
            "judged": met + missed,
            "rate": round(met / (met + missed) * 100, 1),
        }
        for zh, en, met, missed in rows
    ]


def sentences(found: Mapping[str, Any]) -> dict[str, str]:
    """Say the figures in a first sentence for each section; judgement is left to who writes the report."""
    return {
        "response_rate": gettext("%(answered)s of %(invited)s who were asked answered (%(rate)s %%).")
        % {"answered": found["answered"], "invited": found["invited"], "rate": _or_dash(found["rate"])},
        "scores": _scores(found),
        "trend": _trend(found["trend"]),
        "complaints": gettext(
            "%(received)s complaints were received, %(closed)s of them are closed; %(from_survey)s were born of this survey."
        )
        % found["complaints"],
        "sla": _levels(found["sla"]),
        "improvements": gettext("%(count)s actions of earlier reviews are still open.") % {"count": found["open_actions"]},
        "conclusions": "",
    }  # fmt: skip


def _or_dash(value: Any) -> Any:
    return "—" if value is None else value


def _scores(found: Mapping[str, Any]) -> str:
    score = found["scores"]["scale"]
    said = gettext("%(share)s %% are satisfied (4 or 5 of 5; mean %(mean)s, n = %(n)s).") % {
        "share": _or_dash(score["share"]), "mean": _or_dash(score["mean"]), "n": score["n"],
    }  # fmt: skip
    if score["n"] < figures.FEW:
        said += " " + gettext("The figure rests on few answers.")
    return said


def _trend(points: list[dict[str, Any]]) -> str:
    known = [point["csat"] for point in points if point["csat"] is not None]
    if len(known) < 2:
        return gettext("There is no earlier survey to compare with.")
    words = {"before": known[-2], "now": known[-1]}
    return gettext("Satisfied before: %(before)s %%, now: %(now)s %%.") % words


def _levels(rows: list[dict[str, Any]]) -> str:
    met, missed = sum(row["met"] for row in rows), sum(row["missed"] for row in rows)
    if not met + missed:
        return gettext("No target was judged in this time.")
    return gettext("%(met)s of %(all)s targets were met (%(rate)s %%).") % {
        "met": met, "all": met + missed, "rate": round(met / (met + missed) * 100, 1),
    }  # fmt: skip

"""The conditions of surveys; the sentences of guards are the specification's."""

from __future__ import annotations

from typing import Any

from django.utils.timezone import localdate
from django.utils.translation import gettext

from itsm.flow import Move, guard
from itsm.tickets.guards import MINUTES

#: The sections that a report must have words for.
SECTIONS = ("response_rate", "scores", "trend", "complaints", "sla", "improvements", "conclusions")


@guard("g_survey_ready", "Survey plan is incomplete.", "調查規劃不完整。")
def survey_ready(record: Any, move: Move) -> bool:
    """Tell whether questionnaire, population, sampling, period and channels are settled."""
    version = record.questionnaire
    if version is None or not version.is_published or not (record.by_mail or record.in_portal):
        return False
    if record.is_standing:
        return bool(record.case_kinds)
    sampling = move.given("sampling", record.sampling)
    sized = sampling == "all" or bool(move.given("sample_size", record.sample_size))
    period = record.opens_on and move.given("ends_on", record.ends_on)
    return bool(
        sampling and sized and period and _population_named(record, move.given("population", record.population))
    )


def _population_named(record: Any, population: str) -> bool:
    """Tell whether the rule of the population has what it needs: units, dates, services."""
    dated = bool(record.population_from and record.population_to)
    if population == "units":
        return bool(record.units.exists())
    if population == "service_users":
        return dated and bool(record.services.exists())
    return dated if population == "case_users" else population == "everyone"


@guard("g_responses_registered", "Some feedback is not registered.", "尚有意見未登錄。")
def responses_registered(record: Any, move: Move) -> bool:
    """Tell whether nothing that came back waits for a look."""
    return not record.responses.to_register().exists()


@guard("g_report_complete", "Report is incomplete.", "報告內容不完整。")
def report_complete(record: Any, move: Move) -> bool:
    """Tell whether the report has figures and words for every section."""
    report = _report(record)
    return bool(report and report.figures and all(getattr(report, name).strip() for name in SECTIONS))


def minutes(record: Any) -> bool:
    """Tell whether the meeting's day, attendees, minutes and decisions are written down."""
    report = _report(record)
    written = report and report.met_on and report.attendees.strip() and report.minutes.strip()
    return bool(written and report.decisions.exists())


MINUTES["survey_campaign"] = minutes


def _report(record: Any) -> Any:
    from relationships.survey_models import RelationshipReport

    return RelationshipReport.objects.filter(campaign=record.pk).first()


# ---- further sentences, without a code in the specification ---------------------------------
def end_ahead(record: Any, move: Move) -> str:
    """Object to a last day that has passed, or that lies before the first."""
    end = move.given("ends_on", None if move.name == "extend_collection" else record.ends_on)
    if end is None:
        return ""
    if end < localdate(move.at):
        return gettext("The last day must not lie in the past.")
    if record.opens_on and end < record.opens_on:
        return gettext("The last day lies before the first.")
    return ""


def population_there(record: Any, move: Move) -> str:
    """Object to a survey that would ask nobody, once it is launched in earnest."""
    if record.is_standing or not survey_ready(record, move) or not move.inputs:
        return ""
    from relationships.survey_population import frame

    if not frame(record, move.given("population", record.population), at=move.at):
        return gettext("Nobody is left to ask: look at the population and at the days between two surveys.")
    return ""


def version_read(record: Any, move: Move) -> str:
    """Object to submitting another version of the report than the one that was read."""
    given = move.given("report_version")
    if given is not None and given != record.report_version:
        return gettext("The report has version %(version)s by now. Read it and submit that.") % {
            "version": record.report_version
        }
    return ""


def not_own_report(record: Any, move: Move) -> str:
    """Object to accepting a report that one has submitted oneself."""
    from itsm.records.models import Event

    submitted = Event.objects.moves().filter(record=record.pk, name="submit_report").order_by("-pk").first()
    if move.by is not None and submitted is not None and submitted.actor_id == move.by.pk:
        return gettext("Who submitted the report does not accept it.")
    return ""


def can_complain(record: Any, move: Move) -> str:
    """Object to a complaint of which nobody could be asked for consent."""
    if record.anonymous and move.given("requester") is None:
        return gettext("The answer is anonymous: nobody could agree to close the complaint. Register it as feedback.")
    return ""

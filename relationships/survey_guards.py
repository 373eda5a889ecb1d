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
    return not missing(record, move)


def missing(record: Any, move: Move | None = None) -> list[str]:
    """Name what the plan lacks before the survey can be launched; what ``move`` gives counts as planned."""
    version = record.questionnaire
    found = [] if version is not None and version.is_published else [gettext("No published questionnaire is chosen.")]
    if not (record.by_mail or record.in_portal):
        found.append(gettext("Neither e-mail nor the portal is chosen."))
    if record.is_standing:
        return found if record.case_kinds else [*found, gettext("No kind of case is chosen.")]
    planned = _planned(record, move)
    if not (record.opens_on and planned["ends_on"]):
        found.append(gettext("The first or the last day is not set."))
    if not planned["sampling"]:
        found.append(gettext("The sampling is not chosen."))
    elif planned["sampling"] != "all" and not planned["sample_size"]:
        found.append(gettext("The size of the sample is not set."))
    return found + _without_population(record, planned["population"])


def _planned(record: Any, move: Move | None) -> dict[str, Any]:
    names = ("ends_on", "sampling", "sample_size", "population")
    return {name: move.given(name, getattr(record, name)) if move else getattr(record, name) for name in names}


def _without_population(record: Any, population: str) -> list[str]:
    """Name what the rule of the population lacks: units, dates, services."""
    if not population:
        return [gettext("The population is not chosen.")]
    found = []
    if population == "units" and not record.units.exists():
        found.append(gettext("No unit is chosen."))
    if population in ("case_users", "service_users") and not (record.population_from and record.population_to):
        found.append(gettext("The dates of the cases are not set."))
    if population == "service_users" and not record.services.exists():
        found.append(gettext("No service is chosen."))
    return found


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

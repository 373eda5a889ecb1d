"""Registers the survey programme."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Register the two processes, their deadlines, words and rounds."""
    from itsm.records.register import steps
    from relationships import survey_access, survey_closures, survey_sending, survey_telling, survey_timers
    from sla import rounds

    _processes()
    if survey_access.survey_roles not in steps.roles:
        steps.roles.append(survey_access.survey_roles)
    if survey_closures.journaled not in steps.journaled:
        steps.journaled.append(survey_closures.journaled)
    survey_timers.register()
    survey_telling.register()
    _furnish()
    rounds.add(rounds.Round("surveys", timedelta(seconds=20), survey_sending.work))


def _processes() -> None:
    from itsm.records.register import Process, add
    from relationships import kpis, survey_kpis, survey_page, survey_shown
    from relationships.survey_models import SurveyCampaign, SurveyResponse

    add(
        Process(
            "survey_campaign", SurveyCampaign, SurveyCampaign.flows, section="surveys", workers=frozenset({"brm", "agent"}),
            milestones={"ended": lambda campaign: not campaign.is_open}, figures=kpis.SURVEYS,
            evidence=survey_kpis.EVIDENCE, page=survey_page.page, places=survey_shown.tabs,
        )
    )  # fmt: skip
    add(
        Process(
            "survey_response", SurveyResponse, SurveyResponse.flows, section="survey-responses", workers=frozenset({"agent"})
        )
    )  # fmt: skip


def _furnish() -> None:
    """Put the pages of surveys into the shell."""
    from itsm.ui.navigation import Entry, register
    from relationships.survey_access import KNOWS

    register(Entry(_("Surveys"), "relationships:surveys", "chart", roles=KNOWS, section="processes", order=75))
    register(Entry(_("My surveys"), "relationships:my_surveys", "note", section="portal", order=65))

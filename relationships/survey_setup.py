"""Registers the survey programme."""

from __future__ import annotations

from datetime import timedelta


def register() -> None:
    """Register the two processes, their deadlines, words and rounds."""
    from itsm.records.register import Process, add, steps
    from relationships import survey_access, survey_closures, survey_sending, survey_telling, survey_timers
    from relationships.survey_models import SurveyCampaign, SurveyResponse
    from sla import rounds

    add(
        Process(
            "survey_campaign",
            SurveyCampaign,
            SurveyCampaign.flows,
            section="surveys",
            workers=frozenset({"brm", "agent"}),
            milestones={"ended": lambda campaign: not campaign.is_open},
        )
    )
    add(
        Process(
            "survey_response", SurveyResponse, SurveyResponse.flows, section="survey-responses", workers=frozenset({"agent"})
        )
    )  # fmt: skip
    if survey_access.survey_roles not in steps.roles:
        steps.roles.append(survey_access.survey_roles)
    if survey_closures.journaled not in steps.journaled:
        steps.journaled.append(survey_closures.journaled)
    survey_timers.register()
    survey_telling.register()
    rounds.add(rounds.Round("surveys", timedelta(seconds=20), survey_sending.work))

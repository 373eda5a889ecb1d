"""The app of incidents and service requests: registers both processes."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from itsm.flow.roles import STAFF


class IncidentsConfig(AppConfig):
    """Incidents and service requests."""

    name = "incidents"
    verbose_name = _("Incidents and service requests")

    def ready(self) -> None:
        """Register the two processes."""
        from incidents import access, answers, children, figures, kpis, timers, upkeep
        from incidents.models import Incident, ServiceRequest
        from incidents.receive import receive_incident, receive_request
        from itsm.notices.templates import add_template
        from itsm.records.register import Process, add, steps
        from itsm.ui import navigation

        add(
            Process(
                "incident", Incident, Incident.flows, section="incidents", receive=receive_incident,
                figures=kpis.INCIDENT, evidence=figures.EVIDENCE,
            )
        )  # fmt: skip
        add(
            Process(
                "service_request", ServiceRequest, ServiceRequest.flows, section="requests", receive=receive_request,
                figures=kpis.REQUEST,
            )
        )  # fmt: skip
        timers.register()
        upkeep.register()
        if access.moved_roles not in steps.roles:
            steps.roles.append(access.moved_roles)
        if answers.resume_on_answer not in steps.said:
            steps.said.append(answers.resume_on_answer)
        if children.end_duplicates not in steps.journaled:
            steps.journaled.append(children.end_duplicates)
        navigation.register(
            navigation.Entry(
                _("Major incidents"), "incidents:major", "bang", key="g x", roles=STAFF, section="processes", order=15
            )
        )
        _sample()
        add_template("alarm_cleared", headline=_("The alarm is over: resolve the case if nothing else is wrong"))


def _sample() -> None:
    """Let the tick draw the weekly sample of judgements, and its readers find it."""
    from datetime import timedelta

    from incidents import judgements
    from itsm.ui import navigation
    from sla import rounds

    rounds.add(rounds.Round("sample of judgements", timedelta(hours=6), judgements.draw))
    navigation.register(
        navigation.Entry(
            _("Sample of judgements"), "incidents:judgements", "check", roles=judgements.READERS, section="processes",
            order=16,
        )
    )  # fmt: skip

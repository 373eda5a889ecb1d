"""The app of the service catalogue: registers the process of service transitions."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

#: Who works on service transitions beside their moves.
WORKERS = frozenset({"transition_manager", "service_owner", "slm", "brm"})


class CatalogueConfig(AppConfig):
    """Services, request items, and the transition of services."""

    name = "catalogue"
    verbose_name = _("Service catalogue")

    def ready(self) -> None:
        """Register the process."""
        from catalogue import figures, kpis
        from catalogue.transition import shown
        from catalogue.transition.access import transition_roles
        from catalogue.transition.models import ServiceTransition
        from catalogue.transition.receive import receive_transition
        from itsm.records.register import Process, add, steps

        kpis.register()
        add(
            Process(
                "service_transition",
                ServiceTransition,
                ServiceTransition.flows,
                section="service-transitions",
                receive=receive_transition,
                workers=WORKERS,
                milestones={
                    "ready_for_live": lambda row: row.state in ("ready_for_live", "transitioning", "reviewing"),
                    "refused": lambda row: row.state in ("rejected", "cancelled"),
                    "ended": lambda row: not row.is_open,
                },
                figures=kpis.FIGURES,
                evidence=figures.EVIDENCE,
                page=shown.page,
                words=("need", "outcomes", "customer", "service_code"),
            )
        )
        if transition_roles not in steps.roles:
            steps.roles.append(transition_roles)

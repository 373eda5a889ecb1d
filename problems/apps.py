"""The app of problems: registers what is there of the process."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProblemsConfig(AppConfig):
    """Problems."""

    name = "problems"
    verbose_name = _("Problems")

    def ready(self) -> None:
        """Register the process."""
        from itsm.flow.roles import STAFF
        from itsm.records.register import Process, add
        from itsm.ui import navigation
        from problems.models import Problem
        from problems.receive import receive_problem

        add(
            Process(
                "problem",
                Problem,
                Problem.flows,
                section="problems",
                receive=receive_problem,
                milestones={"from_major": lambda problem: problem.origin == Problem.Origin.MAJOR_INCIDENT},
            )
        )
        navigation.register(
            navigation.Entry(
                _("Problems"), "problems:list", "bug", key="g p", roles=STAFF, section="processes", order=30
            )
        )

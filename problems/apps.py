"""The app of problems: registers what is there of the process."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProblemsConfig(AppConfig):
    """Problems."""

    name = "problems"
    verbose_name = _("Problems")

    def ready(self) -> None:
        """Register the process."""
        from itsm.records.register import Process, add
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

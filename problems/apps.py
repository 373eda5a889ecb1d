"""The app of problems: registers problems and known errors."""

from datetime import timedelta

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from itsm.flow.roles import STAFF

WORKERS = frozenset({"agent", "engineer", "incident_manager", "problem_manager", "problem_handler"})


class ProblemsConfig(AppConfig):
    """Problems and known errors."""

    name = "problems"
    verbose_name = _("Problems")

    def ready(self) -> None:
        """Register the two processes."""
        from itsm.records.register import steps
        from itsm.ui import navigation
        from problems import access, recurrence, rules, telling, timers
        from sla import rounds

        _register_processes()
        if access.problem_roles not in steps.roles:
            steps.roles.append(access.problem_roles)
        timers.register()
        telling.register()
        recurrence.register()
        rounds.add(
            rounds.Round("problems", timedelta(hours=1), lambda at: rules.propose(at=at), "problems.tasks.propose")
        )
        navigation.register(
            navigation.Entry(
                _("Problems"), "problems:list", "bug", key="g p", roles=STAFF, section="processes", order=30
            )
        )


def _register_processes() -> None:
    from itsm.records.register import Process, add
    from problems import figures, known_page, kpis
    from problems.models import KnownError, Problem
    from problems.receive import receive_problem

    add(
        Process(
            "problem",
            Problem,
            Problem.flows,
            section="problems",
            receive=receive_problem,
            workers=WORKERS,
            overseers=frozenset({"problem_manager"}),
            milestones={
                "from_major": lambda problem: problem.origin == Problem.Origin.MAJOR_INCIDENT,
                "ended": lambda problem: not problem.is_open,
            },
            figures=kpis.FIGURES,
            evidence=figures.EVIDENCE,
        )
    )
    add(
        Process(
            "known_error",
            KnownError,
            KnownError.flows,
            section="known-errors",
            page=known_page.page,
            words=("symptoms", "cause", "workaround", "component"),
        )
    )

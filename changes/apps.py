"""The app of changes and their board."""

from datetime import timedelta
from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from itsm.flow.roles import STAFF

WORKERS = frozenset({"change_manager", "change_implementer", "change_requester", "incident_manager"})
RUNNING = ("implementing", "emergency_implementing")
GOOD = ("successful", "with_issues")


def _succeeded(change: Any) -> bool:
    return change.state == "closed" and change.outcome in GOOD


def _unsuccessful(change: Any) -> bool:
    return change.state in ("rejected", "cancelled") or (change.state == "closed" and change.outcome not in GOOD)


def _process() -> Any:
    """Give the process as siblings and pages know it."""
    from changes import access, calendar_figures, editing, figures, kpis, tabs
    from changes.models import Change
    from changes.page import page
    from changes.receive import receive_change
    from itsm.records.register import Process

    return Process(
        "change",
        Change,
        Change.flows,
        section="changes",
        receive=receive_change,
        workers=WORKERS,
        overseers=frozenset({"change_manager", "cab", "ecab"}),
        milestones={
            "authorised": lambda change: change.state in ("scheduled", *RUNNING),
            "running": lambda change: change.state in RUNNING,
            "in_review": lambda change: change.state == "post_review",
            "succeeded": _succeeded,
            "unsuccessful": _unsuccessful,
            "ended": lambda change: not change.is_open,
            "emergency": lambda change: change.change_class == "emergency",
        },
        figures=kpis.FIGURES,
        evidence=figures.EVIDENCE | {"changes_freeze_waivers": calendar_figures.waivers},
        page=page,
        tabs=tabs.tabs,
        seen_by=access.seen_by,
        editable=editing.FIELDS_OF_CHANGE,
        edit_refuses=editing.edit_refuses,
        owed=access.owed,
    )


class ChangesConfig(AppConfig):
    """Changes."""

    name = "changes"
    verbose_name = _("Changes")

    def ready(self) -> None:
        """Register the process."""
        from changes import access, answering, board_start, calendar_start, causes, standard, telling, timers
        from itsm.records.register import add, steps
        from itsm.ui import navigation
        from sla import rounds

        add(_process())
        if access.change_roles not in steps.roles:
            steps.roles.append(access.change_roles)
        for step in (answering.journaled, standard.journaled):
            if step not in steps.journaled:
                steps.journaled.append(step)
        timers.register()
        telling.register()
        navigation.register(
            navigation.Entry(
                _("Changes"), "changes:list", "change", key="g c", roles=STAFF, section="processes", order=40
            )
        )
        rounds.add(rounds.Round("changes", timedelta(hours=1), lambda at: causes.find(at=at)))
        board_start.register()
        calendar_start.register()

"""The app of changes and their board."""

from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

WORKERS = frozenset({"change_manager", "change_implementer", "change_requester", "incident_manager"})
RUNNING = ("implementing", "emergency_implementing")
GOOD = ("successful", "with_issues")


def _succeeded(change: Any) -> bool:
    return change.state == "closed" and change.outcome in GOOD


def _unsuccessful(change: Any) -> bool:
    return change.state in ("rejected", "cancelled") or (change.state == "closed" and change.outcome not in GOOD)


class ChangesConfig(AppConfig):
    """Changes."""

    name = "changes"
    verbose_name = _("Changes")

    def ready(self) -> None:
        """Register the process."""
        from changes import access, answering
        from changes.models import Change
        from changes.receive import receive_change
        from itsm.records.register import Process, add, steps

        add(
            Process(
                "change",
                Change,
                Change.flows,
                section="changes",
                receive=receive_change,
                workers=WORKERS,
                milestones={
                    "authorised": lambda change: change.state in ("scheduled", *RUNNING),
                    "running": lambda change: change.state in RUNNING,
                    "succeeded": _succeeded,
                    "unsuccessful": _unsuccessful,
                    "ended": lambda change: not change.is_open,
                    "emergency": lambda change: change.change_class == "emergency",
                },
            )
        )
        if access.change_roles not in steps.roles:
            steps.roles.append(access.change_roles)
        if answering.journaled not in steps.journaled:
            steps.journaled.append(answering.journaled)

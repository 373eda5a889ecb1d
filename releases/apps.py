"""The app of releases and deployments."""

from collections.abc import Callable
from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from itsm.flow.roles import STAFF

WORKERS = frozenset({"release_manager", "release_implementer", "release_requester", "change_manager"})
DEPLOYERS = frozenset({"release_manager", "release_implementer"})
ENDED = ("closed", "rejected", "cancelled")
READY = ("approved", "deploying", "emergency_deploying", "retro_documentation", "post_review", "closed")
GOOD = ("successful", "with_issues")


MILESTONES: dict[str, Callable[[Any], bool]] = {
    "ready": lambda release: release.state in READY,
    "past_deployment": lambda release: release.state in ("post_review", *ENDED),
    "deployed": lambda release: release.actual_end is not None,
    "deployments_done": lambda release: not release.deployments.unfinished().exists(),
    "in_review": lambda release: release.state == "post_review",
    "ended": lambda release: release.state in ENDED,
    "succeeded": lambda release: release.state == "closed" and release.outcome in GOOD,
}


class ReleasesConfig(AppConfig):
    """Releases."""

    name = "releases"
    verbose_name = _("Releases")

    def ready(self) -> None:
        """Register the two processes."""
        from itsm.records import planned as plans
        from itsm.records.register import Process, add, steps
        from releases import access, answering, figures, kpis, page, planned, telling, timers
        from releases.models import Deployment, Release
        from releases.receive import receive_release

        add(
            Process(
                "release", Release, Release.flows, section="releases", receive=receive_release, workers=WORKERS,
                milestones=MILESTONES, page=page.release_page, seen_by=access.seen_by, overseers=frozenset({"release_manager"}),
                figures=kpis.FIGURES, evidence=dict(figures.EVIDENCE),
            )
        )  # fmt: skip
        add(
            Process(
                "deployment",
                Deployment,
                Deployment.flows,
                section="deployments",
                workers=DEPLOYERS,
                page=page.deployment_page,
            )
        )
        if access.release_roles not in steps.roles:
            steps.roles.append(access.release_roles)
        if answering.journaled not in steps.journaled:
            steps.journaled.append(answering.journaled)
        plans.add("release", planned.planned)
        telling.register()
        timers.register()
        _navigate()


def _navigate() -> None:
    from itsm.ui import navigation

    navigation.register(
        navigation.Entry(_("Releases"), "releases:board", "box", key="g l", roles=STAFF, section="processes", order=50)
    )

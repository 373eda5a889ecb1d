"""Who is told of the steps of a service transition."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy

from itsm.flow import Move
from itsm.notices import audience
from itsm.notices.outbox import is_quiet, put_many
from itsm.notices.tell import Telling
from itsm.notices.templates import add_template
from itsm.records.models import Event

KIND = "service_transition"
TEMPLATES = (
    ("transition_opened", gettext_lazy("A change has called for a service transition: %(title)s"), "agenda"),
    ("transition_to_accept", gettext_lazy("A service waits for your acceptance: %(title)s"), "agenda"),
    ("transition_accepted", gettext_lazy("Accepted and ready for live: %(title)s"), "agenda"),
    ("transition_failed", gettext_lazy("Acceptance failed: %(title)s"), "agenda"),
    ("transition_live", gettext_lazy("It is live (or gone) since today: %(title)s"), "agenda"),
)
#: Template of each step, and whether the owner and the user are told; otherwise those who run the process.
STEPS = {
    "open": ("transition_opened", False), "finish_build": ("transition_to_accept", True), "pass_acceptance": ("transition_accepted", False),
    "fail_acceptance": ("transition_failed", False), "finish_transition": ("transition_live", True),
}  # fmt: skip


def register() -> None:
    """Register the words and the steps that tell."""
    from itsm.records.register import steps

    for name, headline, body in TEMPLATES:
        add_template(name, headline=headline, body=body)
    for told in (steps.journaled, steps.opened):
        if journaled not in told:
            told.append(journaled)


def journaled(record: Any, move: Move, event: Event) -> None:
    """Put out the notices of a step (a step of every move and of every opening)."""
    if record.kind != KIND or event.name not in STEPS or is_quiet() or event.imported:
        return
    template, to_customers = STEPS[event.name]
    people = (
        {record.owner_id, record.requester_id} if to_customers else audience.holders("transition_manager", process=KIND)
    )
    telling = Telling(record, move, event)
    url = f"{settings.SITE_URL}/t/{record.number}" if record.number else f"{settings.SITE_URL}/catalogue/"
    telling.to(people, template, "approval", title=record.title, url=url)
    put_many(telling.notices)

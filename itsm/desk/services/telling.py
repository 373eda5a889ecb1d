"""Who is told of the steps of a service transition and of an edition of the catalogue; what waits for whom."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from catalogue.editions import steps as edition_steps
from catalogue.editions.access import KEEPERS, may_approve
from catalogue.models import ServiceEdition
from itsm.flow import Move
from itsm.notices import audience
from itsm.notices.outbox import Notice, is_quiet, put_many
from itsm.notices.tell import Telling
from itsm.notices.templates import add_template
from itsm.records.models import Event
from itsm.ui import duties

KIND = "service_transition"
TEMPLATES = (
    ("transition_opened", gettext_lazy("A change has called for a service transition: %(title)s"), "agenda"),
    ("transition_to_accept", gettext_lazy("A service waits for your acceptance: %(title)s"), "agenda"),
    ("transition_accepted", gettext_lazy("Accepted and ready for live: %(title)s"), "agenda"),
    ("transition_failed", gettext_lazy("Acceptance failed: %(title)s"), "agenda"),
    ("transition_live", gettext_lazy("It is live (or gone) since today: %(title)s"), "agenda"),
    ("edition_submitted", gettext_lazy("A catalogue edition waits for your approval: %(edition)s"), "agenda"),
    ("edition_returned", gettext_lazy("A catalogue edition was returned to you: %(edition)s"), "edition"),
    ("edition_approved", gettext_lazy("A catalogue edition was approved: %(edition)s"), "agenda"),
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
    if edition_step not in edition_steps.after:
        edition_steps.after.append(edition_step)
    duties.offer("editions", editions_to_approve)


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


# ---- editions -------------------------------------------------------------------------------
def edition_step(edition: Any, name: str, by: Any, at: datetime) -> None:
    """Tell who may approve that an edition waits, and who wrote on it what became of it."""
    template = f"edition_{name}"
    written = set(edition.authors) | ({edition.drafted_by_id} if edition.drafted_by_id else set())
    people = _judges(edition) if name == "submitted" else written
    service = edition.service
    facts = {
        "edition": {"zh_hant": f"{service.name_zh} · {edition.number}", "en": f"{service.name_en or service.name_zh} · {edition.number}"},
        "url": settings.SITE_URL + reverse("services:entry", args=[service.code]), "reason": edition.returned,
        "actor": by.name,
    }  # fmt: skip
    put_many(
        Notice(
            dedupe_key=f"edition:{edition.pk}:{edition.version}:{template}:{pk}", event="approval", template=template, at=at,
            person_id=pk, facts=facts,
        )
        for pk in audience.without(people, actor=by)
    )  # fmt: skip


def _judges(edition: Any) -> set[int]:
    """Collect who may approve it: keepers, the management's representative and the owner, but nobody who wrote on it."""
    people = audience.holders(*KEEPERS, "management_rep", process=KIND) | {edition.service.owner_id}
    return people - set(edition.authors)


def editions_to_approve(person: Any, at: datetime) -> list[duties.Duty]:
    """List the editions that wait for the yes or no of ``person``."""
    if not person.role_codes & (KEEPERS | {"management_rep", "service_owner"}):
        return []
    waiting = ServiceEdition.objects.drafts().exclude(submitted_at=None).select_related("service")
    return [
        duties.Duty(
            f"{edition.name} · {edition.number}", reverse("services:entry", args=[edition.service.code]), gettext("Edition to approve")
        )
        for edition in waiting.order_by("submitted_at", "pk")
        if may_approve(person, edition)
    ]  # fmt: skip

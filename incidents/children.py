"""Cases that follow another: they are resolved with it by one text, and duplicates end with the case they were laid into."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext, override

from incidents.guards import RESOLVED
from incidents.models import Incident, ServiceRequest
from itsm.flow import Move
from itsm.records.clock import database_now, whole
from itsm.records.perform import perform

if TYPE_CHECKING:
    from itsm.people.models import Person
    from itsm.tickets.querysets import TicketQuerySet

#: The transitions of a parent with which its children may be resolved.
TAKES_ALONG = frozenset({"resolve"})


def waiting(parent: Any) -> TicketQuerySet:
    """List the children of ``parent`` that are not resolved yet, the oldest first."""
    if not isinstance(parent, Incident):
        return Incident.objects.none()
    return parent.children.exclude(state__in=RESOLVED).order_by("pk")


def take_along(
    parent: Incident, *, by: Person, at: datetime | None = None, resolution_code: str, resolution_note: str,
    restored_at: datetime | None = None, **_more: Any,
) -> list[Incident]:  # fmt: skip
    """Resolve every unresolved child of a resolved ``parent`` with its text; gives the children.

    A child that nobody judged yet is classified and graded like the parent and given to the parent's team; one on hold
    is resumed first. Each child is confirmed by whoever asked for it.

    :raises Objected: if a child has an open mandatory task or an outage of its own that began later
    """
    with transaction.atomic():
        moment = whole(at or database_now())
        move = Move("resolve", by, moment)
        return [
            _resolve(child, parent, move, code=resolution_code, note=resolution_note, restored_at=restored_at or moment)
            for child in waiting(parent).select_for_update(no_key=True, of=("self",))
        ]


def _resolve(child: Incident, parent: Incident, move: Move, *, code: str, note: str, restored_at: datetime) -> Incident:
    ready = _bring_to_work(child, parent, move)
    done: Incident = perform(
        ready, "resolve", by=move.by, at=move.at, channel=move.channel, fired_by=move, resolution_code=code, resolution_note=note,
        restored_at=restored_at,
    )  # fmt: skip
    return done


def _bring_to_work(child: Incident, parent: Incident, move: Move) -> Any:
    """Lead a child to where it can be resolved."""
    step: dict[str, Any] = {"by": move.by, "at": move.at, "channel": move.channel, "fired_by": move}
    if child.state == "reported":
        values: dict[str, Any] = {
            "service": parent.service,
            "category": parent.category,
            "impact": str(parent.impact),
            "urgency": str(parent.urgency),
        }
        child = perform(child, "classify", **step, **values)
    if child.state == "classified" and parent.team is not None and parent.team.tier > 1:
        return perform(
            child, "escalate_second_line", **step, team=parent.team, assignee=parent.assignee, note=parent.number
        )
    if child.state == "classified":
        return perform(child, "assign_first_line", **step, team=parent.team, assignee=parent.assignee)
    if child.state == "on_hold":
        return perform(child, "resume", **step)
    return child


def end_duplicates(record: Any, move: Move, event: Any) -> None:
    """End the cases that were merged into ``record`` when it closes (registered as a step of every move).

    A duplicate of the same requester closes with the one confirmation; that of somebody else waits for its own. A
    merged service request has no work of its own and is cancelled with the number of the one that was done.
    """
    if move.name not in ("confirm_resolution", "confirm_done") or record.phase != "done":
        return
    inside = {"by": move.by, "at": move.at, "channel": move.channel, "fired_by": move}
    if isinstance(record, Incident):
        duplicates = Incident.objects.filter(
            merged_into=record.pk, requester=record.requester_id, state="awaiting_confirmation"
        )
        for duplicate in duplicates.order_by("pk"):
            perform(
                duplicate, "confirm_resolution", **inside, confirmation=move.given("confirmation"), reason=record.number
            )
    if isinstance(record, ServiceRequest):
        for duplicate in ServiceRequest.objects.open().filter(merged_into=record.pk).order_by("pk"):
            perform(duplicate, "cancel", **inside, reason=_done_with(record, duplicate))


def _done_with(record: Any, duplicate: Any) -> str:
    with override(duplicate.requester.language):
        return gettext("Done with %(number)s.") % {"number": record.number}

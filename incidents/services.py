"""Raising cases, and what is done to them that is not a transition."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext

from incidents.models import Incident, ServiceRequest
from incidents.ordering import read_answers
from itsm.flow import Move
from itsm.records import journal
from itsm.records.clock import database_now, whole
from itsm.records.models import Event
from itsm.records.perform import lock, open_record, perform, saving
from itsm.records.refusals import NotAllowed, Objected
from itsm.records.roles import roles_on

if TYPE_CHECKING:
    from catalogue.models import Category, RequestItem, Service
    from itsm.people.models import Person

#: What the form asks in plain words, and the urgency that it proposes.
STILL_WORKING = {"no": 1, "partly": 2, "yes": 3}


def raise_incident(
    *, by: Person | None, requester: Person, title: str, description: str = "", service: Service | None = None,
    channel: str = "portal", still_working: str = "", at: datetime | None = None, confidential: bool = False,
    requested_for: Person | None = None, **more: Any,
) -> Incident:  # fmt: skip
    """Report that something is broken; the desk judges it. ``still_working`` is no, partly, yes or empty.

    :raises Objected: if the subject is missing or too long
    """
    moment = whole(at or database_now())
    facts = more.pop("facts", {}) | _proposed(service, still_working)
    made: Incident = open_record(
        Incident, by=by, at=moment, channel=channel, title=checked_title(title), description=description.replace("\x00", ""),
        requester=requester, requested_for=requested_for, unit_id=requester.unit_id, service=service,
        reporter=more.pop("reporter", requester), received_at=more.pop("received_at", moment), confidential=confidential,
        team=more.pop("team", service.support_team if service else None), facts=facts, **more,
    )  # fmt: skip
    return made


def raise_request(
    *, by: Person | None, requester: Person, title: str = "", description: str = "", service: Service | None = None,
    item: RequestItem | None = None, category: Category | None = None, channel: str = "portal",
    requested_for: Person | None = None, at: datetime | None = None, confidential: bool = False,
    answers: Mapping[str, Any] | None = None, **more: Any,
) -> ServiceRequest:  # fmt: skip
    """Ask for something. A catalogue item is registered, classified and sent for approval by the system at once.

    ``answers`` are those to the item's form by the code of its field; None leaves the form to the desk.

    :raises Objected: if neither item nor subject is given, or an answer is missing or wrong
    """
    moment = whole(at or database_now())
    service = item.service if item else service
    if item is not None and answers is not None:
        more["answers"] = read_answers(item, answers, by=by or requester, at=moment, with_files=channel == "portal")
    with transaction.atomic():
        made: ServiceRequest = open_record(
            ServiceRequest, by=by, at=moment, channel=channel, title=checked_title(title or (item.name if item else "")),
            description=description.replace("\x00", ""), requester=requester, requested_for=requested_for,
            unit_id=requester.unit_id, service=service, request_item=item, received_at=more.pop("received_at", moment),
            confidential=confidential, team=service.support_team if service else None, category=category, **more,
        )  # fmt: skip
        if item is not None and category is not None:
            made = _order(made, item=item, category=category, at=moment)
    return made


def _order(made: ServiceRequest, *, item: RequestItem, category: Category, at: datetime) -> ServiceRequest:
    from incidents.approvals import can_be_asked

    ordered: Any = perform(
        made, "judge_as_request", by=None, at=at, channel="system", service=item.service, title=made.title,
        requester=made.requester, contact_channel=made.channel,
    )  # fmt: skip
    ordered = perform(
        ordered, "classify", by=None, at=at, channel="system", request_item=item, category=category, priority="4"
    )
    if item.approval != item.Approval.NONE and can_be_asked(ordered):
        ordered = perform(ordered, "request_approval", by=None, at=at, channel="system")
    finished: ServiceRequest = ordered
    return finished


def checked_title(title: str) -> str:
    """Trim the subject.

    :raises Objected: if it is empty or longer than 160 characters
    """
    text = " ".join(title.replace("\x00", "").split())
    if not text:
        raise Objected(fields={"title": gettext("Say in a few words what it is about.")})
    if len(text) > 160:
        raise Objected(
            fields={"title": gettext("The subject is longer than 160 characters; put the rest into the description.")}
        )
    return text


def _proposed(service: Service | None, still_working: str) -> dict[str, Any]:
    impact = {1: 1, 2: 2}.get(service.criticality, 3) if service else 3
    return {"proposed": {"impact": impact, "urgency": STILL_WORKING.get(still_working, 3)}}


def similar(*, requester: Person, title: str, at: datetime, within: timedelta = timedelta(days=14)) -> list[Any]:
    """Find the requester's own recent open cases whose subject shares words with ``title``; the likeliest first, at most 5."""
    from itsm.tickets.models import Ticket
    from itsm.tickets.words import likeness

    recent = (
        Ticket.objects.open()
        .standing()
        .filter(requester=requester, received_at__gte=at - within)
        .order_by("-received_at")[:50]
    )
    scored = [(likeness(title, ticket.title), ticket) for ticket in recent]
    return [ticket for score, ticket in sorted(scored, key=lambda pair: -pair[0]) if score >= 0.3][:5]


def attach_child(child: Incident, *, parent: Incident, by: Person, at: datetime | None = None) -> None:
    """Make ``child`` follow ``parent``: it resolves with it.

    :raises NotAllowed: if ``by`` may not work on the child
    :raises Objected: if that would make a circle or a chain of parents
    """
    with transaction.atomic():
        locked: Incident = lock(child)
        if not roles_on(locked, person=by) & {"agent", "incident_manager", "engineer"}:
            raise NotAllowed
        if parent.pk == locked.pk or parent.parent_id is not None or locked.children.exists():
            raise Objected(gettext("A parent incident stands alone: it follows no other, and a child has no children."))
        with saving(locked):
            locked.parent = parent
            locked.version += 1
        move = Move("attach_child", by, whole(at or database_now()))
        journal.write(locked, kind=Event.Kind.LINKED, name="attach_child", move=move, parent=parent.number)
        journal.write(parent, kind=Event.Kind.LINKED, name="attach_child", move=move, child=locked.number)


def detach_child(child: Incident, *, by: Person, at: datetime | None = None) -> None:
    """Let ``child`` stand alone again.

    :raises NotAllowed: if ``by`` may not work on it
    """
    with transaction.atomic():
        locked: Incident = lock(child)
        if not roles_on(locked, person=by) & {"agent", "incident_manager", "engineer"}:
            raise NotAllowed
        move = Move("detach_child", by, whole(at or database_now()))
        journal.write(locked, kind=Event.Kind.LINKED, name="detach_child", move=move, parent=str(locked.parent or ""))
        with saving(locked):
            locked.parent = None
            locked.version += 1

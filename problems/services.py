"""What is done about problems and known errors that is no transition."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext

from itsm.flow import Move
from itsm.records import journal, register
from itsm.records.clock import database_now, whole
from itsm.records.links import link
from itsm.records.models import Event, LinkKind
from itsm.records.perform import lock, open_record
from itsm.records.refusals import NotAllowed, Objected
from itsm.records.roles import roles_on
from itsm.tickets.comments import NOTES
from problems.models import Problem

if TYPE_CHECKING:
    from catalogue.models import Category, Service
    from configuration.models import ConfigurationItem
    from itsm.people.models import Person
    from problems.models import KnownError

#: Origins of problems that a person registers; the flows give the others.
BY_HAND = (Problem.Origin.TREND, Problem.Origin.PROACTIVE, Problem.Origin.SUPPLIER, Problem.Origin.AUDIT)


def use_known_error(case: Any, known: KnownError, *, by: Person, at: datetime | None = None) -> None:
    """Note on an open incident that ``known`` was used on it, journaled; a second time changes nothing.

    :raises NotAllowed: if ``by`` does not work on the case
    :raises Objected: if it is no open incident
    """
    with transaction.atomic():
        locked = lock(case)
        if not roles_on(locked, person=by) & register.workers(locked):
            raise NotAllowed
        if locked.kind != "incident" or not locked.is_open:
            raise Objected(gettext("A known error is used on an incident that is open."))
        move = Move("known_error_used", by, whole(at or database_now()))
        made = link(locked, known, kind=LinkKind.HAS_KNOWN_ERROR, by=by, at=move.at)
        if made.created_at == move.at:
            journal.write(locked, kind=Event.Kind.LINKED, name=move.name, move=move, known_error=known.number)


def raise_problem(
    incident: Any, *, title: str, description: str, origin: str, by: Person, at: datetime | None = None
) -> Problem:
    """Register the problem behind ``incident`` with what is known of it, linked with it; ``by`` is who reports it.

    :raises NotAllowed: if ``by`` does not work on the incident
    :raises Objected: if it is no incident, or the subject is missing or too long
    """
    with transaction.atomic():
        locked = lock(incident)
        if not roles_on(locked, person=by) & (register.workers(locked) | NOTES):
            raise NotAllowed
        if locked.kind != "incident":
            raise Objected(gettext("A problem is raised from an incident."))
        subject = _subject(title)
        move = Move("raise_problem", by, whole(at or database_now()))
        made: Problem = open_record(
            Problem, by=by, at=move.at, channel="portal", origin=origin, title=subject, description=description.replace("\x00", ""),
            requester=by, unit_id=by.unit_id, service=locked.service, category=locked.category, impact=locked.impact,
            urgency=locked.urgency, priority=locked.priority, causal_component=locked.component, confidential=locked.confidential,
            received_at=move.at,
        )  # fmt: skip
        link(locked, made, kind=LinkKind.ESCALATED_TO_PROBLEM, by=by, at=move.at, auto=True)
        journal.write(locked, kind=Event.Kind.LINKED, name="link", move=move, other=made.number)
    return made


def _subject(title: str) -> str:
    subject = " ".join(title.replace("\x00", "").split())
    if not 0 < len(subject) <= 160:
        raise Objected(fields={"title": gettext("The subject needs 1 to 160 characters.")})
    return subject


def register_problem(
    *, title: str, description: str, origin: str, service: Service, by: Person, category: Category | None = None,
    item: ConfigurationItem | None = None, at: datetime | None = None,
) -> Problem:  # fmt: skip
    """Register a problem that no incident brought: from a trend, a supplier's advice, an audit or own foresight.

    ``by`` is who reports it; ``item`` is the configuration item that is suspected.

    :raises NotAllowed: if ``by`` is not of the staff
    :raises Objected: if the subject is missing or too long, or only the flow gives this origin
    """
    if not by.is_worker:
        raise NotAllowed
    if origin not in BY_HAND:
        raise Objected(fields={"origin": gettext("Choose where the problem comes from.")})
    with transaction.atomic():
        made: Problem = open_record(
            Problem, by=by, at=whole(at or database_now()), channel="portal", origin=origin, title=_subject(title),
            description=description.replace("\x00", ""), requester=by, unit_id=by.unit_id, service=service, category=category,
            causal_component=item.title[:80] if item else "", received_at=whole(at or database_now()),
        )  # fmt: skip
        if item is not None:
            link(made, item, kind=LinkKind.AFFECTS, by=by, at=made.created_at)
    return made

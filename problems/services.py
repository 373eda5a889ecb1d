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
from itsm.records.perform import lock
from itsm.records.refusals import NotAllowed, Objected
from itsm.records.roles import roles_on

if TYPE_CHECKING:
    from itsm.people.models import Person
    from problems.models import KnownError


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

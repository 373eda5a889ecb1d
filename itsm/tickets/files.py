"""Attaching files to a case, and who may see them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext

from itsm.flow import Move
from itsm.records import attachments, journal, register
from itsm.records.clock import database_now, whole
from itsm.records.models import Attachment, Event
from itsm.records.perform import lock, saving
from itsm.records.refusals import NotAllowed, Objected
from itsm.records.roles import roles_on
from itsm.tickets.comments import ASKERS, NOTES
from itsm.tickets.models import Ticket

if TYPE_CHECKING:
    from itsm.people.models import Person


def attach_file(
    ticket: Any, *, name: str, pieces: Iterable[bytes], by: Person, internal: bool = False, at: datetime | None = None,
    channel: str = "web",
) -> Attachment:  # fmt: skip
    """Keep a file with a case, journaled; an internal one is for those who read internal notes.

    The content is written before the case is locked, so that a slow sender holds nobody up.

    :raises NotAllowed: if ``by`` neither asked for the case nor works on it
    :raises TooLarge: if it exceeds the limit
    :raises Objected: if it is empty
    """
    allowed = register.workers(ticket) | (NOTES if internal else ASKERS)
    if not roles_on(ticket, person=by) & allowed:
        raise NotAllowed
    sha256, size = attachments.keep(pieces)
    if size == 0:
        raise Objected(fields={"file": gettext("The file is empty.")})
    with transaction.atomic():
        locked = lock(ticket)
        if not roles_on(locked, person=by) & allowed:
            raise NotAllowed
        move = Move("attach", by, whole(at or database_now()), channel)
        return _keep(locked, move, name=attachments.honest_name(name), sha256=sha256, size=size, is_internal=internal)


def add_internal(locked: Any, *, name: str, content: bytes, move: Move) -> Attachment | None:
    """Keep a file that came with a mail on the locked case, for those who read its notes; nothing where it is empty.

    :raises TooLarge: if it exceeds the limit
    """
    if not content:
        return None
    sha256, size = attachments.keep([content])
    return _keep(locked, move, name=attachments.honest_name(name), sha256=sha256, size=size, is_internal=True)


def _keep(locked: Any, move: Move, **file: Any) -> Attachment:
    kind = attachments.media_type(attachments.path_of(file["sha256"]))
    made = Attachment.objects.create(record_id=locked.pk, media_type=kind, added_by=move.by, added_at=move.at, **file)
    with saving(locked):
        locked.changed_at = move.at
    event = journal.write(
        locked, kind=Event.Kind.ATTACHED, name="attach", move=move, public=not made.is_internal, file=made.name, attachment=made.pk
    )  # fmt: skip
    for tell in register.steps.journaled:
        tell(locked, move, event)
    return made


def files_visible_to(person: Person) -> QuerySet[Attachment]:
    """List the files of the cases that ``person`` may know of; internal ones only where the person reads notes."""
    public = Q(is_internal=False, record__in=Ticket.objects.visible_to(person).values("pk"))
    return Attachment.objects.filter(public | Q(record__in=Ticket.objects.notes_read_by(person).values("pk")))

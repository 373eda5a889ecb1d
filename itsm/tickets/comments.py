"""Public replies and internal notes: written once, never turned into the other."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext

from itsm.flow import Move
from itsm.records import journal, register
from itsm.records.clock import database_now, whole
from itsm.records.models import Event
from itsm.records.perform import lock, saving
from itsm.records.refusals import NotAllowed, Objected
from itsm.records.roles import roles_on
from itsm.tickets.models import Comment, Draft, Ticket

if TYPE_CHECKING:
    from itsm.people.models import Person

#: Roles that may write notes on a case beside those that work on it; roles that reply on their own case.
NOTES = frozenset({"problem_manager", "change_manager", "release_manager", "config_manager"})
ASKERS = frozenset({"user", "reporter"})
LONGEST = 50_000


def reply(
    ticket: Ticket, *, body: str, by: Person, at: datetime | None = None, channel: str = "web",
    on_behalf_of: Person | None = None,
) -> Comment:  # fmt: skip
    """Write a public reply that the requester reads; the requester's own words are one too.

    :raises NotAllowed: if ``by`` neither asked for the case nor works on it
    :raises Objected: if it is empty or too long
    """
    public = Comment.Kind.PUBLIC
    return _write(ticket, kind=public, body=body, by=by, at=at, channel=channel, on_behalf_of=on_behalf_of)


def note(ticket: Ticket, *, body: str, by: Person, at: datetime | None = None, channel: str = "web") -> Comment:
    """Write an internal note that no requester ever sees.

    :raises NotAllowed: if ``by`` does not work on the case
    :raises Objected: if it is empty or too long
    """
    return _write(ticket, kind=Comment.Kind.INTERNAL, body=body, by=by, at=at, channel=channel)


def allows(ticket: Any, *, kind: str, by: Person) -> bool:
    """Tell whether the person may write words of that kind on the case."""
    also = ASKERS if kind == Comment.Kind.PUBLIC else NOTES
    return bool(roles_on(ticket, person=by) & (register.workers(ticket) | also))


def _write(
    ticket: Ticket, *, kind: str, body: str, by: Person, at: datetime | None, channel: str,
    on_behalf_of: Person | None = None,
) -> Comment:  # fmt: skip
    text = clean(body)
    with transaction.atomic():
        locked = lock(ticket)
        move = Move(
            "reply" if kind == Comment.Kind.PUBLIC else "note", by, whole(at or database_now()), channel, on_behalf_of
        )
        if not allows(locked, kind=kind, by=by):
            raise NotAllowed
        for settle in register.steps.settle:
            settle(locked, move)
        with saving(locked):
            comment = _add(locked, kind=kind, body=text, move=move)
        Draft.objects.filter(ticket=ticket.pk, person=by, kind=kind).delete()
        for follow in register.steps.said:
            follow(locked, move)
    return comment


def add_public(record: Any, *, body: str, move: Move) -> Comment:
    """Write a public reply as part of another move on the locked ``record``."""
    return _add(record, kind=Comment.Kind.PUBLIC, body=clean(body), move=move)


def add_note(record: Any, *, body: str, move: Move) -> Comment:
    """Write an internal note as part of another move on the locked ``record``.

    :raises Objected: if it is empty or too long
    """
    with saving(record):
        return _add(record, kind=Comment.Kind.INTERNAL, body=clean(body), move=move)


def _add(record: Any, *, kind: str, body: str, move: Move) -> Comment:
    said = Move(
        "reply" if kind == Comment.Kind.PUBLIC else "note",
        move.by,
        move.at,
        move.channel,
        move.on_behalf_of,
        {"kind": kind, "body": body},
        move.fired_by,
    )
    comment = Comment.objects.create(
        ticket_id=record.pk, kind=kind, author=move.by, body=body, at=move.at, channel=move.channel
    )
    record.changed_at = move.at
    for during in register.steps.during:
        during(record, said)
    event = journal.write(
        record,
        kind=Event.Kind.COMMENT,
        name=said.name,
        move=said,
        public=kind == Comment.Kind.PUBLIC,
        comment=comment.pk,
    )
    for tell in register.steps.journaled:
        tell(record, said, event)
    return comment


def clean(body: str) -> str:
    """Trim the text and take NUL characters out.

    :raises Objected: if nothing is left or it is longer than 50,000 characters
    """
    text = body.replace("\x00", "").strip()
    if not text:
        raise Objected(fields={"body": gettext("Write something first.")})
    if len(text) > LONGEST:
        raise Objected(fields={"body": gettext("The text is longer than 50,000 characters; attach it as a file.")})
    return text

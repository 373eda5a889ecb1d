"""Editing what no flow names: an edit made on a stale page shows both versions and loses nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext

from itsm.flow import Move
from itsm.records import journal, register
from itsm.records.clock import database_now, whole
from itsm.records.models import Event
from itsm.records.perform import lock, saving
from itsm.records.refusals import NotAllowed, Objected, Refusal
from itsm.records.roles import roles_on

if TYPE_CHECKING:
    from itsm.people.models import Person

#: What may be edited.
EDITABLE = (
    "title",
    "description",
    "service",
    "category",
    "requested_for",
    "component",
    "affected_users",
    "confidential",
    "is_security",
    "occurred_at",
)


class Conflict(Refusal):
    """The record changed since the page was shown; ``theirs`` are the present values of the fields that clash."""

    def __init__(self, theirs: dict[str, Any], version: int) -> None:
        super().__init__(gettext("This record was changed by someone else meanwhile. Both versions are shown below."))
        self.theirs = theirs
        self.version = version


def edit(
    ticket: Any, changes: Mapping[str, Any], *, by: Person, base: Mapping[str, Any] | None = None, version: int | None = None,
    at: datetime | None = None, channel: str = "web",
) -> Any:  # fmt: skip
    """Write ``changes`` (field to value) on an open case, journaled with what they were.

    ``version`` is the one the person saw and ``base`` the values they saw: when the record has moved on, fields that
    nobody else changed are still written; others make a Conflict.

    :raises NotAllowed: if ``by`` does not work on the case
    :raises Conflict: if somebody else changed the same fields
    :raises Objected: if a field cannot be edited or the case is closed
    """
    with transaction.atomic():
        locked = lock(ticket)
        if not roles_on(locked, person=by) & register.workers(locked):
            raise NotAllowed
        _refuse_odd(locked, changes)
        clash = _clashes(locked, changes, base or {}) if version is not None and version != locked.version else {}
        if clash:
            raise Conflict(clash, locked.version)
        before = {name: getattr(locked, name) for name in changes}
        changed = {name: value for name, value in changes.items() if before[name] != value}
        if not changed:
            return locked
        move = Move("edit", by, whole(at or database_now()), channel, inputs=dict(changed))
        for settle in register.steps.settle:
            settle(locked, move)
        with saving(locked):
            for name, value in changed.items():
                setattr(locked, name, value)
            locked.version += 1
            locked.changed_at = move.at
            for during in register.steps.during:
                during(locked, move)
        journal.write(
            locked, kind=Event.Kind.EDITED, name="edit", move=move,
            before={name: before[name] for name in changed}, after=changed,
        )  # fmt: skip
        return locked


def _refuse_odd(ticket: Any, changes: Mapping[str, Any]) -> None:
    process = register.process_of(ticket)
    odd = [name for name in changes if name not in (*EDITABLE, *process.editable) or not hasattr(ticket, name)]
    if odd:
        raise Objected(fields={name: gettext("This field cannot be edited here.") for name in odd})
    if not ticket.is_open:
        raise Objected(gettext("The case is closed; reopen it first."))
    if "title" in changes and not 0 < len(str(changes["title"]).strip()) <= 160:
        raise Objected(fields={"title": gettext("The subject needs 1 to 160 characters.")})
    if process.edit_refuses is not None and (text := process.edit_refuses(ticket, changes)):
        raise Objected(text)


def _clashes(ticket: Any, changes: Mapping[str, Any], base: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: getattr(ticket, name)
        for name, value in changes.items()
        if getattr(ticket, name) != value and (name not in base or base[name] != getattr(ticket, name))
    }

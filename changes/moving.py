"""Moving a change to another time: one service for the form, for the keys and for whoever drags it over the calendar."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from changes import choosing, scope
from changes.access import change_roles
from changes.choosing import Choice
from changes.editing import edit_refuses
from itsm.records import register
from itsm.records.refusals import NotAllowed, Objected
from itsm.tickets.edits import edit

if TYPE_CHECKING:
    from changes.models import Change
    from itsm.people.models import Person

#: What its fields are called; nothing else is moved.
FIELDS = ("window_start", "window_end")


@dataclass(frozen=True)
class Move:
    """A time that somebody wants for a change, with all that has to be known before it is taken.

    ``refusals`` stop it; ``questions`` are what its mover has to answer yes to.
    """

    chosen: Choice
    refusals: list[str]
    questions: list[str]

    @property
    def is_asked(self) -> bool:
        """Tell whether somebody has to agree to what it brings."""
        return bool(self.questions)


def not_movable(change: Any, *, person: Person) -> str:
    """Object where ``person`` may not give the change another time; reads nothing but its row, so a page may ask it of many.

    A seat on the board gives no right to edit, which is why boards are not read.
    """
    if refusal := edit_refuses(change, dict.fromkeys(FIELDS)):
        return refusal
    granted = {role for role, process in person.grants_held if process in ("", change.kind)}
    if not change_roles(change, person, granted) & register.workers(change):
        return str(NotAllowed())
    return ""


def weigh(change: Change, start: datetime | None, end: datetime | None, *, at: datetime) -> Move:
    """Say what stands against the time, what refuses it, and what it would bring."""
    subject = scope.subject_of(change)
    chosen = choosing.weigh(subject, start, end, implementer_id=change.implementer_id, after=at)
    refusals = [] if start and end else [_("Choose when it begins and ends.")]
    if start and end and not chosen.forward:
        refusals = [_("The window must end after it begins.")]
    refusals += [one.text for one in chosen.conflicts if one.blocks and one.kind == "freeze"]
    return Move(chosen, refusals, _questions(change, chosen) if _is_new(change, start, end) else [])


def _is_new(change: Any, start: datetime | None, end: datetime | None) -> bool:
    return (start, end) != (change.window_start, change.window_end)


def _questions(change: Any, chosen: Choice) -> list[str]:
    """Name what the mover has to agree to: votes that become void, and others that are in the way."""
    found = []
    if votes := _votes(change):
        found.append(
            ngettext(
                "%(count)s vote has been cast on it as it is: it becomes void, and the round begins anew.",
                "%(count)s votes have been cast on it as it is: they become void, and the round begins anew.",
                votes,
            )
            % {"count": votes}
        )
    if any(one.blocks and one.kind != "freeze" for one in chosen.conflicts):
        found.append(_("Another change that is authorised is in the way at that time."))
    return found


def _votes(change: Any) -> int:
    from changes.board_models import CabVote

    return CabVote.objects.filter(ballot__change=change.pk, ballot__ended_at=None).count()


def move(
    change: Change, given: Mapping[str, datetime | None], *, by: Person, version: int | None, agreed: bool, at: datetime
) -> Change:
    """Give the change another time, by the edit that its form makes too.

    :raises NotAllowed: if ``by`` does not work on it
    :raises Objected: if the time is frozen or cannot be had, or brings something that was not agreed to
    :raises Conflict: if somebody else changed it since ``version``
    """
    start, end = (given.get(name) for name in FIELDS)
    wanted = weigh(change, start, end, at=at)
    if wanted.refusals:
        raise Objected(*wanted.refusals)
    if wanted.questions and not agreed:
        raise Objected(*wanted.questions)
    moved: Change = edit(change, dict(zip(FIELDS, (start, end), strict=True)), by=by, version=version, at=at)
    return moved

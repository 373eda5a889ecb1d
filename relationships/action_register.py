"""The register of actions: what was decided is begun, done with evidence, put off or dropped, each journaled where it was decided."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext

from itsm.flow import Move
from itsm.records import journal, register
from itsm.records.clock import whole
from itsm.records.models import Event
from itsm.records.perform import lock
from itsm.records.refusals import NotAllowed, Objected
from itsm.records.roles import roles_on
from relationships import survey_access as access
from relationships.supplier_querysets import keeps
from relationships.survey_models import ImprovementAction
from relationships.survey_telling import tell_action, tell_moved

if TYPE_CHECKING:
    from itsm.people.models import Person

State = ImprovementAction.State


def directs(person: Person) -> bool:
    """Tell whether ``person`` puts actions of others off or drops them: the relationship and the service level manager."""
    return access.plans(person) or keeps(person)


def may_agree(record: Any, person: Person) -> bool:
    """Tell whether ``person`` notes actions of a service review or a complaint."""
    if record.kind == "complaint":
        return bool(roles_on(record, person=person) & register.workers(record))
    return record.kind == "service_review" and keeps(person)


def agree(
    record: Any, *, text: str, owner: Person | None, due_on: date | None, by: Person, at: datetime
) -> ImprovementAction:  # fmt: skip
    """Note an action that came of a service review or a complaint; who does it is told.

    :raises NotAllowed: if ``by`` does not keep the relationship, or does not work on the complaint
    :raises Objected: if the review was not held yet, words, owner or date are missing, or the date is past
    """
    with transaction.atomic():
        locked = lock(record)
        if not may_agree(locked, by):
            raise NotAllowed
        if locked.kind == "service_review" and locked.held_at is None:
            raise Objected(gettext("Actions are noted once the review was held."))
        if owner is None or due_on is None:
            raise Objected(fields={"due_on": gettext("An action needs both an owner and a date.")})
        if owner.pk == getattr(locked, "kept_from_id", None):
            raise Objected(fields={"owner": gettext("This case is kept from %(person)s.") % {"person": owner}})
        words = _words(text, "text", gettext("A decision needs 1 to 500 characters."), longest=500)
        _ahead(due_on, at=at)
        made: ImprovementAction = ImprovementAction.objects.create(
            record_id=locked.pk, text=words, owner=owner, due_on=due_on, decided_at=whole(at)
        )
        move = Move("agree_action", by, whole(at))
        journal.write(
            locked, kind=Event.Kind.EDITED, name=move.name, move=move, action=words, owner=owner, until=due_on
        )
        tell_action(
            made, number=locked.number, title="" if locked.kind == "complaint" else locked.title, by=by, at=move.at
        )
    return made


def start(action_id: int, *, by: Person, at: datetime) -> ImprovementAction:
    """Note that an action is under way.

    :raises NotAllowed: if it is neither one's own nor one's to direct
    :raises Objected: if it was begun or has ended
    """
    with _held(action_id, "start_action", by=by, at=at) as action:
        if action.state == State.DOING:
            raise Objected(gettext("The action is under way already."))
        action.state = State.DOING
    return action


def finish(action_id: int, *, result: str, by: Person, at: datetime, evidence: str = "") -> ImprovementAction:
    """Note that an action is done, what came of it, and where that can be seen.

    :raises NotAllowed: if it is neither one's own nor one's to direct
    :raises Objected: if it has ended, or nothing is said about the result
    """
    with _held(action_id, "finish_action", by=by, at=at) as action:
        action.result = _words(result, "result", gettext("Say what came of it."), longest=4000, lines=True)
        action.evidence = " ".join(evidence.replace("\x00", "").split())[:300]
        action.state, action.done_at = State.DONE, whole(at)
    return action


def drop(action_id: int, *, reason: str, by: Person, at: datetime) -> ImprovementAction:
    """Give an action up, with the reason.

    :raises NotAllowed: if ``by`` does not direct actions
    :raises Objected: if it has ended, or no reason is given
    """
    with _held(action_id, "drop_action", by=by, at=at, directing=True) as action:
        action.result = _words(reason, "result", gettext("Say why."), longest=4000, lines=True)
        action.state, action.done_at = State.DROPPED, whole(at)
    return action


def postpone(action_id: int, *, due_on: date | None, reason: str, by: Person, at: datetime) -> ImprovementAction:
    """Give an action another date, with the reason; who does it is told.

    :raises NotAllowed: if ``by`` does not direct actions
    :raises Objected: if it has ended, the date is missing or past, or no reason is given
    """
    said = reason.replace("\x00", "").strip()
    with _held(action_id, "postpone_action", by=by, at=at, directing=True, reason=said) as action:
        _words(said, "result", gettext("Say why."), longest=4000)
        if due_on is None:
            raise Objected(fields={"due_on": gettext("Give the new date.")})
        _ahead(due_on, at=at)
        action.due_on = due_on
    tell_moved(action, by=by, at=whole(at))
    return action


@contextmanager
def _held(
    action_id: int, name: str, *, by: Person, at: datetime, directing: bool = False, reason: str = ""
) -> Iterator[ImprovementAction]:
    """Lock an action for a change, save it and write the change into the journal of the record that decided it."""
    with transaction.atomic():
        rows = ImprovementAction.objects.select_for_update(of=("self",)).select_related("record")
        action: ImprovementAction = rows.get(pk=action_id)
        if not directs(by) and (directing or by.pk != action.owner_id):
            raise NotAllowed
        if not action.is_open:
            raise Objected(gettext("The action is done already."))
        yield action
        action.save()
        move, said = Move(name, by, whole(at)), reason or (action.result if action.done_at else "")
        kept: dict[str, Any] = {"action": action.text, "until": action.due_on, "evidence": action.evidence}
        journal.write(action.record, kind=Event.Kind.EDITED, name=name, move=move, reason=said, **kept)


def _words(text: str, name: str, missing: str, *, longest: int, lines: bool = False) -> str:
    bare = text.replace("\x00", "").strip()
    words = bare if lines else " ".join(bare.split())
    if not 0 < len(words) <= longest:
        raise Objected(fields={name: missing})
    return words


def _ahead(day: date, *, at: datetime) -> None:
    if day < localdate(at):
        raise Objected(fields={"due_on": gettext("The date must not lie in the past.")})

"""What is done about a service transition that is no move: signing criteria, answering its checklist."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext

from catalogue.transition.models import AcceptanceCriterion, TransitionCheck
from itsm.flow import Move
from itsm.records import journal
from itsm.records.clock import database_now, whole
from itsm.records.models import Event
from itsm.records.perform import lock, saving
from itsm.records.refusals import NotAllowed, Objected
from itsm.records.roles import roles_on

if TYPE_CHECKING:
    from itsm.people.models import Person

#: Roles that sign results, and roles that answer the checklist.
SIGNS = frozenset({"service_owner", "user", "slm", "brm"})
ANSWERS = frozenset({"transition_manager", "service_owner", "slm"})
LONGEST = 4000
#: States in which the checklist of a removal or transfer is worked on.
CHECKING = ("planning", "designing", "building", "acceptance", "ready_for_live", "transitioning")


def sign_criterion(
    criterion: AcceptanceCriterion,
    *,
    result: str,
    evidence: str,
    by: Person,
    at: datetime | None = None,
    channel: str = "web",
) -> AcceptanceCriterion:
    """Record the result of one criterion with its evidence; who records it signs it.

    :raises NotAllowed: if ``by`` is neither owner nor user of the service, nor answers for its level or its customer
    :raises Objected: if it is not being tested, ``by`` built it, or result or evidence is missing
    """
    with transaction.atomic():
        record, move = _begin(criterion.transition, "sign_criterion", SIGNS, by, at, channel)
        if record.state != "acceptance":
            raise Objected(gettext("Results are recorded while it is being tested for acceptance."))
        if record.built_by_id == by.pk:
            raise Objected(gettext("Who built it must not accept it."))
        text = _words(evidence, "evidence", gettext("Say what proves it."))
        if result not in AcceptanceCriterion.Result.values:
            raise Objected(fields={"result": gettext("Say whether it is met.")})
        row: AcceptanceCriterion = record.criteria.select_for_update().get(pk=criterion.pk)
        row.result, row.evidence, row.signed_by, row.signed_at = result, text, by, move.at
        row.save()
        _say(record, move, criterion=row.text, result=result, evidence=text)
    return row


def answer_check(
    check: TransitionCheck,
    *,
    answer: str,
    by: Person,
    choice: str = "",
    on: date | None = None,
    at: datetime | None = None,
    channel: str = "web",
) -> TransitionCheck:
    """Answer a row of the checklist.

    :raises NotAllowed: if ``by`` neither runs the transition nor owns the service or answers for its level
    :raises Objected: if the transition does not work on it, or something is missing
    """
    with transaction.atomic():
        record, move = _begin(check.transition, "answer_check", ANSWERS, by, at, channel)
        if record.state not in CHECKING:
            raise Objected(gettext("The checklist is worked on between the proposal and the end of the transition."))
        row: TransitionCheck = record.checks.select_for_update().get(pk=check.pk)
        row.answer = _words(answer, "answer", gettext("Write the answer."))
        row.choice, row.happened_on = _choice(row, choice), _day(row, on, move.at)
        row.done_by, row.done_at = by, move.at
        row.save()
        _say(record, move, question=str(row.words), answer=row.answer, choice=row.choice)
    return row


def _begin(
    record: Any, name: str, roles: frozenset[str], by: Person, at: datetime | None, channel: str
) -> tuple[Any, Move]:  # fmt: skip
    locked = lock(record)
    if not roles_on(locked, person=by) & roles:
        raise NotAllowed
    return locked, Move(name, by, whole(at or database_now()), channel)


def _words(text: str, field: str, missing: str) -> str:
    found = text.replace("\x00", "").strip()
    if not found:
        raise Objected(fields={field: missing})
    if len(found) > LONGEST:
        raise Objected(fields={field: gettext("The text is longer than %(most)s characters.") % {"most": LONGEST}})
    return found


def _choice(row: TransitionCheck, choice: str) -> str:
    offered = {code for code, _words in row.question.choices}
    if offered and choice not in offered:
        raise Objected(fields={"choice": gettext("Choose what becomes of it.")})
    return choice if offered else ""


def _day(row: TransitionCheck, on: date | None, at: datetime) -> date | None:
    if row.question.dated and on is None:
        raise Objected(fields={"on": gettext("Give the date.")})
    if row.code == "users" and on is not None and on > localdate(at):
        raise Objected(fields={"on": gettext("The day cannot lie ahead.")})
    return on


def _say(record: Any, move: Move, **facts: Any) -> None:
    journal.write(record, kind=Event.Kind.EDITED, name=move.name, move=move, **facts)
    with saving(record):
        record.version += 1
        record.changed_at = move.at

"""perform(): the only writer of the fields that flows name; open_record(): the only maker of records."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext
from django_fsm import TransitionNotAllowed

from itsm.flow import Flow, Input, Move, Transition
from itsm.records import journal, register
from itsm.records.clock import database_now, whole
from itsm.records.models import Event
from itsm.records.numbers import give_number
from itsm.records.refusals import MovedOn, NotAllowed, Objected, Stale, UnknownMove
from itsm.records.roles import roles_on

if TYPE_CHECKING:
    from itsm.people.models import Person


@dataclass(frozen=True)
class Step:
    """A transition of one of a record's machines."""

    flow: Flow
    row: Transition


def find_step(record: Any, name: str) -> Step:
    """Find the transition ``name`` in the machines of ``record``.

    :raises UnknownMove: if no machine has it
    """
    for flow in record.flows:
        if name in flow.transitions:
            return Step(flow, flow.transitions[name])
    raise UnknownMove(name)


def admit(record: Any, name: str, *, by: Person | None) -> Transition:
    """Find the transition ``name`` that ``by`` may try on ``record`` as it was read; perform() judges again under the lock.

    An interface asks before it reads the inputs, so that a wrong input never hides that the move is not open at all.

    :raises UnknownMove: if the process has no such transition
    :raises NotAllowed: if the person lacks the role
    :raises MovedOn: if the record's state has no such transition
    """
    step = find_step(record, name)
    _check_role(record, step.row, by)
    _check_state(record, step)
    return step.row


def perform(
    record: Any,
    name: str,
    *,
    by: Person | None,
    at: datetime | None = None,
    channel: str = "web",
    on_behalf_of: Person | None = None,
    version: int | None = None,
    fired_by: Move | None = None,
    **inputs: Any,
) -> Any:
    """Make the transition ``name`` on ``record`` in one transaction and return the record as it then is.

    ``by`` None is the system. ``at`` None is the database's clock, read after the row is locked. ``version`` is the
    one that the person saw; None accepts any. A move fired by another (``fired_by``) asks no role.

    :raises UnknownMove: if the process has no such transition
    :raises NotAllowed: if the person lacks the role
    :raises MovedOn: if the record's state has no such transition
    :raises Stale: if the record has another version than ``version``
    :raises Objected: if inputs are missing or guards refuse; with every reason
    """
    step = find_step(record, name)
    with transaction.atomic():
        locked = lock(record)
        move = Move(name, by, whole(at or database_now()), channel, on_behalf_of, dict(inputs), fired_by)
        if fired_by is None:
            _check_role(locked, step.row, by)
        _check_state(locked, step)
        if version is not None and version != locked.version:
            raise Stale
        _make(locked, _meant(locked, step, move), move)
    return locked


def _meant(record: Any, step: Step, move: Move) -> Step:
    """Find the step that is made for the one that was pressed: mostly the same."""
    name = step.row.instead(record, move)
    if not name:
        return step
    move.name = name
    meant = find_step(record, name)
    _check_state(record, meant)
    return meant


def _make(record: Any, step: Step, move: Move) -> None:
    for settle in register.steps.settle:
        settle(record, move)
    _check_objections(record, step.row, move)
    with saving(record):
        fired = _run(record, step, move)
    for each, its_move in [(step, move), *fired]:
        event = journal.write_move(record, flow=each.flow, move=its_move)
        for tell in register.steps.journaled:
            tell(record, its_move, event)


def lock(record: Any) -> Any:
    """Lock the rows of the record in all its tables until the transaction ends, and read it anew."""
    model = register.process_of(record).model
    return model.objects.select_for_update(no_key=True).get(pk=record.pk)


def fire(record: Any, name: str, *, move: Move, **inputs: Any) -> None:
    """Make a second transition on the same record inside the effect of ``move``; journaled after it.

    :raises MovedOn: if the record's state has no such transition
    :raises Objected: if guards refuse
    """
    step = find_step(record, name)
    inner = Move(name, move.by, move.at, move.channel, move.on_behalf_of, {**inputs}, move)
    _check_state(record, step)
    _check_objections(record, step.row, inner)
    outer = record._move
    fired = _run(record, step, inner, nested=True)
    record._fired = [*record.__dict__.get("_fired", []), *fired]
    record._move = outer


def _run(record: Any, step: Step, move: Move, *, nested: bool = False) -> list[tuple[Step, Move]]:
    move.source = getattr(record, step.flow.field)
    record._move = move
    try:
        getattr(record, move.name)()
    except TransitionNotAllowed as refusal:
        raise MovedOn(str(step.flow.states[move.source].label)) from refusal
    finally:
        record._move = None
    move.target = getattr(record, step.flow.field)
    if step.flow.field == "state":
        record.phase = step.flow.states[move.target].phase
    for during in register.steps.during:
        during(record, move)
    if nested:
        return [(step, move)]
    record.version += 1
    record.changed_at = move.at
    fired: list[tuple[Step, Move]] = record.__dict__.pop("_fired", [])
    return fired


@contextmanager
def saving(record: Any) -> Iterator[None]:
    """Save, when the block ends well, just the columns that it changed."""
    fields = {field.attname: field for field in record._meta.concrete_fields}
    before = {attname: record.__dict__.get(attname) for attname in fields}
    yield
    changed: dict[type[Model], dict[str, Any]] = {}
    for attname, field in fields.items():
        if record.__dict__.get(attname) != before[attname]:
            changed.setdefault(field.model, {})[field.name] = getattr(record, attname)
    for table, values in changed.items():  # save() would walk all tables that the record stands in
        table._base_manager.filter(pk=record.pk).update(**values)


def _check_role(record: Any, row: Transition, by: Person | None) -> None:
    if row.internal or not roles_on(record, person=by) & set(row.roles):
        raise NotAllowed


def _check_state(record: Any, step: Step) -> None:
    state = getattr(record, step.flow.field)
    if state not in step.row.source:
        raise MovedOn(str(step.flow.states[state].label))


def _check_objections(record: Any, row: Transition, move: Move) -> None:
    fields = {item.name: text for item in row.inputs if (text := _wrong(item, move))}
    reasons = objections(record, row, move=move, offering=False)
    if fields or reasons:
        raise Objected(*reasons, fields=fields)


def _wrong(item: Input, move: Move) -> str:
    value = move.given(item.name)
    if item.required and value is None and move.fired_by is None:
        return gettext("“%(field)s” is needed.") % {"field": item.label}
    if not item.accepts(value):
        return gettext("“%(field)s” has a value that is not offered.") % {"field": item.label}
    return ""


def objections(record: Any, row: Transition, *, move: Move, offering: bool) -> list[str]:
    """Collect every sentence that objects to a move now; empty when it may be made.

    When ``offering`` (no inputs yet), guards that the dialog's own inputs decide are not judged.
    """
    asked = {item.name for item in row.inputs} if offering else set()
    said = [
        str(guard.refusal)
        for guard in row.guard_objects()
        if not asked.intersection(guard.asks) and not guard.allows(record, move)
    ]
    return said + [text for refuses in row.refuses if (text := refuses(record, move))]


def open_record(
    model: type[Any], *, by: Person | None, at: datetime | None = None, channel: str = "web",
    on_behalf_of: Person | None = None, fired_by: Move | None = None, number: bool = True, **fields: Any,
) -> Any:  # fmt: skip
    """Make a record in its first state with its journal, clocks and notices, and give it a number last.

    ``at`` None is the database's clock. ``fields`` are the model's.
    """
    flow: Flow = model.flows[0]
    with transaction.atomic():
        moment = whole(at or database_now())
        fields = {"created_at": moment, "changed_at": moment, "kind": model.process_key, "state": flow.initial} | fields
        if hasattr(model, "channel"):
            fields["channel"] = channel
        record = model(phase=flow.states[fields["state"]].phase, **fields)
        record.save(force_insert=True)
        move = Move("open", by, moment, channel, on_behalf_of, {}, fired_by, "", record.state)
        with saving(record):
            for during in register.steps.during:
                during(record, move)
        event = journal.write(record, kind=Event.Kind.OPENED, name="open", move=move, public=True)
        for opened in register.steps.opened:
            opened(record, move, event)
        if number:
            give_number(record, flow.prefix)
    return record


@dataclass(frozen=True)
class Offer:
    """A transition as a person sees it: a button, or a closed button with the reasons why."""

    name: str
    label: str
    reasons: tuple[str, ...]
    row: Transition
    flow: Flow

    @property
    def reason(self) -> str:
        """The reasons in one text; empty when the button works."""
        return " ".join(self.reasons)


def offers(record: Any, *, person: Person | None, at: datetime) -> list[Offer]:
    """List the transitions that ``person`` has the role for in the record's present states, with what objects."""
    roles = roles_on(record, person=person)
    found = []
    for flow in record.flows:
        for row in flow.leaving(getattr(record, flow.field)):
            if row.internal or not roles & set(row.roles):
                continue
            move = Move(row.name, person, at)
            reasons = tuple(objections(record, row, move=move, offering=True))
            found.append(Offer(row.name, str(row.label), reasons, row, flow))
    return found

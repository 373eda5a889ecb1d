"""Copies of cases that the desk has walked itself: every row of theirs, moved in time, with other people and other words.

They are written as an import writes (``itsm.records.insertion``); what is read out of rows later, words and figures, is not copied.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import models

from changes.models import Change
from changes.step_models import Step
from itsm.people.models import Person
from itsm.records import register
from itsm.records.clock import site_month
from itsm.records.insertion import insert, insert_whole, keys_for, measure
from itsm.records.models import Event, Link, Record
from itsm.records.numbers import take
from itsm.tickets.models import ApprovalRequest, Assignment, Comment, Task, Ticket
from sla.models import Clock, ClockEvent, Escalation

#: What hangs on a case, with the field that leads to it; a row comes after those that it names.
PARTS: tuple[tuple[type[models.Model], str], ...] = (
    (Comment, "ticket"), (Assignment, "ticket"), (ApprovalRequest, "ticket"), (Task, "ticket"), (Clock, "record"),
    (ClockEvent, "clock__record"), (Escalation, "record"), (Event, "record"), (Link, "source"), (Step, "change"),
    (Change.affected_services.through, "change"),
)  # fmt: skip
#: The columns that lead from a part to its case.
OWNERS = ("record_id", "ticket_id", "source_id", "change_id")
#: Names under which facts keep the key of a part, and of a person.
KEPT: dict[str, type[models.Model]] = {"clock": Clock, "comment": Comment, "task": Task, "stay": Assignment}
PERSONAL = ("person", "assignee_id")
#: Whole numbers above it are seconds since 1970.
EPOCH = 1_500_000_000
MOMENT = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d.*)?")
PAGE = 400


@dataclass(frozen=True)
class Twin:
    """What a copy has of its own: when it was, who took the place of whom (by key), and which texts stand for which."""

    model: int
    received: datetime
    shift: timedelta
    people: Mapping[int, Person]
    words: Mapping[str, str]


@dataclass
class Originals:
    """The model cases with all that hangs on them, read once."""

    cases: dict[int, Any]
    parts: dict[type[models.Model], dict[int, list[Any]]]
    names: dict[int, str]

    @classmethod
    def read(cls, cases: Iterable[Any]) -> Originals:
        """Read what hangs on ``cases``."""
        held = {case.pk: case for case in cases}
        parts: dict[type[models.Model], dict[int, list[Any]]] = {}
        for part, path in PARTS:
            parts[part] = defaultdict(list)
            rows = part._default_manager.filter(**{f"{path}__in": list(held)})
            for row in rows.annotate(of=models.F(path)).order_by("pk"):
                parts[part][row.of].append(row)
        return cls(held, parts, dict(Person.objects.values_list("pk", "name")))


def copy_all(originals: Originals, twins: Sequence[Twin]) -> int:
    """Write the copies, numbered in the order in which they came in; gives how many there are."""
    ordered = sorted(twins, key=lambda twin: twin.received)
    for start in range(0, len(ordered), PAGE):
        _write(originals, ordered[start : start + PAGE])
    measure(Record, Ticket, Event, Clock, ClockEvent)
    return len(ordered)


def _write(originals: Originals, twins: Sequence[Twin]) -> None:
    tellers = [
        _Teller(twin, key, originals)
        for twin, key in zip(twins, keys_for(Record, count=len(twins)), strict=True)
    ]  # fmt: skip
    numbers = _numbers(originals, twins)
    for rows in _by_model(one.case(number) for one, number in zip(tellers, numbers, strict=True)):
        insert_whole(rows)
    for part, _path in PARTS:
        held = originals.parts[part]
        keys = iter(keys_for(part, count=sum(len(held[twin.model]) for twin in twins)))
        insert(part, [one.part(row, next(keys)) for one in tellers for row in held[one.twin.model]])


def _by_model(rows: Iterable[Any]) -> list[list[Any]]:
    found: dict[type[Any], list[Any]] = defaultdict(list)
    for row in rows:
        found[type(row)].append(row)
    return list(found.values())


def _numbers(originals: Originals, twins: Sequence[Twin]) -> list[str]:
    months: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place, twin in enumerate(twins):
        prefix = register.process_of(originals.cases[twin.model]).flow.prefix
        months[prefix, site_month(twin.received)].append(place)
    found: dict[int, str] = {}
    for (prefix, _month), places in sorted(months.items()):
        numbers = take(prefix, at=twins[places[0]].received, count=len(places))
        found.update(zip(places, numbers, strict=True))
    return [found[place] for place in range(len(twins))]


def _kinds(model: type[models.Model]) -> list[tuple[str, str]]:
    """Name the columns of a model and how each is told: as a moment, a day, facts, a person, a part, words, or as it is."""
    return [(str(one.attname), _kind(one)) for one in model._meta.concrete_fields]


def _kind(one: Any) -> str:
    if isinstance(one, models.ForeignKey):
        if one.related_model is Person:
            return "person"
        return "part" if one.related_model in KEPT.values() else "plain"
    for kind, name in (
        (models.DateField, "moment"),
        (models.JSONField, "facts"),
        ((models.CharField, models.TextField), "words"),
    ):
        if isinstance(one, kind):
            return name
    return "plain"


@dataclass
class _Teller:
    """Tells the rows of a model as those of one copy."""

    twin: Twin
    key: int
    originals: Originals
    names: dict[str, Person] = field(init=False)
    keys: dict[tuple[type[models.Model], int], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.names = {self.originals.names[key]: person for key, person in self.twin.people.items()}

    def case(self, number: str) -> Any:
        """Give the case itself under a number."""
        row = self.originals.cases[self.twin.model]
        told = self._told(row)
        chain = {str(parent._meta.pk.attname) for parent in (type(row), *type(row)._meta.get_parent_list())}
        return self._row(type(row), told | dict.fromkeys(chain, self.key) | {"number": number})

    def part(self, row: Any, key: int) -> Any:
        """Give a row that hangs on the case, under a key of its own."""
        self.keys[type(row), row.pk] = key
        told = self._told(row) | {"id": key}
        told |= {name: self.key for name in OWNERS if name in told}
        return self._row(type(row), told)

    def _row(self, model: type[models.Model], told: dict[str, Any]) -> Any:
        return model.from_db(None, list(told), list(told.values()))

    def _told(self, row: Any) -> dict[str, Any]:
        tell: dict[str, Callable[[Any], Any]] = {
            "moment": self._moment,
            "facts": self._facts,
            "person": self._person,
            "words": self._words,
        }
        found: dict[str, Any] = {}
        for name, kind in COLUMNS[type(row)]:
            value = getattr(row, name)
            if value is not None and kind == "part":
                value = self._part(row._meta.get_field(name.removesuffix("_id")).related_model, value)
            elif value is not None and kind in tell:
                value = tell[kind](value)
            found[name] = value
        return found

    def _moment(self, value: date) -> date:
        return value + self.twin.shift

    def _person(self, key: int) -> int:
        person = self.twin.people.get(key)
        return person.pk if person is not None else key

    def _part(self, model: Any, key: int) -> int:
        return self.keys.get((model, key), key)

    def _words(self, text: str) -> str:
        return self.twin.words.get(text, text)

    def _facts(self, value: Any, name: str = "") -> Any:
        """Tell facts: keys, people, seconds since 1970, and texts, which may be moments."""
        if isinstance(value, dict):
            if value.keys() == {"id", "text"} and value["text"] in self.names:
                person = self.names[value["text"]]
                return {"id": person.pk, "text": person.name}
            return {key: self._facts(one, key) for key, one in value.items()}
        if isinstance(value, list):
            return [self._facts(one, name) for one in value]
        return self._number(value, name) if type(value) is int else self._text(value) if type(value) is str else value

    def _number(self, value: int, name: str) -> int:
        if value > EPOCH:
            return value + int(self.twin.shift.total_seconds())
        if name in KEPT:
            return self._part(KEPT[name], value)
        return self._person(value) if name in PERSONAL else value

    def _text(self, value: str) -> str:
        if value in self.twin.words:
            return self.twin.words[value]
        if value in self.names:
            return self.names[value].name
        if MOMENT.fullmatch(value):
            read: Any = datetime.fromisoformat if "T" in value else date.fromisoformat
            return str((read(value) + self.twin.shift).isoformat())
        return value


class _Columns(dict[type[models.Model], list[tuple[str, str]]]):
    """How the columns of each model are told, found once."""

    def __missing__(self, model: type[models.Model]) -> list[tuple[str, str]]:
        self[model] = _kinds(model)
        return self[model]


COLUMNS = _Columns()

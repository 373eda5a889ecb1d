"""Somebody who does anything that is offered, on any record of any process, with made-up answers; and what must hold then."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from django.db import connection, transaction

from catalogue.models import Category, Service
from catalogue.transition.models import ServiceTransition
from changes import meetings
from changes.board_models import Board
from configuration import services as configuration
from configuration.models import CiClass
from incidents import services as incidents
from itsm.flow import Input, Transition
from itsm.flow.roles import GRANTABLE
from itsm.hours.models import Calendar
from itsm.people.models import Organisation, Person, Team
from itsm.records import register
from itsm.records.models import Event, Link, Record
from itsm.records.perform import Offer, find_step, offers, open_record, perform
from itsm.records.refusals import MovedOn, Objected
from itsm.records.roles import roles_on
from itsm.tickets.choices import NAMED_BY, offered
from relationships import suppliers
from relationships.complaints import raise_complaint
from relationships.supplier_models import Supplier
from releases.receive import draft_release
from sla import agreement_writing
from sla.sweep import sweep
from tests.agreements.conftest import sheet
from tests.fixtures import make_person
from tests.loading import loaded

WORDS = ("已處理", "請再確認", "電源模組", "502", "reason", "AP-2")
MOST_TRIES = 6
#: What is begun, the usual oftener; problems, known errors, deployments, supplier cases and answers come out of these.
KINDS = (
    "incident", "incident", "request", "change", "change", "complaint", "release", "ci", "survey", "transition", "meeting",
    "agreement", "contract",
)  # fmt: skip


@dataclass
class Wanderer:
    """A seeded walk: the people who act, the clock, and what was done."""

    seed: int
    at: datetime
    service: Service
    category: Category
    teams: list[Team]
    people: list[Person] = field(default_factory=list)
    requesters: list[Person] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)
    refused: int = 0

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)  # a walk, not a secret
        for number in range(3):
            person = make_person(f"all{number}", *GRANTABLE, name=f"萬能 {number}")
            for team in self.teams:
                team.members.add(person)
            self.people.append(person)
        self.requesters = [make_person(f"asker{number}", name=f"使用者 {number}") for number in range(2)]

    def one(self, rows: Any) -> Any:
        """Pick one of some; None of none."""
        found = list(rows[:40])
        return self.dice.choice(found) if found else None

    # ---- beginnings ------------------------------------------------------------------------
    def begin(self) -> None:
        """Open a record of some process."""
        self.open(self.dice.choice(KINDS))

    def open(self, kind: str) -> None:
        """Open a record of one process."""
        getattr(self, f"_begin_{kind}")()
        self.done[f"open {kind}"] += 1

    def _begin_incident(self) -> None:
        who = self.dice.choice(self.requesters)
        incidents.raise_incident(by=who, requester=who, title=self._line(), service=self.service, at=self.at)

    def _begin_change(self) -> None:
        from changes.services import draft

        draft(
            title=self._line(),
            description=self._line(),
            by=self.dice.choice(self.people),
            at=self.at,
            service=self.service,
        )

    def _begin_complaint(self) -> None:
        who = self.dice.choice(self.requesters)
        raise_complaint(
            by=who,
            complainant=who,
            at=self.at,
            source="portal",
            title=self._line(),
            description="回覆太慢",
            service=self.service,
        )

    def _begin_release(self) -> None:
        changes = list(register.process("change").model.objects.open().order_by("-pk")[:2])
        if changes:
            draft_release(changes, title=self._line(), by=self.dice.choice(self.people), at=self.at)

    def _begin_ci(self) -> None:
        item_class = self.one(CiClass.objects.filter(is_active=True).order_by("pk"))
        with transaction.atomic():
            configuration.create(
                ci_class=item_class,
                title=f"CI {self.dice.random()}",
                grounds=loaded(),
                by=self.people[0],
                at=self.at,
                source="walk",
            )

    def _begin_survey(self) -> None:
        from relationships.survey_models import SurveyCampaign

        open_record(SurveyCampaign, by=self.people[0], at=self.at, title=self._line(), owner=self.people[0])

    def _begin_request(self) -> None:
        who = self.dice.choice(self.requesters)
        incidents.raise_request(by=who, requester=who, title=self._line(), service=self.service, at=self.at)

    def _begin_transition(self) -> None:
        who = self.dice.choice(self.people)
        open_record(
            ServiceTransition, by=who, at=self.at, title=self._line(), service=self.service, requester=who, owner=who
        )

    def _begin_meeting(self) -> None:
        board, new = Board.objects.get_or_create(
            code="walk",
            defaults={"name_zh": "委員會", "calendar": Calendar.objects.get(code="taiwan-office"), "weekday": 3,
                      "opens": time(14), "since": self.at.date()},
        )  # fmt: skip
        for person in self.people if new else []:
            board.members.create(person=person, is_chair=person == self.people[0])
        start = self.at + timedelta(days=2, minutes=self.done["open meeting"])
        meetings.make(board, start=start, end=start + timedelta(hours=1), by=self.people[0], at=self.at)

    def _begin_agreement(self) -> None:
        provider, consumer = self._organisation("it"), self._organisation("unit")
        agreement_writing.draft(
            by=self.people[0], at=self.at, title=self._line(), sheet=sheet(self.service.code), type="sla", level="service",
            provider=provider, consumer=consumer,
        )  # fmt: skip

    def _begin_contract(self) -> None:
        supplier, _new = Supplier.objects.get_or_create(organisation=self._organisation("maker"))
        suppliers.open_contract(by=self.people[0], supplier=supplier, title=self._line(), at=self.at)

    def _organisation(self, code: str) -> Organisation:
        return Organisation.objects.get_or_create(code=code, defaults={"name_zh": code, "name_en": code})[0]

    # ---- going on --------------------------------------------------------------------------
    def step(self) -> Any:
        """Let time pass, then make one move that is offered; gives the record that moved, or None."""
        self.at += timedelta(seconds=self.dice.choice((60, 900, 3600, 6 * 3600, 30 * 3600)))
        if self.dice.random() < 0.15:
            sweep(at=self.at)
        for _try in range(MOST_TRIES):
            record, offer, by = self._choose()
            if offer is not None and self._make(record, offer.row, by):
                return register.process_of(record).model.objects.get(pk=record.pk)
        return None

    def _choose(self) -> tuple[Any, Offer | None, Person | None]:
        kinds = [process.key for process in register.processes()]
        row = self.one(Record.objects.filter(kind=self.dice.choice(kinds)).order_by("-pk"))
        if row is None:
            return None, None, None
        record = register.load(row)
        by = self.dice.choice([*self.people, *self.requesters, None] if self.dice.random() < 0.3 else self.people)
        found = [offer for offer in offers(record, person=by, at=self.at) if not offer.reasons]
        return record, self._rarest(record, found), by

    def _rarest(self, record: Any, found: list[Offer]) -> Offer | None:
        """Prefer what was done least, and seldom what ends a record early."""

        def weight(offer: Offer) -> float:
            ends = offer.row.danger or offer.name.startswith(
                ("withdraw", "cancel", "reject", "decline", "demote", "judge")
            )
            return self.done[f"{record.kind}.{offer.name}"] + self.dice.random() * 3 + (4 if ends else 0)

        return min(found, key=weight, default=None)

    def _make(self, record: Any, row: Transition, by: Person | None) -> bool:
        given = {item.name: value for item in row.inputs if (value := self._answer(item, record, by)) is not None}
        try:
            perform(record, row.name, by=by, at=self.at, **given)
        except (Objected, MovedOn):  # an answer did not please a guard, or another record moved this one meanwhile
            self.refused += 1
            return False
        self.done[f"{record.kind}.{row.name}"] += 1
        return True

    def _answer(self, item: Input, record: Any, by: Person | None) -> Any:
        if not item.required and self.dice.random() < 0.08:
            return None
        if item.kind in NAMED_BY:
            return self._named(item, record, by)
        if item.choices:
            return self.dice.choice(item.choices).value
        made: dict[str, Callable[[], Any]] = {
            "flag": lambda: self.dice.random() < 0.8, "number": lambda: self.dice.randint(0, 5), "instant": self._instant,
            "day": lambda: (self.at + timedelta(days=self.dice.randint(0, 20))).date(),
        }  # fmt: skip
        return made.get(item.kind, self._line)()

    def _instant(self) -> datetime:
        return self.at + timedelta(hours=self.dice.choice((0, 0, 1, 2, 26)))

    def _named(self, item: Input, record: Any, by: Person | None) -> Any:
        if item.kind in ("person", "agent"):
            return self.dice.choice(self.people)
        if item.kind == "service":
            return self.service
        if item.kind == "category":
            return self.category
        return self.one(offered(item, record=record, person=by or self.people[0]))

    def _line(self) -> str:
        return self.dice.choice(WORDS)


# ---- what must hold ------------------------------------------------------------------------
def check(record: Any) -> None:
    """Hold a record that has just moved against its machines and its journal."""
    for flow in record.flows:
        state = getattr(record, flow.field)
        assert state in flow.states, (record, state)
        moves = Event.objects.moves().filter(record=record.pk, machine=flow.key).order_by("pk")
        _follow(flow, record, state, list(moves.values_list("name", "source", "target")))
    assert record.phase == record.flows[0].states[record.state].phase
    if record.state not in record.flows[0].final:
        assert record.flows[0].leaving(record.state), f"{record} stands in a dead end"


def _follow(flow: Any, record: Any, state: str, moves: list[tuple[str, str, str]]) -> None:
    """Walk the journal: each move begins where the one before ended, is one of the table, and the last ends here."""
    at = moves[0][1] if moves else state
    for name, source, target in moves:
        row = flow.transitions[name]
        assert source == at, (record, name, source, at)
        assert source in row.source, (record, name, source)
        assert target in (row.targets or (source,)), (record, name, target)
        at = target
    assert at == state, (record, at, state)


def somebody_may_go_on(record: Any, people: list[Person]) -> bool:
    """Tell whether for a record that is not over somebody, or the system, has the role of a way on."""
    flow = record.flows[0]
    roles = {role for person in people for role in roles_on(record, person=person)} | {
        "system",
        "user",
        "reporter",
        "approver",
    }
    return record.state in flow.final or any(
        roles & set(row.roles) or row.internal for row in flow.leaving(record.state)
    )


def numbers_without_gap() -> list[str]:
    """List the series whose numbers have a gap."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT s.prefix || s.month FROM records_numberseries s JOIN (
                 SELECT split_part(number, '-', 1) AS prefix, split_part(number, '-', 2) AS month, count(*) AS used
                 FROM records_record WHERE number IS NOT NULL GROUP BY 1, 2) r USING (prefix, month)
               WHERE s.last <> r.used"""
        )
        return [name for (name,) in cursor.fetchall()]


def separation_holds() -> list[str]:
    """List the changes that somebody authorised or closed for oneself."""
    changes = register.process("change").model.objects.all()
    return [
        str(row.number)
        for row in changes
        if (row.authoriser_id and row.authoriser_id in (row.requester_id, row.implementer_id))
        or (row.closer_id and row.closer_id == row.implementer_id)
    ]


def links_are_whole() -> bool:
    """Tell whether no link leads from a record to itself or twice the same way."""
    rows = list(Link.objects.values_list("source", "target", "kind"))
    return len(rows) == len(set(rows)) and all(source != target for source, target, _kind in rows)


def step_of(record: Any, name: str) -> Transition:
    """Find a transition of a record's machines."""
    return find_step(record, name).row

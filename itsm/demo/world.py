"""The demo's people and things by their codes, and cases that are led through their lives."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from catalogue.models import Category, RequestItem, Service
from incidents import services as raising
from incidents.models import Incident
from itsm.demo import catalogue_forms
from itsm.hours.models import Calendar
from itsm.hours.worktime import Schedule
from itsm.people.models import Person, Team
from itsm.records.perform import open_record, perform
from itsm.tickets import assignments, comments, parts_of
from itsm.tickets.models import HoldReason
from problems.models import Problem


@dataclass(frozen=True)
class World:
    """Everything that the made-up cases name."""

    people: dict[str, Person]
    teams: dict[str, Team]
    services: dict[str, Service]
    categories: dict[str, Category]
    items: dict[str, RequestItem]
    reasons: dict[str, HoldReason]
    hours: Schedule

    @classmethod
    def read(cls) -> Self:
        """Read them once."""
        current = Calendar.objects.select_related("current").get(code="service-hours").current
        assert current is not None  # a calendar is seeded with its first version
        people = Person.objects.filter(is_demo=True).select_related("unit")
        services = Service.objects.select_related("support_team", "second_line_team")
        return cls(
            {person.username: person for person in people}, _coded(Team.objects.all()), _coded(services),
            _coded(Category.objects.all()), _coded(RequestItem.objects.select_related("service__support_team")),
            _coded(HoldReason.objects.all()), current.schedule(),
        )  # fmt: skip


def _coded(rows: Iterable[Any]) -> dict[str, Any]:
    return {row.code: row for row in rows}


class Case:
    """A case and the instant at which its next step takes place."""

    def __init__(self, world: World, record: Any, *, at: datetime) -> None:
        self.world, self.record, self.at = world, record, at

    @classmethod
    def reported(
        cls, world: World, who: str, title: str, text: str = "", *, service: str, at: datetime, channel: str = "portal",
        by: str = "", still_working: str = "partly", **more: Any,
    ) -> Self:  # fmt: skip
        """Let ``who`` report an incident; ``by`` is who writes it down."""
        record = raising.raise_incident(
            by=world.people[by or who], requester=world.people[who], title=title, description=text,
            service=world.services[service] if service else None, channel=channel, still_working=still_working, at=at, **more,
        )  # fmt: skip
        return cls(world, record, at=at)

    @classmethod
    def ordered(cls, world: World, who: str, item: str, text: str = "", *, at: datetime, title: str = "") -> Self:
        """Let ``who`` order an item of the catalogue."""
        record = raising.raise_request(
            by=world.people[who], requester=world.people[who], title=title, description=text, item=world.items[item],
            category=world.categories["sign-in" if item == "password-reset" else "order"], at=at,
            answers=catalogue_forms.ANSWERS.get(item),
        )  # fmt: skip
        return cls(world, record, at=at)

    @classmethod
    def asked(cls, world: World, who: str, title: str, text: str, *, at: datetime, channel: str = "portal") -> Self:
        """Let ``who`` ask in their own words for something."""
        person = world.people[who]
        record = raising.raise_request(
            by=person, requester=person, title=title, description=text, at=at, channel=channel
        )
        return cls(world, record, at=at)

    @classmethod
    def problem(cls, world: World, title: str, text: str, *, service: str, at: datetime) -> Self:
        """Register a problem by the problem manager, for the owner of its service."""
        owner = world.services[service].owner
        record = open_record(
            Problem, by=world.people["huang"], at=at, channel="portal", origin=Problem.Origin.TREND, title=title, description=text,
            requester=owner, unit_id=owner.unit_id, service=world.services[service], received_at=at,
        )  # fmt: skip
        return cls(world, record, at=at)

    @classmethod
    def problem_of(cls, world: World, title: str, *, at: datetime) -> Self:
        """Take the problem that a major incident has left."""
        return cls(world, Problem.objects.get(title=title, requester__is_demo=True), at=at)

    @classmethod
    def named(cls, world: World, title: str) -> Self:
        """Take the incident with that subject."""
        record = Incident.objects.filter(title=title, requester__is_demo=True).latest("pk")
        return cls(world, record, at=record.changed_at)

    def after(self, minutes: float) -> Self:
        """Let time pass."""
        self.at += timedelta(minutes=minutes)
        return self

    def worked(self, minutes: float) -> Self:
        """Let time pass in which the desk is open."""
        self.at = self.world.hours.add(self.at, seconds=int(minutes * 60))
        return self

    def person(self, who: str) -> Person:
        """Give a person by user name."""
        return self.world.people[who]

    def move(self, name: str, who: str, **inputs: Any) -> Self:
        """Make a transition; nobody means the system."""
        by = self.world.people[who] if who else None
        self.record = perform(
            self.record, name, by=by, at=self.at, channel="web" if who else "system", fired_by=None, **inputs
        )
        return self

    def classified(self, who: str, category: str, *, impact: int, urgency: int, **more: Any) -> Self:
        """Judge it as an incident and grade it."""
        return self.move(
            "classify", who, service=self.record.service, category=self.world.categories[category], impact=str(impact),
            urgency=str(urgency), **more,
        )  # fmt: skip

    def at_desk(self, who: str) -> Self:
        """Let somebody of the desk handle it."""
        return self.move("assign_first_line", who, team=self.world.teams["desk"], assignee=self.person(who))

    def second_line(self, who: str, team: str, note: str, *, engineer: str = "") -> Self:
        """Hand it over to a second-line team."""
        given = {"assignee": self.person(engineer)} if engineer else {}
        return self.move("escalate_second_line", who, team=self.world.teams[team], note=note, **given)

    def taken(self, who: str) -> Self:
        """Let somebody of the team accept it."""
        assignments.take(self.record, by=self.person(who), at=self.at)
        return self

    def says(self, who: str, text: str) -> Self:
        """Write a public reply."""
        comments.reply(self.record, body=text, by=self.person(who), at=self.at)
        return self

    def notes(self, who: str, text: str) -> Self:
        """Write an internal note."""
        comments.note(self.record, body=text, by=self.person(who), at=self.at)
        return self

    def resolved(self, who: str, text: str, *, code: str = "fixed", **more: Any) -> Self:
        """Resolve an incident."""
        return self.move("resolve", who, resolution_code=code, resolution_note=text, **more)

    def fulfilled(self, who: str, text: str) -> Self:
        """Finish the tasks of a request and fulfil it."""
        self.tasks_done(who)
        return self.move("fulfil", who, fulfilment_code="delivered", fulfilment_note=text)

    def tasks_done(self, who: str, *, most: int = 99) -> Self:
        """End the first open tasks."""
        for _number in range(most):
            task = self.record.tasks.filter(state="open").order_by("step", "pk").first()
            if task is None:
                break
            parts_of.end_task(task, state="done", by=self.person(who), at=self.at)
        return self

    def held(self, who: str, why: str, *, days: int, question: str = "") -> Self:
        """Let it wait."""
        inputs = {"comment": question} if question else {}
        return self.move(
            "hold", who, hold_reason=self.world.reasons[why], follow_up_at=self.at + timedelta(days=days), **inputs
        )

    def confirmed(self, who: str = "") -> Self:
        """Let the requester accept the result, or silence be taken for yes."""
        name = "confirm_resolution" if self.record.kind == "incident" else "confirm_done"
        return self.move(name, who, confirmation="portal" if who else "timer")

    @property
    def asker(self) -> str:
        """The user name of who asked for it."""
        return str(self.record.requester.username)

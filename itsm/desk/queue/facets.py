"""What a queue may be narrowed by: each facet is one parameter of the address with a closed list of values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from itsm.desk import tables
from itsm.records import register
from itsm.tickets.models import Channel, Ticket

if TYPE_CHECKING:
    from itsm.people.models import Person

OPEN_PHASES = ("new", "working", "waiting")
Label = str | Promise
Narrow = Callable[[str, "Person", datetime], Q]

PHASES: dict[str, Label] = {
    "open": pgettext_lazy("phase", "Open"),
    "new": pgettext_lazy("phase", "New"),
    "working": pgettext_lazy("phase", "In progress"),
    "waiting": pgettext_lazy("phase", "Waiting"),
    "done": pgettext_lazy("phase", "Done"),
    "any": pgettext_lazy("phase", "Open and done"),
}
CLOCKS: dict[str, Label] = {"late": _("Late"), "risk": _("At risk"), "paused": _("Paused"), "none": _("No clock")}
YES_NO: dict[str, Label] = {"yes": _("Yes"), "no": _("No")}
PRIORITIES: dict[str, Label] = {**{str(level): f"P{level}" for level in range(1, 6)}, "none": _("Not graded")}


def _nothing() -> dict[str, Label]:
    return {}


@dataclass(frozen=True)
class Facet:
    """One parameter: its name, its word, what each value lets through, and the values it knows: fixed ones and rows."""

    name: str
    label: Label
    narrow: Narrow
    words: Mapping[str, Label]
    rows: Callable[[], Mapping[str, Label]] = _nothing

    def knows(self, value: str) -> bool:
        """Tell whether ``value`` may stand in an address."""
        return value in self.words or value in self.rows()

    def choices(self) -> dict[str, Label]:
        """Give every value with its word."""
        return {**self.words, **self.rows()}

    def word(self, value: str) -> str:
        """Say one value in words."""
        return str(self.words[value]) if value in self.words else str(self.rows()[value])


def _kinds() -> dict[str, Label]:
    return {
        process.key: str(process.flow.title) for process in register.processes() if issubclass(process.model, Ticket)
    }


def _services() -> dict[str, Label]:
    return {str(row.pk): row.name for row in tables.services().values()}


def _teams() -> dict[str, Label]:
    return {str(row.pk): row.name for row in tables.teams().values()}


def _staff() -> dict[str, Label]:
    return {str(row.pk): row.name for row in tables.staff().values()}


def _by_phase(value: str, person: Person, at: datetime) -> Q:
    if value == "any":
        return Q()
    return Q(phase__in=OPEN_PHASES) if value == "open" else Q(phase=value)


def _by_clock(value: str, person: Person, at: datetime) -> Q:
    return {
        "late": Q(due_at__lt=at),
        "risk": Q(warn_at__lte=at, due_at__gte=at),
        "paused": Q(clock_state__in=("paused", "soft")),
        "none": Q(clock_state=""),
    }[value]


def _of_my_teams(person: Person) -> Q:
    return Q(team_id__in=person.team_ids)


def _of_me(person: Person) -> Q:
    return Q(assignee_id=person.pk)


def _by_key(column: str, **words: Callable[[Person], Q]) -> Narrow:
    def narrow(value: str, person: Person, at: datetime) -> Q:
        if value == "none":
            return Q(**{f"{column}__isnull": True})
        return words[value](person) if value in words else Q(**{column: int(value)})

    return narrow


FACETS: dict[str, Facet] = {
    facet.name: facet
    for facet in (
        Facet("phase", _("Status"), _by_phase, PHASES),
        Facet("kind", _("Kind"), lambda value, person, at: Q(kind=value), {}, _kinds),
        Facet("priority", _("Priority"), _by_key("priority"), PRIORITIES),
        Facet("clock", _("Clock"), _by_clock, CLOCKS),
        Facet("service", _("Service"), _by_key("service_id"), {"none": _("No service")}, _services),
        Facet("team", _("Team"), _by_key("team_id", mine=_of_my_teams), {"mine": _("My teams"), "none": _("No team")}, _teams),
        Facet("assignee", _("Assignee"), _by_key("assignee_id", me=_of_me), {"me": _("Me"), "none": _("Nobody")}, _staff),
        Facet("channel", _("Channel"), lambda value, person, at: Q(channel=value), dict(Channel.choices)),
        Facet("confidential", _("Confidential"), lambda value, person, at: Q(confidential=value == "yes"), YES_NO),
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Chosen:
    """A facet's value in force, in words."""

    name: str
    value: str
    label: str
    word: str


def read(params: Mapping[str, Any]) -> tuple[dict[str, str], list[str]]:
    """Read the facets out of ``params``; gives the good ones and the words of those that are not understood."""
    good: dict[str, str] = {}
    odd: list[str] = []
    for name, facet in FACETS.items():
        value = str(params.get(name) or "")[:40]
        if not value:
            continue
        if facet.knows(value):
            good[name] = value
        else:
            odd.append(str(facet.label))
    return good, odd


def condition(values: Mapping[str, str], *, person: Person, at: datetime) -> Q:
    """Make the condition that all ``values`` together ask for."""
    found = Q()
    for name, value in values.items():
        found &= FACETS[name].narrow(value, person, at)
    return found


def in_words(values: Mapping[str, str]) -> list[Chosen]:
    """Say each value in words, for the chips above a list."""
    return [Chosen(name, value, str(FACETS[name].label), FACETS[name].word(value)) for name, value in values.items()]


def forms(values: Mapping[str, str]) -> Iterable[dict[str, Any]]:
    """Give every facet with its choices, for the page of filters."""
    for name, facet in FACETS.items():
        options = [
            {"value": value, "word": word, "chosen": values.get(name) == value}
            for value, word in facet.choices().items()
        ]
        yield {"name": name, "label": facet.label, "options": options}

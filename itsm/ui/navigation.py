"""What stands in the rail and the top bar. Apps register their entries when they start."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Protocol

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise


class Person(Protocol):
    """What the shell needs to know about whoever is signed in."""

    @property
    def name(self) -> str:
        """The name others see."""

    @property
    def role_codes(self) -> frozenset[str]:
        """The roles of the person, in any process."""


@lru_cache(maxsize=256)
def _address(url_name: str) -> str:
    """Find an address that depends on nothing, once: reverse() costs more than all else in the rail."""
    return reverse(url_name)


@dataclass(frozen=True, slots=True)
class Entry:
    """One link of the rail.

    ``roles`` empty means everybody, unless ``shown_to`` says otherwise; ``key`` is a sequence such as "g q";
    ``badge`` gives a number for a person, or None. Sections: portal, desk, processes, management, settings.
    """

    label: str | Promise
    url_name: str
    icon: str
    key: str = ""
    roles: frozenset[str] = frozenset()
    section: str = "desk"
    badge: Callable[[Any], int | None] | None = None
    order: int = 50
    query: str = ""
    shown_to: Callable[[Any], bool] | None = None

    def url(self) -> str:
        """This will give the address the entry leads to."""
        return _address(self.url_name) + self.query

    def open_to(self, person: Person) -> bool:
        """This will tell whether the person's roles let this entry be shown, or ``shown_to`` does where it is given."""
        if self.shown_to is not None:
            return self.shown_to(person)
        return not self.roles or bool(self.roles & person.role_codes)


@dataclass(slots=True)
class Register:
    """Everything that apps have told the shell."""

    entries: list[Entry] = field(default_factory=list)
    places: dict[str, str] = field(default_factory=dict)
    unread: Callable[[Any], int] | None = None
    personas: Callable[[HttpRequest], Sequence[Any]] | None = None


REGISTER = Register()


def register(entry: Entry) -> None:
    """This will put an entry into the rail; the same address twice in a section replaces the first."""
    same = [
        old
        for old in REGISTER.entries
        if (old.section, old.url_name, old.query) == (entry.section, entry.url_name, entry.query)
    ]
    for old in same:
        REGISTER.entries.remove(old)
    REGISTER.entries.append(entry)


def place(name: str, url_name: str) -> None:
    """This will say where a fixed control of the top bar leads.

    Names: home, search, palette, new, notifications, profile, logout, help, portal, portal_new.
    """
    REGISTER.places[name] = url_name


def count_unread(counter: Callable[[Any], int]) -> None:
    """This will set who counts a person's unread notifications (one query at most)."""
    REGISTER.unread = counter


def offer_personas(giver: Callable[[HttpRequest], Sequence[Any]]) -> None:
    """This will set who fills the demo bar: objects with .label, .url, .hint and .current."""
    REGISTER.personas = giver


def entries_for(person: Person, *, section: str) -> list[Entry]:
    """This will list the entries of a section that the person may see, in their order."""
    mine = [entry for entry in REGISTER.entries if entry.section == section and entry.open_to(person)]
    return sorted(mine, key=lambda entry: entry.order)


def places() -> dict[str, str]:
    """This will give the addresses of the registered places, leaving out those without a route."""
    found: dict[str, str] = {}
    for name, url_name in REGISTER.places.items():
        try:
            found[name] = _address(url_name)
        except NoReverseMatch:
            continue
    return found

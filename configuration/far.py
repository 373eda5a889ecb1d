"""Questions that layers above answer: which services of the catalogue an item stands for, and how to ask for a change.

They fill them in at start-up: ``far.answers.services = ...``. Until then nothing is known of services.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.urls import NoReverseMatch, reverse

if TYPE_CHECKING:
    from itsm.people.models import Person


@dataclass(frozen=True)
class Served:
    """A service as those who look at an impact need it: who uses it, and what it promised."""

    code: str
    name: str
    criticality: int
    customers: tuple[str, ...]
    promises: tuple[str, ...]
    url: str = ""


def no_services(codes: Iterable[str], person: Person | None) -> dict[str, Served]:
    """Know of no service."""
    return {}


def no_roots() -> dict[int, str]:
    """Know of no service that names its root item."""
    return {}


def no_open_work(items: Iterable[int], person: Person, at: datetime) -> dict[str, list[Any]]:
    """Know of no case and no change."""
    return {}


def at_any_time(change: Any, at: datetime) -> bool:
    """Know of no window: what is authorised is so at any time."""
    return True


def no_views(person: Person) -> list[dict[str, Any]]:
    """Know of no list that somebody keeps."""
    return []


@dataclass
class Answers:
    """Who answers each question: services by their code; by the keys of items the codes of the services that name them
    as their root; what is going on at items (``cases``, ``changes``); kept views of the list of items.

    ``in_time`` tells whether an authorised change may write at that moment.
    """

    services: Callable[[Iterable[str], Any], dict[str, Served]] = no_services
    roots: Callable[[], dict[int, str]] = no_roots
    work: Callable[[Iterable[int], Any, datetime], dict[str, list[Any]]] = no_open_work
    views: Callable[[Any], list[dict[str, Any]]] = no_views
    in_time: Callable[[Any, datetime], bool] = at_any_time


answers = Answers()


def change_address(number: str) -> str:
    """Give the address where a change for an item is asked for; empty where there is none."""
    try:
        return f"{reverse('changes:new')}?ci={number}"
    except NoReverseMatch:
        return ""

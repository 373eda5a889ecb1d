"""What is planned when: each process says so for its own records, and a calendar asks them all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from itsm.flow import State
    from itsm.people.models import Person


@dataclass(frozen=True)
class Planned:
    """One piece of planned work: from ``start`` up to, not including, ``end``.

    ``is_settled`` tells whether somebody has authorised the time; ``items`` are the keys of what it affects, ``tags``
    words by which lists are filtered (the class of a change, the kind of a release). ``version`` is that of its record,
    ``move_url`` where the person who asked may give it another time, empty where not.
    """

    key: int
    kind: str
    number: str
    title: str
    url: str
    state: State
    start: datetime
    end: datetime
    service_id: int | None = None
    service: str = ""
    team_id: int | None = None
    team: str = ""
    person_id: int | None = None
    person: str = ""
    is_settled: bool = False
    tags: tuple[str, ...] = ()
    words: str = ""
    version: int = 0
    move_url: str = ""
    items: frozenset[int] = field(default_factory=frozenset)


#: Gives what a person may know of the work that shares a moment with a stretch of time, with what it affects where that is asked.
Source = Callable[[datetime, datetime, "Person", bool], list[Planned]]

_sources: dict[str, Source] = {}


def add(kind: str, source: Source) -> None:
    """Let the process ``kind`` answer; the same kind again replaces it."""
    _sources[kind] = source


def kinds() -> tuple[str, ...]:
    """Name the processes that answer."""
    return tuple(_sources)


def between(start: datetime, end: datetime, *, person: Person, with_items: bool = True) -> list[Planned]:
    """Collect what ``person`` may know of the work from ``start`` to ``end``, earliest first.

    Without ``with_items`` what it affects is not read: one statement less for each process.
    """
    found = [one for source in _sources.values() for one in source(start, end, person, with_items)]
    return sorted(found, key=lambda one: (one.start, one.end, one.key))

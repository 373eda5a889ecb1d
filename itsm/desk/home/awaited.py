"""What waits for the offices that a person holds: records in a state that one of their roles moves on.

A state waits for the roles that hold most of the moves out of it. So assessing a change waits for the change manager,
though the board could send it back; and a vote waits for the board, though the manager could withdraw the change. Work
that is given to a person by name, and the desk's own queues, stand elsewhere on the first page.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.db.models import CharField, Q, Value
from django.urls import is_valid_path
from django.utils.text import capfirst

from itsm.flow import Flow, State
from itsm.flow.roles import STAFF
from itsm.records import planned, register
from itsm.records.planned import Planned
from itsm.tickets.models import Ticket

if TYPE_CHECKING:
    from itsm.people.models import Person
    from itsm.records.register import Process

#: Offices: roles that are held for the whole organisation, as against work that is given by name or taken from a queue.
OFFICES = frozenset(
    role for role in STAFF - {"agent", "engineer"} if not role.endswith(("_requester", "_implementer", "_reporter", "_handler"))
)  # fmt: skip
#: Where the desk's own queues show what waits.
QUEUED = frozenset({"incident", "service_request"})
ANSWERED = ("new", "working")
SHOWN = 6
COLUMNS = ("pk", "number", "title", "state")


@dataclass(frozen=True, slots=True)
class Awaited:
    """The records of one process that wait for this person: how many, the first of them, and their list if there is one."""

    name: str
    url: str
    count: int
    rows: tuple[tuple[str, str, str, State], ...]


def awaited(person: Person) -> list[Awaited]:
    """Collect what waits for the person's offices: one statement for all cases, one for all other records."""
    held = person.role_codes & OFFICES
    wanted = [
        (process, codes) for process in register.processes() if process.key not in QUEUED and (codes := states_for(process.flow, held))
    ]  # fmt: skip
    rows = _cases(person, [(process, codes) for process, codes in wanted if _is_case(process)])
    rows |= _plain(person, [(process, codes) for process, codes in wanted if not _is_case(process)])
    return [_of(process, rows[process.key]) for process, _codes in wanted if rows[process.key]]


def _is_case(process: Process) -> bool:
    return issubclass(process.model, Ticket)


def _cases(person: Person, wanted: list[tuple[Process, frozenset[str]]]) -> dict[str, list[Any]]:
    """Read the cases of all processes together; a process may leave out what no longer waits for this person."""
    rows: dict[str, list[Any]] = defaultdict(list)
    if not wanted:
        return rows
    waits = Q()
    for process, codes in wanted:
        narrowed = _owed(process, process.model.objects.filter(state__in=codes), person)
        waits |= Q(kind=process.key, state__in=codes) & (Q(pk__in=narrowed.values("pk")) if process.owed else Q())
    seen = Ticket.objects.visible_to(person).open().filter(waits).order_by("due_at", "pk")
    for kind, *row in seen.values_list("kind", *COLUMNS):
        rows[kind].append(row)
    return rows


def _plain(person: Person, wanted: list[tuple[Process, frozenset[str]]]) -> dict[str, list[Any]]:
    """Read the records of all other processes together, those that have waited longest first."""
    asked = [
        _owed(process, process.model.objects.visible_to(person).filter(state__in=codes), person)
        .annotate(process=Value(process.key, output_field=CharField()))
        .order_by()
        .values_list("process", "changed_at", *COLUMNS)
        for process, codes in wanted
    ]
    rows: dict[str, list[Any]] = defaultdict(list)
    found = asked[0].union(*asked[1:], all=True) if asked else ()
    for key, _changed, *row in sorted(found, key=lambda row: (row[1], row[2])):
        rows[key].append(row)
    return rows


def _owed(process: Process, records: Any, person: Person) -> Any:
    return process.owed(records, person) if process.owed else records


def _of(process: Process, rows: list[Any]) -> Awaited:
    states = process.flow.states
    shown = tuple(
        (number, title, f"/{process.section}/{number}/", states[state]) for _pk, number, title, state in rows[:SHOWN]
    )
    name = str(capfirst(process.model._meta.verbose_name_plural))
    listing = f"/{process.section}/"
    return Awaited(name, listing if is_valid_path(listing) else "", len(rows), shown)


def states_for(flow: Flow, roles: frozenset[str]) -> frozenset[str]:
    """Name the states of ``flow`` that wait for one of ``roles``."""
    return frozenset(code for code in flow.states if _waited_roles(flow.key, code) & roles)


@cache
def _waited_roles(key: str, state: str) -> frozenset[str]:
    """Name the roles with most of the moves out of a state in which somebody has something to do."""
    flow = register.flows()[key]
    if flow.states[state].phase not in ANSWERED:
        return frozenset()
    moves = Counter(
        role for move in flow.leaving(state) if not move.internal for role in move.roles if role != "system"
    )
    most = max(moves.values(), default=0)
    return frozenset(role for role, count in moves.items() if count == most)


def today(person: Person, *, at: datetime) -> list[Planned]:
    """Collect the changes and releases that are planned for the day of ``at`` where the person lives."""
    start = at.astimezone(ZoneInfo(person.time_zone)).replace(hour=0, minute=0, second=0, microsecond=0)
    return planned.between(start, start + timedelta(days=1), person=person, with_items=False)

"""One page of a queue: which cases, in which order, how many there are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext

from itsm.desk import tables
from itsm.desk.queue import facets
from itsm.desk.queue.paging import SIZE, Cursor, Sort, UnreadableCursor, read_cursor, read_sort
from itsm.desk.queue.places import Place
from itsm.tickets.models import Ticket

if TYPE_CHECKING:
    from itsm.people.models import Person

MOST = 999
COLUMNS = (
    "pk", "number", "kind", "title", "state", "phase", "priority", "assignee_id", "assignee__name", "team_id", "due_at", "warn_at",
    "due_metric", "clock_state", "hold_reason_id", "changed_at", "received_at", "confidential", "version",
    "breach_risk__chance", "breach_risk__at",
)  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """What an address asks of a queue, read and found good."""

    place: Place
    values: Mapping[str, str]
    sort: Sort
    at: datetime
    after: Cursor | None = None
    before: Cursor | None = None
    notices: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Page:
    """The rows of one page and the way on; ``previous`` and ``next`` are cursors or empty."""

    rows: list[Any]
    previous: str
    next: str


def ask(place: Place, params: Mapping[str, Any], *, at: datetime) -> Asked:
    """Read the parameters of a queue's address; what is not understood becomes a notice."""
    values, odd = facets.read(
        {**place.values, **{name: params[name] for name in params if name in facets.FACETS and params[name]}}
    )
    phase = values.setdefault("phase", place.phase)
    notices = [
        gettext("The filter “%(name)s” has a value that is not known; it was left out.") % {"name": name}
        for name in odd
    ]
    sort = read_sort(str(params.get("sort") or place.sort), phase=phase)
    cursors: dict[str, Cursor] = {}
    for name in ("after", "before"):
        if params.get(name) and not cursors:
            try:
                cursors[name] = read_cursor(str(params[name])[:200], sort.column)
            except UnreadableCursor:
                notices.append(gettext("This link to a page is no longer good; here is the first page."))
    return Asked(place, values, sort, at, cursors.get("after"), cursors.get("before"), notices)


def matching(asked: Asked, *, person: Person) -> Any:
    """Give the cases that belong into the queue, unsorted."""
    cases = Ticket.objects.visible_to(person).standing()
    if asked.place.tier:
        cases = cases.filter(team_id__in=[team.pk for team in tables.teams().values() if team.tier == asked.place.tier])
    if asked.place.kinds:
        cases = cases.filter(kind__in=asked.place.kinds)
    return cases.filter(facets.condition(asked.values, person=person, at=asked.at))


def page(asked: Asked, *, person: Person, size: int = SIZE) -> Page:
    """Read one page of rows: one query, whatever the page."""
    backward = asked.before is not None
    cursor = asked.before or asked.after
    beyond = asked.sort.beyond(cursor, backward=backward) if cursor else Q()
    found = matching(asked, person=person).filter(beyond).order_by(*asked.sort.ordering(backward=backward))
    rows = list(found.values_list(*COLUMNS, named=True)[: size + 1])
    more, rows = len(rows) > size, rows[:size]
    if backward:
        rows.reverse()
    has_next = backward or more
    has_previous = more if backward else cursor is not None
    return Page(
        rows,
        _place_of(rows[:1], asked.sort) if has_previous else "",
        _place_of(rows[-1:], asked.sort) if has_next else "",
    )


def _place_of(rows: list[Any], sort: Sort) -> str:
    return Cursor(getattr(rows[0], sort.column.field), rows[0].pk).written() if rows else ""


def count_text(count: int) -> str:
    """Write a count as people see it: exact up to 999."""
    return str(count) if count <= MOST else f"{MOST}+"

"""What changes are planned when, for the calendar of all processes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse

from changes.far import HOLDING
from changes.flow import CHANGE
from changes.models import Change
from changes.moving import not_movable
from itsm.records.models import Link, LinkKind
from itsm.records.planned import Planned
from itsm.tickets.finding import page_of

#: States in which no time is wanted any more, or none yet.
WITHOUT = ("draft", "rejected", "cancelled")
DONE = ("post_review", "closed", "retro_documentation")
MOST = 2000


def planned(start: datetime, end: datetime, person: Any, with_items: bool = True) -> list[Planned]:
    """Collect the changes with a window in the stretch; one statement for any number, and one for their items."""
    seen = Change.objects.visible_to(person).filter(window_start__lt=end, window_end__gt=start)
    rows = (
        seen.exclude(state__in=WITHOUT).select_related("service", "team", "implementer").order_by("window_start", "pk")
    )
    return of(list(rows[:MOST]), with_items=with_items, person=person)


def of(rows: Sequence[Any], *, with_items: bool = True, person: Any = None) -> list[Planned]:
    """Say of each of these changes, read with service, team and implementer, what it occupies; one statement at most.

    For a ``person`` it also says where they may move it.
    """
    items = items_of(row.pk for row in rows if with_items)
    return [_planned(row, items[row.pk], person) for row in rows]


def items_of(keys: Iterable[int]) -> dict[int, frozenset[int]]:
    """Read the items that records affect; one statement."""
    links = Link.objects.filter(source__in=list(keys), kind=LinkKind.AFFECTS, target__kind="ci")
    found: dict[int, set[int]] = defaultdict(set)
    for source, target in links.values_list("source", "target"):
        found[source].add(target)
    return defaultdict(frozenset, {key: frozenset(items) for key, items in found.items()})


def _move_url(row: Any, person: Any) -> str:
    may = person is not None and not not_movable(row, person=person)
    return reverse("calendar:move", args=[row.number]) if may else ""


def _planned(row: Any, items: frozenset[int], person: Any) -> Planned:
    return Planned(
        row.pk, "change", row.number, row.title, page_of(row), CHANGE.states[row.state], row.window_start, row.window_end,
        service_id=row.service_id, service=str(row.service or ""), team_id=row.team_id, team=str(row.team or ""),
        person_id=row.implementer_id, person=row.implementer.name if row.implementer else "",
        is_settled=row.state in (*HOLDING, *DONE), tags=(row.change_class,) if row.change_class else (),
        words=str(row.get_change_class_display()), version=row.version,
        move_url=_move_url(row, person), items=items,
    )  # fmt: skip

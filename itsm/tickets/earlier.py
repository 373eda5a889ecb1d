"""What came of a record already: a second hand-over of the same kind names the earlier ones before it is made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext

from itsm.records import register
from itsm.records.finding import plain_processes
from itsm.records.models import Link, LinkKind
from itsm.tickets.models import Ticket

if TYPE_CHECKING:
    from itsm.people.models import Person

#: Earlier records that are named.
MOST = 12


@dataclass(frozen=True)
class HandOver:
    """How a record and what comes of it are linked: the kind, whether the record is the source, and the far processes.

    No far process named means any.
    """

    kind: LinkKind
    outward: bool = True
    far: tuple[str, ...] = ()

    def joins(self, record: Any) -> Q:
        """Give the condition for links of this kind on ``record``."""
        near, far = ("source", "target") if self.outward else ("target", "source")
        found = Q(**{near: record.pk, "kind": self.kind})
        return found & Q(**{f"{far}__kind__in": self.far}) if self.far else found


TO_PROBLEM = HandOver(LinkKind.ESCALATED_TO_PROBLEM)
TO_SUPPLIER = HandOver(LinkKind.SUPPLIER_CASE)
#: How a change is linked with what it came of, by the kind of the latter.
TO_CHANGE = {
    "incident": HandOver(LinkKind.FIXES_INCIDENT, outward=False),
    "problem": HandOver(LinkKind.FIXES_PROBLEM, outward=False),
    "service_request": HandOver(LinkKind.REQUESTED_VIA),
}


def came_of(record: Any, *ways: HandOver, person: Person) -> list[Any]:
    """List what came of ``record`` on these ways, as far as ``person`` may know of it, the oldest first."""
    joined = Q()
    for way in ways:
        joined |= way.joins(record)
    if not joined:
        return []
    ends = Link.objects.filter(joined).values_list("source", "source__kind", "target", "target__kind")
    kinds = {key: kind for row in ends for key, kind in (row[:2], row[2:]) if key != record.pk}
    return sorted(_seen(kinds, person=person), key=lambda row: row.pk)[:MOST]


def _seen(kinds: dict[int, str], *, person: Person) -> Iterable[Any]:
    """Read the cases in one statement, and those that are none in one for each kind."""
    plain = {process.key: process.model for process in plain_processes()}
    for model in {plain.get(kind, Ticket) for kind in kinds.values()}:
        keys = [key for key, kind in kinds.items() if plain.get(kind, Ticket) is model]
        yield from model.objects.visible_to(person).filter(pk__in=keys).order_by("pk")[:MOST]


def sentence(record: Any, *ways: HandOver, person: Person) -> str:
    """Name what came of ``record`` on these ways with its state; empty when nothing did."""
    rows = came_of(record, *ways, person=person)
    if not rows:
        return ""
    named = gettext(", ").join(f"{row.number} ({_state(row)})" for row in rows)
    return gettext("This came of it already: %(records)s.") % {"records": named}


def _state(row: Any) -> str:
    return str(register.process_of(row).flow.states[row.state].label)

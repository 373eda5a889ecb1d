"""Links between records, and what guards may ask of the other side."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from itsm.records import register
from itsm.records.models import Link, Record

if TYPE_CHECKING:
    from itsm.people.models import Person


def link(source: Record, target: Record, *, kind: str, by: Person | None, at: datetime, auto: bool = False) -> Link:
    """Connect two records; the same link again is not made twice."""
    made, _new = Link.objects.get_or_create(
        source_id=source.pk, target_id=target.pk, kind=kind, defaults={"created_by": by, "created_at": at, "auto": auto}
    )
    return made


@dataclass(frozen=True)
class Linked:
    """The records on the far side of a record's links of one kind."""

    records: tuple[Record, ...]

    def __bool__(self) -> bool:
        return bool(self.records)

    def any_at(self, milestone: str) -> bool:
        """Tell whether at least one is at the milestone."""
        return any(register.reached(record, milestone) for record in self.records)

    def all_at(self, milestone: str) -> bool:
        """Tell whether every one is at the milestone (also when there is none)."""
        return all(register.reached(record, milestone) for record in self.records)


@dataclass(frozen=True)
class AtHand:
    """A link that a page has read already; laid on a record as ``links_at_hand`` it saves guards their statement."""

    kind: str
    out: bool
    other: Record


def _at_hand(record: Record, kind: str, *, out: bool) -> Linked | None:
    rows: list[AtHand] | None = record.__dict__.get("links_at_hand")
    if rows is None:
        return None
    return Linked(tuple(row.other for row in rows if row.kind == kind and row.out == out))


def linked(record: Record, *, kind: str) -> Linked:
    """Collect what ``record`` links to by ``kind``, in the order in which the links were made."""
    if (known := _at_hand(record, kind, out=True)) is not None:
        return known
    rows = Link.objects.filter(source_id=record.pk, kind=kind).select_related("target").order_by("pk")
    return Linked(tuple(row.target for row in rows))


def linking(record: Record, *, kind: str) -> Linked:
    """Collect what links to ``record`` by ``kind``, in the order in which the links were made."""
    if (known := _at_hand(record, kind, out=False)) is not None:
        return known
    rows = Link.objects.filter(target_id=record.pk, kind=kind).select_related("source").order_by("pk")
    return Linked(tuple(row.source for row in rows))

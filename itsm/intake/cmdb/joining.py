"""Relationships that a file tells, compared with those that are there: new, known, without an end, or not allowed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_noop

from configuration import schema
from configuration.models import ImportRow
from configuration.reconciling import said
from itsm.intake.cmdb import held
from itsm.intake.cmdb.reading import Edge

SAME = "same"
Action = ImportRow.Action
NO_END = gettext_noop("No item is known under “%(name)s”.")
SEVERAL_ENDS = gettext_noop("%(count)s items are known under “%(name)s”.")
ITSELF = gettext_noop("An item has no relationship with itself.")
NOT_ALLOWED = gettext_noop("“%(source)s %(type)s %(target)s” is not an allowed pair.")
CIRCLE = gettext_noop("This relationship would make a circle.")


@dataclass(frozen=True, slots=True)
class End:
    """One end: an item that is there, or the place of the row that will make it."""

    class_id: int
    item: int | None
    place: int | None

    @property
    def mark(self) -> int:
        """What tells it from every other: items by their key, rows below nothing."""
        return self.item if self.item is not None else -(self.place or 0)


def key_of(name: str) -> str:
    """This will give a name as it is looked up."""
    return said(name)


class _Book:
    """What is there, and what this file adds to it."""

    def __init__(self, fresh: dict[str, list[End]], types: set[int]) -> None:
        self.fresh, self.ends = fresh, held.ends()
        self.present = held.relations(types)
        self.onward: dict[int, dict[int, set[int]]] = {}
        for kind, source, target in self.present:
            self._note(kind, source, target)

    def find(self, name: str) -> list[End]:
        """List the ends that answer to a name: those of this file before all others."""
        key = key_of(name)
        known = {end.mark: end for end in self.fresh.get(key, ())}
        for item in self.ends.keys.get(key, ()):
            known.setdefault(item, End(self.ends.classes[item], item, None))
        return list(known.values())

    def add(self, kind: int, source: End, target: End) -> None:
        """Remember a new relationship."""
        self.present.add((kind, source.mark, target.mark))
        self._note(kind, source.mark, target.mark)

    def _note(self, kind: int, source: int, target: int) -> None:
        self.onward.setdefault(kind, {}).setdefault(source, set()).add(target)

    def leads_back(self, kind: int, source: End, target: End) -> bool:
        """Tell whether the target leads to the source already."""
        onward, seen, todo = self.onward.get(kind, {}), set(), [target.mark]
        while todo:
            mark = todo.pop()
            if mark == source.mark:
                return True
            if mark not in seen:
                seen.add(mark)
                todo += onward.get(mark, ())
        return False


def rows(edges: list[Edge], fresh: dict[str, list[End]], *, ignored: frozenset[str]) -> Iterator[ImportRow]:
    """This will give a row for every relationship, with what is to become of it."""
    if not edges:
        return
    types = {row.code: row for row in schema.present().types.values()}
    book = _Book(fresh, {types[edge.type].pk for edge in edges})
    for edge in edges:
        yield _row(edge, book, types[edge.type])


def _row(edge: Edge, book: _Book, kind: Any) -> ImportRow:
    row = ImportRow(
        file=edge.file, line=edge.line, kind=ImportRow.Kind.RELATION, action=Action.CREATE, name=edge.source, other=edge.target,
        type=edge.type,
    )  # fmt: skip
    ends = []
    for name in (edge.source, edge.target):
        found = book.find(name)
        if len(found) != 1:
            row.action = Action.AMBIGUOUS if found else Action.DANGLING
            row.sentence, row.values = SEVERAL_ENDS if found else NO_END, {"name": name, "count": len(found)}
            return row
        ends.append(found[0])
    _judge(row, ends[0], ends[1], book, kind)
    return row


def _judge(row: ImportRow, source: End, target: End, book: _Book, kind: Any) -> None:
    if (kind.pk, source.mark, target.mark) in book.present:
        row.action = SAME
    elif source.mark == target.mark:
        row.action, row.sentence = Action.REFUSED, ITSELF
    elif not schema.present().allows(kind.pk, source.class_id, target.class_id):
        classes = schema.present().classes
        row.action, row.sentence = Action.REFUSED, NOT_ALLOWED
        row.values = {
            "source": str(classes[source.class_id]), "type": str(kind), "target": str(classes[target.class_id]),
        }  # fmt: skip
    elif kind.is_acyclic and book.leads_back(kind.pk, source, target):
        row.action, row.sentence = Action.REFUSED, CIRCLE
    else:
        book.add(kind.pk, source, target)
        row.told = {
            "source": source.item, "source_row": source.place, "target": target.item, "target_row": target.place,
        }  # fmt: skip

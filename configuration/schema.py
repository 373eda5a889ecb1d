"""The classes and kinds of relationships as they stand, kept by each process until one changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from configuration.schema_models import AllowedPair, CiAttribute, CiClass, RelationType
from itsm.records.remembered import Remembered


@dataclass(frozen=True)
class Schema:
    """Every class by its key with its line of ancestors (itself first), and what relationships may join."""

    classes: dict[int, CiClass]
    lines: dict[int, tuple[int, ...]]
    own: dict[int, tuple[CiAttribute, ...]]
    types: dict[int, RelationType]
    pairs: frozenset[tuple[int, int, int]]

    def attributes(self, class_id: int) -> list[CiAttribute]:
        """List the active attributes of a class, inherited ones first; a nearer one of the same code counts."""
        found: dict[str, CiAttribute] = {}
        for ancestor in reversed(self.lines[class_id]):
            found |= {row.code: row for row in self.own.get(ancestor, ()) if row.is_active}
        return list(found.values())

    def below(self, class_id: int) -> list[int]:
        """List the keys of a class and of all that belong to it."""
        return [key for key, line in self.lines.items() if class_id in line]

    def kin(self, class_id: int) -> list[int]:
        """List the classes that are told apart by the same rules: those below the nearest ancestor that has any."""
        return self.below(next((key for key in self.lines[class_id] if self.classes[key].identity), class_id))

    def allows(self, type_id: int, source_class_id: int, target_class_id: int) -> bool:
        """Tell whether a relationship of that kind may join items of the two classes."""
        return any(
            (type_id, source, target) in self.pairs
            for source in self.lines[source_class_id]
            for target in self.lines[target_class_id]
        )

    def by_code(self, code: str) -> CiClass | None:
        """Find a class by its code."""
        return next((row for row in self.classes.values() if row.code == code), None)

    def type_by_code(self, code: str) -> RelationType | None:
        """Find a kind of relationship by its code."""
        return next((row for row in self.types.values() if row.code == code), None)

    def identity(self, class_id: int) -> list[list[str]]:
        """Give the identification rules of a class: its own, or those of the nearest ancestor that has any."""
        for ancestor in self.lines[class_id]:
            if rules := self.classes[ancestor].identity:
                return list(rules)
        return []


def _read() -> Schema:
    classes = {row.pk: row for row in CiClass.objects.order_by("layer", "code")}
    own: dict[int, tuple[CiAttribute, ...]] = {}
    for row in CiAttribute.objects.order_by("sort", "code"):
        own[row.ci_class_id] = (*own.get(row.ci_class_id, ()), row)
    pairs = AllowedPair.objects.values_list("type_id", "source_class_id", "target_class_id")
    types = {row.pk: row for row in RelationType.objects.order_by("code")}
    return Schema(classes, {key: _line(key, classes) for key in classes}, own, types, frozenset(pairs))


def _line(key: int, classes: dict[int, CiClass]) -> tuple[int, ...]:
    line: list[int] = []
    step: Any = key
    while step is not None and step not in line:
        line.append(step)
        step = classes[step].parent_id
    return tuple(line)


remembered: Remembered[Schema] = Remembered(CiClass, CiAttribute, RelationType, AllowedPair, read=_read)


def in_order(known: Schema, above: int | None = None) -> list[int]:
    """List the classes as a tree, each before what belongs to it."""
    found = []
    for key, row in known.classes.items():
        if row.parent_id == above:
            found += [key, *in_order(known, key)]
    return found


def counts() -> dict[int, int]:
    """Count the items of each class."""
    rows = CiClass.objects.annotate(held=Count("items")).values_list("pk", "held")
    return dict(rows)


def present() -> Schema:
    """Give the schema as it stands."""
    return remembered.get()

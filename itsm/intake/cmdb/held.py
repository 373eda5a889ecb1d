"""What the configuration data hold already, laid out so that thousands of rows can be compared with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime

from configuration import field_values, schema
from configuration.models import CiRelation, ConfigurationItem, SourceOrder
from configuration.reconciling import Identifier, Precedence, Written, said
from configuration.services import FIELDS

#: The number of an item identifies it, and is never written.
NUMBER = "number"
Rules = tuple[tuple[str, ...], ...]
#: Whose word counts where nobody has said otherwise: people and audits before files.
USUAL = ("audit", "web", "api")


@dataclass(frozen=True)
class Ends:
    """The items that answer to a name."""

    keys: dict[str, list[int]]
    classes: dict[int, int]


class Held:
    """Items in use by the marks of each set of rules; every set is read once."""

    def __init__(self, *, ignored: frozenset[str]) -> None:
        """This will read nothing yet."""
        self.ignored = ignored
        self._by_rules: dict[tuple[Rules, frozenset[int]], Identifier] = {}

    def identifier(self, rules: Rules, *, class_id: int, own: bool) -> Identifier:
        """This will give the finder for ``rules``: over all items when the mapping brought them, else over their class's kin."""
        classes = frozenset() if own else frozenset(kin_of(class_id))
        if (rules, classes) not in self._by_rules:
            self._by_rules[rules, classes] = self._read(rules, classes)
        return self._by_rules[rules, classes]

    def _read(self, rules: Rules, classes: frozenset[int]) -> Identifier:
        found = Identifier(rules, ignored=self.ignored)
        names = {name for rule in rules for name in rule}
        columns = {name: _column(name) for name in names if name in FIELDS or name == NUMBER}
        rows = ConfigurationItem.objects.in_use()
        if classes:
            rows = rows.filter(ci_class__in=classes)
        for row in rows.values("pk", "attributes", *columns.values()).iterator():
            found.add(row["pk"], row["attributes"] | {name: row[column] for name, column in columns.items()})
        return found


def kin_of(class_id: int) -> list[int]:
    """This will list the classes that are told apart by the same rules: those below the nearest ancestor that has any."""
    return schema.present().kin(class_id)


def rules_of(class_id: int) -> Rules:
    """This will give the identification rules of a class; the name alone where none are kept."""
    return tuple(tuple(rule) for rule in schema.present().identity(class_id)) or (("title",),)


def _column(name: str) -> str:
    return f"{name}__{field_values.POINTERS[name][1]}" if name in field_values.POINTERS else name


def ends() -> Ends:
    """This will read every item in use by its number, its name and its host name."""
    keys: dict[str, list[int]] = {}
    classes: dict[int, int] = {}
    rows = ConfigurationItem.objects.in_use().values_list("pk", "number", "title", "hostname", "ci_class")
    for key, number, title, hostname, class_id in rows.iterator():
        classes[key] = class_id
        for name in {said(number), said(title), said(hostname)} - {""}:
            keys.setdefault(name, []).append(key)
    return Ends(keys, classes)


def relations(types: Iterable[int]) -> set[tuple[int, int, int]]:
    """This will read the present relationships of some kinds as (kind, from, to)."""
    rows = CiRelation.objects.present().filter(type__in=list(types))
    return set(rows.values_list("type_id", "source_id", "target_id"))


def precedence(*, general: tuple[str, ...], by_field: dict[str, tuple[str, ...]], stale_days: int) -> Precedence:
    """This will lay what a mapping says over the order that is kept here."""
    kept = {row.field: tuple(row.sources) for row in SourceOrder.objects.all()}
    return Precedence(
        general=general or kept.pop("", USUAL),
        by_attribute={field: sources for field, sources in kept.items() if field} | by_field,
        stale_days=stale_days,
    )


def writers(item: ConfigurationItem) -> dict[str, Written]:
    """This will tell of each field of an item who wrote it last."""
    found = {}
    for name, stamp in item.provenance.items():
        at: datetime | None = parse_datetime(str(stamp.get("at", "")))
        if at is not None:
            found[name] = Written(str(stamp.get("source", "")), at)
    return found


def texts(item: ConfigurationItem, names: Iterable[str]) -> dict[str, Any]:
    """This will give what stands in those fields of an item."""
    return {name: field_values.text_of(item, name) for name in names}

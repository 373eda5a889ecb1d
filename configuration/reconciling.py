"""Which item is meant, and whose word counts: the rules by which data of a source meet what is there. No database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

#: What people write when there is nothing to say.
NOTHING = frozenset({"", "-", "?", "n/a", "na", "none", "not available", "not specified", "null", "tbd", "unknown"})
#: What machines report when nobody told them better; such a value identifies nothing.
IGNORED = NOTHING | {
    "0", "00000000", "000000000000", "00000000-0000-0000-0000-000000000000", "00:00:00:00:00:00", "127.0.0.1", "default string",
    "localhost", "system serial number", "to be filled by o.e.m.",
}  # fmt: skip
Values = Mapping[str, Any]


def said(value: Any) -> str:
    """This will give a value as it is compared: without outer blanks, inner ones single, in one case."""
    return "" if value is None else " ".join(str(value).split()).casefold()


def is_nothing(value: Any) -> bool:
    """Tell whether nothing stands there."""
    return said(value) in NOTHING


@dataclass(frozen=True, slots=True)
class Match:
    """What was found: the keys of the items, and the rule that found them (empty when none did)."""

    keys: tuple[int, ...]
    rule: tuple[str, ...]

    @property
    def key(self) -> int | None:
        """The one item that is meant; None when there is none or more than one."""
        return self.keys[0] if len(self.keys) == 1 else None

    @property
    def is_ambiguous(self) -> bool:
        """Tell whether several items answer to the same marks."""
        return len(self.keys) > 1


class Identifier:
    """Finds items by rules in order; a rule is a tuple of attributes that must all be given and agree."""

    def __init__(self, rules: Sequence[Sequence[str]], *, ignored: frozenset[str] = IGNORED) -> None:
        """This will take the rules, the strongest first."""
        self.rules = [tuple(rule) for rule in rules if rule]
        self.ignored = ignored
        self._held: dict[tuple[tuple[str, ...], tuple[str, ...]], list[int]] = defaultdict(list)

    def add(self, key: int, values: Values) -> None:
        """This will remember an item under every rule whose attributes it has."""
        for rule in self.rules:
            mark = self._mark(rule, values)
            if mark and key not in self._held[rule, mark]:
                self._held[rule, mark].append(key)

    def find(self, values: Values) -> Match:
        """This will find by the first rule that finds anything."""
        for rule in self.rules:
            mark = self._mark(rule, values)
            if mark and (keys := self._held.get((rule, mark))):
                return Match(tuple(sorted(keys)), rule)
        return Match((), ())

    def duplicates(self) -> list[Match]:
        """This will list every set of items that one rule takes for the same, each set once, by its strongest rule."""
        found: dict[tuple[int, ...], tuple[str, ...]] = {}
        for rule in self.rules:
            for (of, _mark), keys in self._held.items():
                if of == rule and len(keys) > 1:
                    found.setdefault(tuple(sorted(keys)), rule)
        return [Match(keys, rule) for keys, rule in sorted(found.items())]

    def _mark(self, rule: tuple[str, ...], values: Values) -> tuple[str, ...]:
        """Give what the rule compares; empty when an attribute is missing or says nothing."""
        mark = tuple(said(values.get(name)) for name in rule)
        return () if any(part in self.ignored for part in mark) else mark


@dataclass(frozen=True, slots=True)
class Written:
    """Who wrote an attribute last, and when."""

    source: str
    at: datetime


@dataclass(frozen=True)
class Precedence:
    """Whose word counts: sources in order for one attribute, or for all that have no order of their own.

    A source that no order names ranks below all that are named. The weaker one may still write what is empty, or
    what the stronger has not confirmed for ``stale_days``.
    """

    general: Sequence[str] = ()
    by_attribute: Mapping[str, Sequence[str]] = field(default_factory=dict)
    stale_days: int = 60

    def rank(self, source: str, *, attribute: str) -> int:
        """This will give the place of a source for an attribute; 0 is the strongest."""
        order = list(self.by_attribute.get(attribute, self.general))
        return order.index(source) if source in order else len(order)

    def may_write(self, attribute: str, *, source: str, last: Written | None, held: Any, at: datetime) -> bool:
        """Tell whether ``source`` may write over ``held``, which ``last`` wrote."""
        if last is None or last.source == source or is_nothing(held):
            return True
        if self.rank(source, attribute=attribute) <= self.rank(last.source, attribute=attribute):
            return True
        return at - last.at > timedelta(days=self.stale_days)


@dataclass(frozen=True, slots=True)
class Cell:
    """A difference of one attribute; ``kept`` says that the weaker source was not followed."""

    attribute: str
    old: Any
    new: Any
    kept: bool = False


def compare(
    held: Values, told: Values, *, source: str, precedence: Precedence, writers: Mapping[str, Written], at: datetime
) -> list[Cell]:
    """This will list every attribute that ``told`` names and that differs, with what is to become of it.

    What the source does not tell is left alone: nothing is emptied by silence. Sorted by the attribute's name.
    """
    cells = []
    for name in sorted(told):
        old, new = held.get(name), told[name]
        if said(old) == said(new) or (new in (None, "") and not is_nothing(old)):
            continue
        follows = precedence.may_write(name, source=source, last=writers.get(name), held=old, at=at)
        cells.append(Cell(name, old, new, kept=not follows))
    return cells


def dangling(edges: Iterable[tuple[str, str, str]], *, known: Iterable[str]) -> list[tuple[str, str, str]]:
    """This will list the relationships (from, kind, to) of which an end is not among ``known``, in their order."""
    names = {said(name) for name in known}
    return [edge for edge in edges if said(edge[0]) not in names or said(edge[2]) not in names]

"""How available a service can be by what it stands on: components in series and in parallel, as the CMDB draws them.

A component is as available as the agreement that names it says, else as its own attribute ``availability`` says; one of
which nothing is known is taken as always there, so that what is found is the most that can be reached.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import cached_property
from math import prod
from typing import Any

from catalogue import roots
from configuration.impact import walk
from configuration.models import CiRelation, ConfigurationItem
from itsm.hours.availability import shown
from sla.models import AgreementEdition, AgreementRow, Promise

ONE = Fraction(1)
#: A relationship of less weight degrades, it does not stop.
WHOLE = 100


@dataclass
class Reach:
    """The most that can be reached, what was promised, and the parts that it is made of."""

    promised: Fraction
    ratio: Fraction
    single: dict[int, Fraction] = field(default_factory=dict)
    groups: list[tuple[int, list[int], Fraction]] = field(default_factory=list)
    names: dict[int, str] = field(default_factory=dict)
    numbers: dict[int, str] = field(default_factory=dict)  # of the agreement that says how available it is

    def told(self) -> dict[str, Any]:
        """Give it as plain values."""
        single = [
            {"name": self.names[key], "value": shown(value)} | ({"number": self.numbers[key]} if key in self.numbers else {})
            for key, value in self.single.items()
            if value < ONE
        ]  # fmt: skip
        grouped = {key for _needs, members, value in self.groups if value < ONE for key in members}
        groups = [
            {"needs": needs, "of": [self.names[key] for key in members], "value": shown(value)}
            for needs, members, value in self.groups
            if value < ONE
        ]
        return {
            "promised": shown(self.promised), "reached": shown(self.ratio), "gap": shown(self.promised - self.ratio, decimals=4),
            "single": single, "groups": groups, "numbers": sorted({self.numbers[key] for key in grouped if key in self.numbers}),
        }  # fmt: skip


class Blocks:
    """The components and what agreements say of them."""

    def __init__(self, rows: Iterable[tuple[AgreementEdition, AgreementRow]]) -> None:
        self.agreed: dict[int, Fraction] = {}
        self.numbers: dict[int, str] = {}
        for edition, row in rows:
            values = [one.value for one in row.promises.all() if one.metric == "availability" and one.value is not None]
            named = [item.ci_id for item in row.items.all() if item.ci_id is not None] if values else []
            for key in named:
                self._agree(key, Fraction(min(values)) / 100, edition)

    def _agree(self, key: int, said: Fraction, edition: AgreementEdition) -> None:
        """Note the least that an agreement says of a component, and which one it is."""
        if said < self.agreed.get(key, ONE):
            self.numbers[key] = edition.agreement.number or ""
        self.agreed[key] = min(self.agreed.get(key, ONE), said)

    def reach(self, row: AgreementRow, promise: Promise) -> Reach | None:
        """Reckon what a promise of availability can reach; None where the row names no component."""
        starts = [item.ci_id for item in row.items.all() if item.ci_id is not None]
        if not starts and row.service is not None:
            starts = roots.items_of(row.service)
        if not starts or promise.value is None:
            return None
        each = [Walked(start, self.agreed) for start in starts]
        worst = min(each, key=lambda one: one.ratio)
        ratios = [one.ratio for one in each]
        how = {
            "series": lambda: prod(ratios, start=ONE),
            "parallel": lambda: ONE - prod((ONE - one for one in ratios), start=ONE),
            "mean_time": lambda: sum(ratios, start=Fraction(0)) / len(ratios),
        }
        ratio = how[promise.combine]() if promise.combine in how else worst.ratio
        names = {key: name for one in each for key, name in one.names.items()}
        return Reach(Fraction(promise.value) / 100, ratio, worst.single, worst.groups, names, self.numbers)


class Walked:
    """What one component stands on: those whose loss is its loss, each counted once, and groups that stand in."""

    def __init__(self, start: int, agreed: dict[int, Fraction]) -> None:
        self.start, self.agreed = start, agreed
        self.keys = [row.id for row in walk(start, down=False).reached]
        self.names = {row.pk: row.title for row in self._rows}
        self.single: dict[int, Fraction] = {}
        self.groups: list[tuple[int, list[int], Fraction]] = []
        self.ratio = self._ratio(start, self.single, top=True)

    @cached_property
    def _rows(self) -> list[ConfigurationItem]:
        return list(ConfigurationItem.objects.filter(pk__in=self.keys))

    @cached_property
    def _own(self) -> dict[int, Fraction]:
        return {row.pk: self.agreed.get(row.pk) or _attribute(row) or ONE for row in self._rows}

    @cached_property
    def _causes(self) -> dict[int, list[CiRelation]]:
        found: dict[int, list[CiRelation]] = defaultdict(list)
        rows = CiRelation.objects.filter(valid_to=None, weight__gte=WHOLE, effect__in=self.keys, cause__in=self.keys)
        for row in rows.order_by("pk"):
            found[row.effect_id or 0].append(row)
        return found

    def _ratio(self, key: int, counted: dict[int, Fraction], *, top: bool = False) -> Fraction:
        """Multiply what is counted of ``key`` and not before; what it stands on is added to ``counted``."""
        fresh: list[int] = []
        groups: dict[tuple[int, str], list[CiRelation]] = defaultdict(list)
        self._collect(key, counted, fresh, groups)
        ratio = prod((counted[one] for one in fresh), start=ONE)
        for members in groups.values():
            value = self._group(members, counted)
            ratio *= value
            if top:
                self.groups.append((members[0].needs or 1, [one.cause_id or 0 for one in members], value))
        return ratio

    def _collect(
        self, key: int, counted: dict[int, Fraction], fresh: list[int], groups: dict[tuple[int, str], list[CiRelation]]
    ) -> None:
        waiting = [key]
        while waiting:
            here = waiting.pop()
            if here in counted:
                continue
            counted[here] = self._own.get(here, ONE)
            fresh.append(here)
            for relation in self._causes[here]:
                if relation.group:
                    groups[here, relation.group].append(relation)
                else:
                    waiting.append(relation.cause_id or 0)

    def _group(self, members: list[CiRelation], counted: dict[int, Fraction]) -> Fraction:
        each = [self._ratio(one.cause_id or 0, dict(counted)) for one in members]
        return at_least(max(one.needs or 1 for one in members), each)


def at_least(needs: int, ratios: list[Fraction]) -> Fraction:
    """Reckon how often at least ``needs`` of independent components are there at once."""
    up = [ONE] + [Fraction(0)] * len(ratios)  # up[n]: exactly n are there
    for ratio in ratios:
        for count in range(len(ratios), 0, -1):
            up[count] = up[count] * (ONE - ratio) + up[count - 1] * ratio
        up[0] *= ONE - ratio
    return sum(up[needs:], start=Fraction(0))


def _attribute(row: ConfigurationItem) -> Fraction | None:
    try:
        value = Fraction(Decimal(str(row.attributes.get("availability", "")))) / 100
    except (InvalidOperation, ValueError, OverflowError):
        return None
    return value if 0 < value <= 1 else None

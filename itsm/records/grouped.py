"""A share told apart by supplier or team: each with its own share, and exactly its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Count as CountOf

from itsm.flow import pick
from itsm.people.models import Organisation, Team
from itsm.records.figures import PART, WHOLE, Narrowing, Rows, Share, Sides

#: Gives the names of the values by which rows are told apart, in the active language.
Namer = Callable[[Iterable[int]], Mapping[int, str]]


@dataclass(frozen=True, slots=True)
class GroupedShare(Share):
    """A share told apart by the values of a column, such as suppliers; 0 is none. ``groups``: name, part and whole of each value."""

    way: str = ""
    column: str = ""
    groups: Mapping[int, tuple[str, int, int]] = field(default_factory=dict, compare=False)

    @property
    def sides(self) -> Sides:
        """The rows of the part and of the whole, then those of each value."""
        found = dict(self.rows)
        for key in self.groups:
            for side in (PART, WHOLE):
                rows = self.rows[side]
                kept = rows.found.filter(**{self.column: key or None})
                found[self.side(key, side)] = replace(rows, found=kept)
        return found

    def side(self, key: int, side: str) -> str:
        """Name the side of one value."""
        return f"{self.way}.{key}.{side}"

    def side_name(self, side: str) -> str:
        """Call the side of one value by its name."""
        return self.groups[int(side.split(".")[1])][0]

    def narrowed(self, to: Narrowing) -> GroupedShare:
        """Count only what is asked for."""
        part, whole = (self.rows[side].narrowed(to) for side in (PART, WHOLE))
        return share_by(part, whole, way=self.way, column=self.column)


@dataclass(frozen=True, slots=True)
class KeptGroupedShare(GroupedShare):
    """A share of which only is known how many rows each side had when it was counted; ``rows`` holds all sides."""

    @property
    def sides(self) -> Sides:
        """The sides, as they were."""
        return dict(self.rows)


def share_by(part: Rows, whole: Rows, *, way: str, column: str) -> GroupedShare:
    """This will count a part and its whole, of querysets, and tell both apart by ``column``, with two statements and the names'.

    ``way`` says what the column holds: ``supplier`` or ``team``.
    """
    parts, wholes = (_counted(rows, column) for rows in (part, whole))
    groups = named_groups(way, {key or 0: (parts.get(key, 0), number) for key, number in wholes.items()})
    return GroupedShare(sum(parts.values()), sum(wholes.values()), {PART: part, WHOLE: whole}, way, column, groups)


def named_groups(way: str, counted: Mapping[int, tuple[int, int]]) -> dict[int, tuple[str, int, int]]:
    """Put the names in the active language before part and whole of each value, in their order; what has no name comes last."""
    called = NAMERS[way](key for key in counted if key)
    groups = {key: (called.get(key, ""), part, whole) for key, (part, whole) in counted.items()}
    return dict(sorted(groups.items(), key=lambda one: (one[0] == 0, one[1][0], one[0])))


def _counted(rows: Rows, column: str) -> dict[int | None, int]:
    return dict(rows.found.order_by().values_list(column).annotate(rows_of=CountOf("pk")))


def organisations(keys: Iterable[int]) -> Mapping[int, str]:
    """Name organisations, suppliers among them, in the active language."""
    return _named(Organisation, keys)


def teams(keys: Iterable[int]) -> Mapping[int, str]:
    """Name teams in the active language."""
    return _named(Team, keys)


def _named(model: Any, keys: Iterable[int]) -> dict[int, str]:
    rows = model._default_manager.filter(pk__in=list(keys)).values_list("pk", "name_zh", "name_en")
    return {key: pick(zh, en) for key, zh, en in rows}


#: Who names the values of each way in which rows are told apart.
NAMERS: Mapping[str, Namer] = {"supplier": organisations, "team": teams}

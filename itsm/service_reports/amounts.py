"""A number of a report and the rows that make it: the number is what the rows add up to, and nothing else.

Rows stand in named sides, each row as ``[what, which, amount]``: what it is (outage, record, survey, agreed time), its key or
label, and the whole number that it adds. The formula makes one number of the sides:

=========== =====================================================
sum         part
share       part / whole
kept        (whole - lost) / whole
left        whole x (1 - target) - lost
over        whole - lost
mean        part / number of rows of part
combined    the ratios ``kept`` of several items, as agreed
=========== =====================================================
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from itsm.hours import availability

#: A row: what it is, its key or label, what it adds.
Row = tuple[str, int | str, int]
Sides = dict[str, list[Row]]

#: Units: what a number counts.
COUNT, SECONDS, PERCENT, MARK = "count", "seconds", "percent", "mark"
NOTHING = "-"


@dataclass(frozen=True)
class Figure:
    """One number with its rows."""

    formula: str
    unit: str
    sides: Sides
    facts: dict[str, Any] = field(default_factory=dict)

    def total(self, side: str) -> int:
        """Add up a side."""
        return sum(amount for _what, _which, amount in self.sides.get(side, ()))

    @property
    def value(self) -> Fraction | None:
        """The exact number; None where there is nothing to measure."""
        return FORMULAS[self.formula](self)

    @property
    def shown(self) -> str:
        """The number as it is written everywhere: percentages and marks cut off, times in hours, minutes and seconds."""
        return written(self.value, self.unit)

    @property
    def count(self) -> int:
        """How many rows there are."""
        return sum(len(rows) for rows in self.sides.values())

    def as_json(self) -> dict[str, Any]:
        """Lay it out as plain values; the value is repeated so that readers need no arithmetic."""
        sides = {name: [list(row) for row in rows] for name, rows in self.sides.items()}
        value = None if self.value is None else str(self.value)
        return {
            "formula": self.formula, "unit": self.unit, "sides": sides, "facts": self.facts, "value": value, "shown": self.shown,
        }  # fmt: skip


def figure_of(kept: dict[str, Any]) -> Figure:
    """Read a figure from plain values."""
    sides: Sides = {name: [(row[0], row[1], row[2]) for row in rows] for name, rows in kept["sides"].items()}
    return Figure(kept["formula"], kept["unit"], sides, kept["facts"])


def written(value: Fraction | None, unit: str) -> str:
    """Write a number in its unit."""
    if value is None:
        return NOTHING
    if unit == PERCENT:
        return availability.shown(value)
    if unit == SECONDS:
        return clock_text(value)
    return mark_text(value) if unit == MARK else str(int(value))


def clock_text(seconds: Fraction | int) -> str:
    """Write seconds as hours, minutes and seconds, cut off: ``13:21:05``; below zero with a minus."""
    whole = int(abs(Fraction(seconds)))
    sign = "-" if seconds < 0 and whole else ""
    return f"{sign}{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"


def mark_text(value: Fraction) -> str:
    """Write a mark with two decimals, cut off."""
    cut = int(value * 100)
    return f"{cut // 100}.{cut % 100:02}"


def counted(rows: Iterable[Row], unit: str = COUNT) -> Figure:
    """Count rows, or add up what they add."""
    return Figure("sum", unit, {"part": list(rows)})


def shared(part: Iterable[Row], whole: Iterable[Row]) -> Figure:
    """Take a part of a whole."""
    return Figure("share", PERCENT, {"part": list(part), "whole": list(whole)})


def _share(figure: Figure) -> Fraction | None:
    whole = figure.total("whole")
    return Fraction(figure.total("part"), whole) if whole else None


def _kept(figure: Figure) -> Fraction | None:
    whole = figure.total("whole")
    return Fraction(whole - figure.total("lost"), whole) if whole else None


def _left(figure: Figure) -> Fraction | None:
    whole = figure.total("whole")
    return whole * (1 - Fraction(figure.facts["target"])) - figure.total("lost") if whole else None


def _mean(figure: Figure) -> Fraction | None:
    rows = figure.sides["part"]
    return Fraction(figure.total("part"), len(rows)) if rows else None


def _combined(figure: Figure) -> Fraction | None:
    """Make one ratio of the sides ``whole n`` and ``lost n``."""
    items = [
        availability.Figure(figure.total(f"whole {place}"), figure.total(f"lost {place}"))
        for place in range(1, figure.facts["items"] + 1)
    ]
    return availability.combined(items, how=figure.facts["how"])


FORMULAS = {
    "sum": lambda figure: Fraction(figure.total("part")),
    "share": _share,
    "kept": _kept,
    "left": _left,
    "over": lambda figure: Fraction(figure.total("whole") - figure.total("lost")),
    "mean": _mean,
    "combined": _combined,
}

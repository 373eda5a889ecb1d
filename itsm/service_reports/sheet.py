"""The shape of a report as it is shown: cells of text, each number with the figure behind it.

Page, PDF, workbook and CSV are drawn from this one shape, so that they cannot say different things.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a cell: words, the key of the figure where it is a number, a tone where it is a verdict, a link where it leads out.

    One that is ``joined`` goes on in the line of the piece before it.
    """

    text: str
    figure: str = ""
    tone: str = ""
    joined: bool = False
    link: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: its pieces; ``number`` sets it to the right, ``ref`` is the number of a record."""

    parts: tuple[Part, ...]
    number: bool = False
    ref: str = ""

    @property
    def text(self) -> str:
        """All of it as text."""
        return "\n".join(" ".join(part.text for part in line) for line in self.lines)

    @property
    def lines(self) -> list[list[Part]]:
        """The pieces by line."""
        found: list[list[Part]] = []
        for part in self.parts:
            if part.joined and found:
                found[-1].append(part)
            else:
                found.append([part])
        return found


def words(*lines: str) -> Cell:
    """Give a cell of words."""
    return Cell(tuple(Part(line) for line in lines if line) or (Part("—"),))


@dataclass(frozen=True)
class Table:
    """A table with its title; ``empty`` is said where there are no rows; ``shares`` are the columns' parts of the width."""

    ident: str
    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    shares: Sequence[float] = ()
    empty: str = ""
    note: str = ""
    #: One with so many columns that on a phone each cell stands under its head.
    folds: bool = False
    #: The same as lines of a name and a run of words, for paper, which takes its time to set each table; empty where it stays one.
    on_paper: Sequence[tuple[str, Cell]] = ()
    #: One that tells period by period lies folded on the page.
    by_period: bool = False

    @property
    def columns(self) -> list[tuple[str, bool]]:
        """The heads, each with whether its column holds numbers."""
        numbers = [cell.number for cell in self.rows[0]] if self.rows else [False] * len(self.head)
        return list(zip(self.head, numbers, strict=True))


@dataclass(frozen=True)
class Tile:
    """A number that stands over the report."""

    label: str
    part: Part
    note: str = ""


def _in_two(period: str) -> str:
    """Write the name of a period in two lines: its year, and its part of the year."""
    return period.replace(" 年 ", " 年\n", 1) if " 年 " in period else period.replace(" ", "\n", 1)


@dataclass(frozen=True, slots=True)
class Point:
    """A period of a trend: ``value`` None is no data; ``year`` is written where it begins."""

    label: str
    value: float | None
    text: str
    missed: bool
    year: str = ""


@dataclass(frozen=True)
class ServicePart:
    """What is told of one service."""

    code: str
    title: str
    source: str
    tables: Sequence[Table]
    trend: Table
    points: Sequence[Point]
    target: float | None
    comment: dict[str, Any] | None
    missed: bool

    @property
    def across(self) -> Table:
        """The trend lying on its side, for paper: one column for each period."""
        head = [self.trend.head[0], *(_in_two(row[0].text) for row in self.trend.rows)]
        rows = [[words(str(self.trend.head[place])), *(row[place] for row in self.trend.rows)] for place in (1, 2)]
        return Table(f"{self.trend.ident}-across", self.trend.title, head, rows)


@dataclass(frozen=True)
class Sheet:
    """A whole report in one language."""

    title: str
    customer: str
    period: str
    number: str
    mark: str
    facts: Sequence[tuple[str, str]]
    tiles: Sequence[Tile]
    promised: Table
    services: Sequence[ServicePart]
    differences: Table | None
    definitions: Sequence[tuple[str, str]]
    signatures: Sequence[tuple[str, str, str]]
    reason: str = ""
    extra: dict[str, Any] = field(default_factory=dict)
    workload: Table | None = None

    def tables(self) -> Iterator[Table]:
        """List every table in the order of the paper."""
        yield self.promised
        if self.workload is not None:
            yield self.workload
        for service in self.services:
            yield from service.tables
            yield service.trend
        if self.differences is not None:
            yield self.differences

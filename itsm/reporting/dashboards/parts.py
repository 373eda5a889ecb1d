"""What dashboards are made of: tiles, and tables with a drawing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from itsm.reporting import shown
from itsm.reporting.asked import Asked


@dataclass(frozen=True)
class Cell:
    """One cell of a table: what is read, and where the rows are; ``is_number`` sets it to the right."""

    text: str
    url: str = ""
    is_number: bool = True
    tone: str = ""

    @property
    def heads(self) -> bool:
        """Tell whether it names its row."""
        return not self.is_number


@dataclass(frozen=True)
class Tile:
    """One number with what belongs beside it; ``guards`` are the numbers that a green one must not hide."""

    label: str
    text: str
    why: str = ""
    url: str = ""
    tone: str = ""
    verdict: str = ""
    guards: Sequence[Cell] = ()
    few: bool = False


@dataclass(frozen=True)
class Panel:
    """A table that can be taken along, with the drawing of it above."""

    ident: str
    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    drawing: SafeString | str = ""
    note: str = ""
    wide: bool = False
    folded: bool = False
    scrolls: bool = False


@dataclass(frozen=True)
class Board:
    """A dashboard; ``links`` lead to what belongs to it."""

    name: str
    title: str
    tiles: Sequence[Tile]
    panels: Sequence[Panel]
    links: Sequence[Cell] = ()


Builder = Callable[[Asked], Board]


def named(text: str, url: str = "") -> Cell:
    """Make a cell that names its row."""
    return Cell(str(text), url, is_number=False)


def number(amount: int, url: str = "", tone: str = "") -> Cell:
    """Make a cell with a number; nothing needs no rows."""
    return Cell(f"{amount:,}", url if amount else "", tone=tone)


def per_cent(part: int, whole: int, url: str = "", tone: str = "") -> Cell:
    """Make a cell with a share, cut and never rounded; a dash where there is nothing to share."""
    if not whole:
        return Cell(shown.NOTHING)
    return Cell(share_text(part, whole), url, tone=tone)


def share_text(part: int, whole: int) -> str:
    """Write a share."""
    return f"{shown.cut(Fraction(part * 100, whole))} %" if whole else shown.NOTHING


def verdict(part: int, whole: int, aim: Fraction | None) -> tuple[str, str]:
    """Judge a share against its aim (per cent): the tone and the word."""
    if not whole or aim is None:
        return "", ""
    good = Fraction(part * 100, whole) >= aim
    return ("done", gettext("met")) if good else ("danger", gettext("below target"))

"""Paper: a PDF of headings, prose, facts, tables, bars and signatures, in Chinese and English without font files.

The type is one of Adobe's Chinese fonts that a PDF may name without carrying it (MSung-Light, encoded as UniCNS), so
that documents stay small and nothing needs to be installed; the reader's program brings the letters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from html import escape
from io import BytesIO
from itertools import zip_longest
from typing import Any

from django.utils.translation import get_language, gettext
from reportlab.graphics.shapes import Drawing, Line, Rect, String
from reportlab.lib import textsplit
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import FontError, registerFont, stringWidth
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    CondPageBreak,
    KeepTogether,
    LongTable,
    PageBreak,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    TableStyle,
    paragraph,
)
from reportlab.platypus.doctemplate import LayoutError

from itsm.draw.figures import Bar

FONT = "MSung-Light"
MARGIN = 18 * mm
#: What the library leaves free inside a page's frame.
PADDING = 6
#: The height of a bar with its name.
BAR_ROW = 18.0
#: The size of the letters beside bars.
BAR_SIZE = 9.5
#: Signs of Chinese that never begin a line; the library knows only those that Japanese has too.
NO_BEGINNING = "，：；？！》"
#: Signs of Chinese, Japanese and Korean, between which a line may be broken.
WIDE_SIGN = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")
GREY, DARK, PALE = HexColor("#6B7280"), HexColor("#1F2937"), HexColor("#E5E7EB")
FILL, MISSED = HexColor("#3C5A99"), HexColor("#B62900")


class NoPaper(Exception):
    """The document cannot be set as a PDF here."""


@cache
def lettered() -> None:
    """Make the type known to the library, once.

    :raises NoPaper: if the library does not have its metrics
    """
    try:
        registerFont(UnicodeCIDFont(FONT))
    except (KeyError, OSError, FontError) as fault:
        raise NoPaper(gettext("The type for the PDF is missing on this server.")) from fault
    for module in (textsplit, paragraph):  # each of both keeps its own
        known = module.ALL_CANNOT_START
        module.ALL_CANNOT_START = known + "".join(sign for sign in NO_BEGINNING if sign not in known)


def _style(size: float, *, before: float = 0, after: float = 4, colour: Any = DARK) -> ParagraphStyle:
    return ParagraphStyle(
        f"{size}-{before}-{after}-{colour.hexval()}", fontName=FONT, fontSize=size, leading=size * 1.5, textColor=colour,
        spaceBefore=before, spaceAfter=after, wordWrap="CJK",
    )  # fmt: skip


TITLE, HEADING, TEXT, CELL, LABEL = (
    _style(18, after=2), _style(13, before=10), _style(10.5), _style(9.5, after=0), _style(9.5, after=0, colour=GREY),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading inside the document."""

    text: str


@dataclass(frozen=True, slots=True)
class Prose:
    """Running text; an empty line begins a new paragraph."""

    text: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Names with their values, one pair a line."""

    pairs: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table whose head repeats on every page; ``shares`` are the columns' parts of the width."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    shares: Sequence[float] = ()


@dataclass(frozen=True, slots=True)
class Bars:
    """Horizontal bars with their values in words."""

    series: Sequence[Bar]


@dataclass(frozen=True, slots=True)
class Signatures:
    """Lines to sign on: the title of each who signs, the name where it is known, and the day where it was signed."""

    people: Sequence[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class NewPage:
    """What follows begins on a new page."""


Block = Heading | Prose | Facts | Grid | Bars | Signatures | NewPage


def document(title: str, blocks: Sequence[Block], *, subtitle: str = "", foot: str = "", wide: bool = False) -> bytes:
    """This will set ``blocks`` under ``title`` on A4, in the active language, and return the PDF.

    ``subtitle`` stands under the title (number, date), ``foot`` at the left of every page's foot beside
    "page n of m" at the right; ``wide`` turns the paper on its side.

    :raises NoPaper: if the type is missing, or a piece fits on no page
    """
    lettered()
    size = landscape(A4) if wide else A4
    for torn in (False, True):  # a row is torn between pages only where one is taller than a page
        story: list[Any] = [_words(title, TITLE)]
        if subtitle:
            story.append(_words(subtitle, _style(10.5, after=8, colour=GREY)))
        for block, following in zip_longest(blocks, blocks[1:]):
            story.extend(_flow(block, size[0] - 2 * MARGIN, following=following, torn=torn))
        try:
            return _built(story, size=size, title=title, foot=foot)
        except LayoutError as fault:
            failed = fault
    raise NoPaper(gettext("A piece of the document fits on no page.")) from failed


def _built(story: list[Any], *, size: tuple[float, float], title: str, foot: str) -> bytes:
    written = BytesIO()
    page = SimpleDocTemplate(
        written, pagesize=size, title=title, author=foot or title, lang="en" if get_language() == "en" else "zh-Hant",
        leftMargin=MARGIN - PADDING, rightMargin=MARGIN - PADDING, topMargin=MARGIN, bottomMargin=MARGIN,
    )  # fmt: skip
    page.build(story, canvasmaker=partial(_Numbered, foot=foot))
    return written.getvalue()


def _flow(block: Block, room: float, *, following: Block | None, torn: bool) -> Iterator[Any]:
    match block:
        case Heading(text):
            yield CondPageBreak(_height(following, room))  # a heading never stands alone at the foot of a page
            yield _words(text, HEADING)
        case Prose(text):
            yield from (_words(part, TEXT) for part in text.split("\n\n") if part.strip())
        case Facts(pairs):
            yield _table([[_cell(name, LABEL), _cell(value)] for name, value in pairs], [room * 0.25, room * 0.75])
        case Grid(head, rows, shares):
            yield _grid(head, rows, shares, room, torn=torn)
        case Bars(series):
            yield KeepTogether([_bars(series, room), Spacer(1, 4 * mm)])
        case Signatures(people):
            yield KeepTogether([_signatures(people, room)])
        case NewPage():
            yield PageBreak()


def _height(block: Block | None, room: float) -> float:
    """Give the room that a heading needs with what follows it: the whole of what is kept together, else a few lines."""
    high: float = 32 * mm
    match block:
        case Bars(series):
            high = 16 * mm + BAR_ROW * len(series)
        case Signatures(people):
            high = 20 * mm + 16 * mm * len(people)
        case Grid(_head, [first, *_more], shares):
            high = 24 * mm + CELL.leading * _lines_of(first, _widths(shares, len(first), room))
    return high


def _lines_of(row: Sequence[str], widths: Sequence[float]) -> int:
    """Guess how many lines the tallest cell of a row takes, a wide sign being as wide as it is high."""
    size = CELL.fontSize
    tall = (
        sum(max(1, -int(-size * (len(line) + len(WIDE_SIGN.findall(line))) / 2 // width)) for line in text.split("\n"))
        for text, width in zip(row, widths, strict=True)
    )
    return max(tall, default=1)


def _lines(text: str) -> str:
    return escape(text.strip()).replace("\n", "<br/>")


def _cell(text: str, style: ParagraphStyle = CELL) -> Any:
    return _words(str(text), style)


def _words(text: str, style: ParagraphStyle) -> Any:
    """Set a text; one without wide signs is broken between its words, not inside them."""
    return Paragraph(_lines(text), style if WIDE_SIGN.search(text) else _between_words(style))


@cache
def _between_words(style: ParagraphStyle) -> ParagraphStyle:
    return ParagraphStyle(f"{style.name}-words", parent=style, wordWrap=None)


def _table(rows: list[list[Any]], widths: list[float], *, head: bool = False, torn: bool = True) -> Any:
    style = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LINEBELOW", (0, 0), (-1, -1), 0.5, PALE),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (-1, -1), PADDING),
    ]
    if head:
        style += [("LINEBELOW", (0, 0), (-1, 0), 1, DARK)]
    return LongTable(
        rows, colWidths=widths, repeatRows=int(head), style=TableStyle(style), spaceAfter=4 * mm, splitInRow=int(torn)
    )


def _grid(
    head: Sequence[str], rows: Sequence[Sequence[str]], shares: Sequence[float], room: float, *, torn: bool
) -> Any:
    widths = _widths(shares, len(head), room)
    body = [[_cell(text) for text in row] for row in rows]
    return _table([[_cell(text, LABEL) for text in head], *body], widths, head=True, torn=torn)


def _widths(shares: Sequence[float], columns: int, room: float) -> list[float]:
    parts = list(shares) or [1.0] * columns
    return [room * part / sum(parts) for part in parts]


def _bars(series: Sequence[Bar], room: float) -> Any:
    most = max((bar.value for bar in series), default=0) or 1
    names = [_fitted(bar.label, room * 0.36) for bar in series]
    left, right, row = max(room * 0.12, *(_wide(name) + PADDING for name in names)), room * 0.2, BAR_ROW
    drawing = Drawing(room, row * len(series))
    for place, (bar, name) in enumerate(zip(series, names, strict=True)):
        foot = row * (len(series) - place - 1)
        length = (room - left - right) * max(bar.value, 0) / most
        drawing.add(String(0, foot + 5, name, fontName=FONT, fontSize=BAR_SIZE, fillColor=DARK))
        drawing.add(Rect(left, foot + 3, length, 11, fillColor=MISSED if bar.missed else FILL, strokeColor=None))
        drawing.add(String(left + length + 4, foot + 5, bar.text, fontName=FONT, fontSize=BAR_SIZE, fillColor=DARK))
    drawing.add(Line(left, 0, left, row * len(series), strokeColor=GREY, strokeWidth=0.5))
    return drawing


def _wide(text: str) -> float:
    width: float = stringWidth(text, FONT, BAR_SIZE)
    return width


def _fitted(name: str, room: float) -> str:
    """Cut a name that would reach into its bar."""
    kept = name
    while len(kept) > 1 and _wide(kept) > room:
        kept = f"{kept[:-2].rstrip()}…"
    return kept


def _signatures(people: Sequence[tuple[str, ...]], room: float) -> Any:
    head = [_cell(name, LABEL) for name in ("", gettext("Full name"), gettext("Signature"), gettext("Date"))]
    rows = [_signature(*one) for one in people]
    table = _table([head, *rows], [room * 0.25, room * 0.22, room * 0.3, room * 0.23], head=True)
    table.setStyle(TableStyle([("TOPPADDING", (0, 1), (-1, -1), 7 * mm)]))  # room to sign by hand
    return table


def _signature(title: str, name: str, day: str = "") -> list[Any]:
    return [_cell(title, LABEL), _cell(name), _cell("＿" * 12), _cell(day or "＿" * 8)]


class _Numbered(Canvas):  # type: ignore[misc]  # the library brings no types
    """Keeps every page until the number of pages is known, then writes the foot of each."""

    def __init__(self, *args: Any, foot: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self._foot = foot
        self._pages: list[dict[str, Any]] = []

    def showPage(self) -> None:
        """Keep the page for later."""
        self._pages.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        """Write all pages with their feet."""
        for number, page in enumerate(self._pages, 1):
            self.__dict__.update(page)
            self.setFont(FONT, 8.5)
            self.setFillColor(GREY)
            self.drawString(MARGIN, 10 * mm, self._foot)
            words = gettext("page %(number)d of %(all)d") % {"number": number, "all": len(self._pages)}
            self.drawRightString(self._pagesize[0] - MARGIN, 10 * mm, words)
            super().showPage()
        super().save()

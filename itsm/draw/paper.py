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
from typing import Any

from django.utils.translation import gettext
from reportlab.graphics.shapes import Drawing, Line, Rect, String
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import FontError, registerFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    KeepTogether,
    LongTable,
    PageBreak,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    TableStyle,
)
from reportlab.platypus.doctemplate import LayoutError

from itsm.draw.figures import Bar

FONT = "MSung-Light"
MARGIN = 18 * mm
#: What the library leaves free inside a page's frame.
PADDING = 6
#: Signs of Chinese, Japanese and Korean, between which a line may be broken.
WIDE_SIGN = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")
GREY, DARK, PALE = HexColor("#6B7280"), HexColor("#1F2937"), HexColor("#E5E7EB")
FILL, MISSED = HexColor("#3C5A99"), HexColor("#B62900")


class NoPaper(Exception):
    """The document cannot be set as a PDF here."""


@cache
def _lettered() -> None:
    """Make the type known to the library, once.

    :raises NoPaper: if the library does not have its metrics
    """
    try:
        registerFont(UnicodeCIDFont(FONT))
    except (KeyError, OSError, FontError) as fault:
        raise NoPaper(gettext("The type for the PDF is missing on this server.")) from fault


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
    """Lines to sign on: the title of each who signs, and the name where it is known."""

    people: Sequence[tuple[str, str]]


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
    _lettered()
    size = landscape(A4) if wide else A4
    room = size[0] - 2 * MARGIN
    story: list[Any] = [_words(title, TITLE)]
    if subtitle:
        story.append(_words(subtitle, _style(10.5, after=8, colour=GREY)))
    for block in blocks:
        story.extend(_flow(block, room))
    written = BytesIO()
    page = SimpleDocTemplate(
        written, pagesize=size, title=title, author=foot or title, lang="zh-Hant",
        leftMargin=MARGIN - PADDING, rightMargin=MARGIN - PADDING, topMargin=MARGIN, bottomMargin=MARGIN,
    )  # fmt: skip
    try:
        page.build(story, canvasmaker=partial(_Numbered, foot=foot))
    except LayoutError as fault:
        raise NoPaper(gettext("A piece of the document fits on no page.")) from fault
    return written.getvalue()


def _flow(block: Block, room: float) -> Iterator[Any]:
    match block:
        case Heading(text):
            yield _words(text, HEADING)
        case Prose(text):
            yield from (_words(part, TEXT) for part in text.split("\n\n") if part.strip())
        case Facts(pairs):
            yield _table([[_cell(name, LABEL), _cell(value)] for name, value in pairs], [room * 0.25, room * 0.75])
        case Grid(head, rows, shares):
            yield _grid(head, rows, shares, room)
        case Bars(series):
            yield KeepTogether([_bars(series, room), Spacer(1, 4 * mm)])
        case Signatures(people):
            yield KeepTogether([Spacer(1, 10 * mm), _signatures(people, room)])
        case NewPage():
            yield PageBreak()


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


def _table(rows: list[list[Any]], widths: list[float], *, head: bool = False) -> Any:
    style = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LINEBELOW", (0, 0), (-1, -1), 0.5, PALE),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (-1, -1), PADDING),
    ]
    if head:
        style += [("LINEBELOW", (0, 0), (-1, 0), 1, DARK)]
    return LongTable(
        rows, colWidths=widths, repeatRows=int(head), style=TableStyle(style), spaceAfter=4 * mm, splitInRow=1
    )  # a row taller than a page goes on on the next


def _grid(head: Sequence[str], rows: Sequence[Sequence[str]], shares: Sequence[float], room: float) -> Any:
    parts = list(shares) or [1.0] * len(head)
    widths = [room * part / sum(parts) for part in parts]
    body = [[_cell(text) for text in row] for row in rows]
    return _table([[_cell(text, LABEL) for text in head], *body], widths, head=True)


def _bars(series: Sequence[Bar], room: float) -> Any:
    most = max((bar.value for bar in series), default=0) or 1
    left, right, row = room * 0.3, room * 0.18, 18.0
    drawing = Drawing(room, row * len(series))
    for place, bar in enumerate(series):
        foot = row * (len(series) - place - 1)
        length = (room - left - right) * max(bar.value, 0) / most
        drawing.add(String(0, foot + 5, bar.label, fontName=FONT, fontSize=9.5, fillColor=DARK))
        drawing.add(Rect(left, foot + 3, length, 11, fillColor=MISSED if bar.missed else FILL, strokeColor=None))
        drawing.add(String(left + length + 4, foot + 5, bar.text, fontName=FONT, fontSize=9.5, fillColor=DARK))
    drawing.add(Line(left, 0, left, row * len(series), strokeColor=GREY, strokeWidth=0.5))
    return drawing


def _signatures(people: Sequence[tuple[str, str]], room: float) -> Any:
    line = "＿" * 12
    rows = [
        [_cell(title, LABEL), _cell(name), _cell(line), _cell(gettext("Date") + " " + "＿" * 6)]
        for title, name in people
    ]
    return _table(rows, [room * 0.25, room * 0.2, room * 0.32, room * 0.23])


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

"""A sheet of labels to stick on things: a code that a phone reads, a number, and what it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from reportlab.graphics import renderPDF
from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.lib.utils import simpleSplit
from reportlab.pdfgen.canvas import Canvas

from itsm.draw.paper import DARK, FONT, GREY, PALE, lettered

#: Labels of 70 by 37 mm, as they are sold: three in a row, eight rows on a sheet of A4.
ACROSS, DOWN, WIDE, HIGH = 3, 8, 70 * mm, 37 * mm
EDGE, CODE, SIZE = 4 * mm, 26 * mm, 8.5


@dataclass(frozen=True, slots=True)
class Label:
    """One label: the address that its code leads to, the number, and up to three lines of words."""

    address: str
    number: str
    lines: Sequence[str]


def sheet(labels: Sequence[Label], *, title: str) -> bytes:
    """This will draw the labels on as many sheets as they need, and return the PDF.

    :raises NoPaper: if the type for it is missing
    """
    lettered()
    file = BytesIO()
    canvas = Canvas(file, pagesize=A4, invariant=True)
    canvas.setTitle(title)
    top = (A4[1] - DOWN * HIGH) / 2
    for place, label in enumerate(labels):
        on_sheet = place % (ACROSS * DOWN)
        if place and not on_sheet:
            canvas.showPage()
        row, column = divmod(on_sheet, ACROSS)
        _label(canvas, label, x=column * WIDE, y=A4[1] - top - (row + 1) * HIGH)
    canvas.save()
    return file.getvalue()


def _label(canvas: Canvas, label: Label, *, x: float, y: float) -> None:
    canvas.setStrokeColor(PALE)
    canvas.rect(x, y, WIDE, HIGH, stroke=1, fill=0)
    code = QrCodeWidget(label.address, barLevel="M", barWidth=CODE, barHeight=CODE, barBorder=1)
    drawing = Drawing(CODE, CODE)
    drawing.add(code)
    renderPDF.draw(drawing, canvas, x + EDGE / 2, y + (HIGH - CODE) / 2)
    left, line = x + CODE + EDGE, y + HIGH - 10 * mm
    canvas.setFillColor(DARK)
    canvas.setFont(FONT, SIZE)
    canvas.drawString(left, line, label.number)
    canvas.setFillColor(GREY)
    for text in _wrapped(label.lines, room=WIDE - CODE - 1.5 * EDGE):
        line -= SIZE * 1.45
        canvas.drawString(left, line, text)


def _wrapped(lines: Sequence[str], *, room: float) -> list[str]:
    """Break the first line in two where it must, and cut the others; five lines at most."""
    found: list[str] = []
    for place, text in enumerate(part for part in lines if part):
        broken = _broken(text, room)
        found += broken[:2] if place == 0 else broken[:1]
    return found[:5]


def _broken(text: str, room: float) -> list[str]:
    """Break words, and Chinese between its characters."""
    rows = []
    for row in simpleSplit(text, FONT, SIZE, room):
        while len(row) > 1 and _width(row) > room:
            cut = next(n for n in range(len(row) - 1, 0, -1) if n == 1 or _width(row[:n]) <= room)
            rows.append(row[:cut])
            row = row[cut:]
        rows.append(row)
    return rows


def _width(text: str) -> float:
    from reportlab.pdfbase.pdfmetrics import stringWidth

    return float(stringWidth(text, FONT, SIZE))

"""The rows of a report's tables as markup: one text for each table, since a report of many services has thousands of cells."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import accumulate, pairwise
from urllib.parse import quote

from django.utils.safestring import SafeString

from itsm.service_reports.sheet import Cell, Part, Table


@dataclass(frozen=True)
class Pen:
    """How numbers and records are written: ``address`` leads to the rows of a number, empty where nothing is linked.

    For ``paper`` columns have the widths of their shares and cells carry no more markup than they need, since setting takes
    its time for each element: lines end with their own sign (the style sheet keeps it), and a verdict is its cell.
    """

    address: str = ""
    records: Container[str] = field(default_factory=frozenset)
    paper: bool = False

    def number(self, part: Part) -> str:
        """Write a number as a link to its rows."""
        text = self.lines(part.text)
        if not self.address:
            return text
        key = escape(part.figure)
        href = escape(f"{self.address}{quote(part.figure)}/")
        return f'<a class="figure-link" data-figure="{key}" href="{href}">{text}</a>'

    def record(self, part: Part) -> str:
        """Write the number of a record, a link where the reader may open it."""
        text = escape(part.text)
        if self.paper:
            return text
        if self.address and part.text in self.records:
            text = f'<a href="/t/{quote(part.text)}">{text}</a>'
        return f'<span class="ref">{text}</span>'

    def lines(self, text: str) -> str:
        """Write words, each line of them on its own."""
        return self.ends.join(map(escape, text.splitlines())) or escape(text)

    @property
    def ends(self) -> str:
        """What ends a line inside a cell."""
        return "\n" if self.paper else "<br>"

    def scope(self, of: str) -> str:
        """Say what a head is the head of, to who listens to the page."""
        return "" if self.paper else f' scope="{of}"'


def rows(table: Table, pen: Pen) -> SafeString:
    """This will write the rows of a table, the first cell of each as its head."""
    labels = [f' data-label="{escape(name)}"' if table.folds else "" for name in table.head]
    return SafeString("".join(f"<tr>{''.join(_cells(row, pen, labels))}</tr>" for row in table.rows))


def widths(table: Table) -> SafeString:
    """This will write how wide the columns are, in hundredths that fill the table; nothing where no shares are given."""
    whole = sum(table.shares)
    ends = [round(100 * part / whole) for part in accumulate(table.shares)]
    columns = (f'<col class="w{end - start}">' for start, end in pairwise([0, *ends]))
    return SafeString(f"<colgroup>{''.join(columns)}</colgroup>" if table.shares else "")


def heads(table: Table, pen: Pen) -> SafeString:
    """This will write the heads of a table's columns."""
    scope = pen.scope("col")
    cells = (f"<th{scope}{NUMBER if number else ''}>{pen.lines(name)}</th>" for name, number in table.columns)
    return SafeString(f"<tr>{''.join(cells)}</tr>")


def runs(table: Table, pen: Pen) -> SafeString:
    """This will write the lines that stand on paper in the place of a table."""
    named = ((f"<b>{escape(name)}</b> " if name else "", cell) for name, cell in table.on_paper)
    return SafeString("".join(f"<p>{name}{written(cell, pen)}</p>" for name, cell in named))


NUMBER, VERDICT = ' class="num"', ' class="verdict"'


def _cells(row: Sequence[Cell], pen: Pen, labels: Sequence[str]) -> Iterator[str]:
    for place, (cell, label) in enumerate(zip(row, labels, strict=True)):
        if not place:
            yield f"<th{pen.scope('row')}>{written(cell, pen)}</th>"
        elif pen.paper and len(cell.parts) == 1 and cell.parts[0].tone:
            yield f"<td{VERDICT}>{escape(cell.parts[0].text)}</td>"
        else:
            yield f"<td{NUMBER if cell.number else ''}{label}>{written(cell, pen)}</td>"


def written(cell: Cell, pen: Pen) -> str:
    """Write a cell: its lines, in each its pieces; of a record the first line is its number."""
    told = [
        " ".join(_piece(part, pen, ref=bool(cell.ref) and not place) for part in line)
        for place, line in enumerate(cell.lines)
    ]
    if pen.paper:
        return pen.ends.join(told)
    return "".join(f'<span class="line-of">{line}</span>' for line in told)


def _piece(part: Part, pen: Pen, *, ref: bool) -> str:
    if part.figure:
        return pen.number(part)
    if part.tone:
        return f"<b{VERDICT}{_tone(part, pen)}>{escape(part.text)}</b>"
    if part.link:
        return f'<a href="{escape(part.link)}" rel="noopener noreferrer">{pen.lines(part.text)}</a>'
    return pen.record(part) if ref else pen.lines(part.text)


def _tone(part: Part, pen: Pen) -> str:
    return "" if pen.paper else f' data-tone="{escape(part.tone)}"'

"""Tables to take along, as CSV and as XLSX. No cell of them can become a formula in the program that opens it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.http import HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

Cell = str | int | float | datetime | None
MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
LONGEST = 32_767  # characters that a cell of a workbook holds


def download(name: str, *, form: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> HttpResponse:
    """This will answer with the table as the file ``name`` in the form ``csv`` or ``xlsx``; times stand in local time."""
    lines = ([_plain(cell) for cell in row] for row in rows)
    body = _workbook(header, lines) if form == "xlsx" else _text(header, lines)
    answer = HttpResponse(body, content_type=MEDIA[form])
    answer["Content-Disposition"] = content_disposition_header(True, f"{name}.{form}") or "attachment"
    return answer


def guarded(text: str) -> str:
    """This will put an apostrophe before a text that a spreadsheet would compute."""
    return f"'{text}" if text.startswith(FORMULA) else text


def _plain(cell: Cell) -> str | int | float:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return timezone.localtime(cell).strftime("%Y-%m-%d %H:%M:%S")
    return ILLEGAL_CHARACTERS_RE.sub("", cell) if isinstance(cell, str) else cell


def _text(header: Sequence[str], lines: Iterable[Sequence[str | int | float]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    for line in (header, *lines):
        writer.writerow([guarded(cell) if isinstance(cell, str) else cell for cell in line])
    return out.getvalue().encode("utf-8-sig")  # without the mark, spreadsheets take it for another encoding


def _workbook(header: Sequence[str], lines: Iterable[Sequence[str | int | float]]) -> bytes:
    """Write texts as texts by their type, which needs no apostrophe."""
    book = Workbook(write_only=True)
    page = book.create_sheet()
    page.freeze_panes = "A2"
    for line in (header, *lines):
        cells = []
        for value in line:
            cell = WriteOnlyCell(page, value=value[:LONGEST] if isinstance(value, str) else value)
            if isinstance(value, str):
                cell.data_type = "s"
            cells.append(cell)
        page.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()

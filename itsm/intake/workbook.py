"""The first sheet of an XLSX workbook as rows of text, one after the other."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import IO, Any

from django.utils.translation import gettext_noop
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from itsm.intake.faults import BadFile

MOST_BYTES = 400 * 1024 * 1024  # of everything in the archive, unpacked
MOST_COLUMNS = 1_000

NO_WORKBOOK = gettext_noop("The file is not an XLSX workbook, or is broken.")


def sheet(data: IO[bytes]) -> Iterator[tuple[int, list[str]]]:
    """This will give the line and the cells of every row, all as long as the heading unless something stands beyond it.

    :raises BadFile: if it is no workbook, would unpack to too much, or is too wide
    """
    _weigh(data)
    try:
        book = load_workbook(data, read_only=True, data_only=True, keep_links=False)
        page = book.worksheets[0]
        page.reset_dimensions()  # what a workbook says of its own size is often wrong
        width = 0
        for line, values in enumerate(page.iter_rows(values_only=True), start=1):
            cells = _trimmed(values)
            width = width or len(cells)
            yield line, cells + [""] * (width - len(cells))
    except (InvalidFileException, zipfile.BadZipFile, KeyError, IndexError, ValueError, SyntaxError) as bad:
        raise BadFile(NO_WORKBOOK) from bad


def _weigh(data: IO[bytes]) -> None:
    """Look at the table of contents before anything is unpacked."""
    try:
        with zipfile.ZipFile(data) as archive:
            size = sum(part.file_size for part in archive.infolist())
    except zipfile.BadZipFile as bad:
        raise BadFile(NO_WORKBOOK) from bad
    if size > MOST_BYTES:
        raise BadFile(gettext_noop("The workbook would unpack to more than %(most)s MB."), most=MOST_BYTES >> 20)
    data.seek(0)


def _trimmed(values: tuple[Any, ...]) -> list[str]:
    cells = [_text(value) for value in values]
    while cells and not cells[-1]:
        cells.pop()
    if len(cells) > MOST_COLUMNS:
        raise BadFile(gettext_noop("The workbook has more than %(most)s columns."), most=MOST_COLUMNS)
    return cells


def _text(value: Any) -> str:
    """Write a cell as a person would: whole numbers without a point, times as 2026-11-24 08:30:00."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.replace(microsecond=0).isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)

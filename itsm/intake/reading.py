"""Reading a table from a file, plain or gzip, row by row: memory does not grow with the file.

A first walk (``survey``) finds what would stop an import half-way: a wrong encoding, a broken archive, a missing column.
It also tells whether the rows of a record stand together; where they do not, they are sorted on disk, keeping their order.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import sqlite3
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import IO, NamedTuple, Protocol, cast

from django.utils.translation import gettext_noop

from itsm.intake.faults import BadFile
from itsm.intake.mapping import SourceMapping
from itsm.intake.workbook import sheet
from itsm.intake.xes import events

GZIP = b"\x1f\x8b"
LONGEST_LINE = 1_000_000  # characters
MOST_ROWS = 20_000  # of one record


class Layout(Protocol):
    """What a mapping says of how its file is written."""

    @property
    def format(self) -> str:
        """One of csv, xes and xlsx."""

    @property
    def encoding(self) -> str:
        """The encoding of text."""

    @property
    def delimiter(self) -> str:
        """What stands between the cells of CSV."""

    def columns_read(self) -> list[str]:
        """Every column that must be there."""


class Row(NamedTuple):
    """One row of the file and the line it begins on, the heading being line 1."""

    line: int
    cells: list[str]


@dataclass(frozen=True)
class Survey:
    """What the first walk found."""

    header: list[str]
    rows: int
    records: int
    grouped: bool


def survey(path: Path, *, mapping: SourceMapping) -> Survey:
    """This will walk the whole file once and keep nothing of it.

    :raises BadFile: if it cannot be read to its end, or lacks a column that the mapping names
    """
    with closing(sqlite3.connect("")) as seen:  # "" is a database in a temporary file, gone when closed
        seen.execute("CREATE TABLE number (name TEXT PRIMARY KEY) WITHOUT ROWID")
        rows = read(path, mapping=mapping)
        header = next(rows).cells
        place, count, grouped, last = header.index(mapping.columns["number"]), 0, True, None
        for row in rows:
            count += 1
            number = _cell(row, place)
            if number != last and number:
                fresh = seen.execute("INSERT OR IGNORE INTO number VALUES (?)", (number,)).rowcount
                grouped = grouped and bool(fresh)
                last = number
        records: int = seen.execute("SELECT count(*) FROM number").fetchone()[0]
    return Survey(header, count, records, grouped)


@dataclass
class Place:
    """How far a reader has come: the line that it reads now."""

    line: int = 1


def read(path: Path, *, mapping: Layout) -> Iterator[Row]:
    """This will give the heading and then every row that is not blank.

    :raises BadFile: if the file cannot be read, or lacks a column that the mapping names
    """
    place = Place()
    try:
        with _unpacked(path) as data:
            yield from _rows_of[mapping.format](data, mapping, place)
    except csv.Error as bad:
        raise BadFile(gettext_noop("Line %(line)s cannot be read: %(why)s"), line=place.line, why=str(bad)) from bad
    except UnicodeDecodeError as bad:
        raise BadFile(
            gettext_noop("After line %(line)s the file is not %(encoding)s. Name its encoding in the mapping."),
            line=place.line - 1,
            encoding=mapping.encoding,
        ) from bad
    except (EOFError, zlib.error, gzip.BadGzipFile) as bad:
        raise BadFile(gettext_noop("The gzip file is broken after line %(line)s."), line=place.line - 1) from bad
    except OSError as bad:
        raise BadFile(gettext_noop("The file cannot be opened: %(why)s"), why=bad.strerror or str(bad)) from bad
    if place.line == 1:
        raise BadFile(gettext_noop("The file is empty."))


def _of_csv(data: IO[bytes], mapping: Layout, place: Place) -> Iterator[Row]:
    with io.TextIOWrapper(data, encoding=mapping.encoding, newline="") as text:
        yield from _rows(_lines(text), mapping, place)


def _of_xes(data: IO[bytes], mapping: Layout, place: Place) -> Iterator[Row]:
    header = mapping.columns_read()
    for count, (line, cells) in enumerate(events(data, columns=header)):
        if not count:
            yield Row(1, header)
        place.line = line + 1
        yield Row(line, cells)


def _of_xlsx(data: IO[bytes], mapping: Layout, place: Place) -> Iterator[Row]:
    for line, cells in sheet(data):
        if place.line == 1:
            _check_header(cells, mapping)
        if any(cells):
            yield Row(line, cells)
        place.line = line + 1


_rows_of: dict[str, Callable[[IO[bytes], Layout, Place], Iterator[Row]]] = {
    "csv": _of_csv,
    "xes": _of_xes,
    "xlsx": _of_xlsx,
}


def _rows(lines: Iterator[str], mapping: Layout, place: Place) -> Iterator[Row]:
    reader = csv.reader(lines, delimiter=mapping.delimiter, strict=True)
    for cells in reader:
        if place.line == 1:
            _check_header(cells, mapping)
        if any(cells):
            yield Row(place.line, cells)
        place.line = reader.line_num + 1


def records(path: Path, *, mapping: SourceMapping, found: Survey) -> Iterator[list[Row]]:
    """This will give the rows of one record after the other, in the order of the file.

    A row without a number is a record of its own. No record gives more than MOST_ROWS rows and one.
    """
    place = found.header.index(mapping.columns["number"])
    rows = read(path, mapping=mapping)
    next(rows)
    together = rows if found.grouped else _sorted(rows, place)
    for _, group in groupby(together, key=lambda row: _cell(row, place) or row.line):
        yield _some(group)


def _some(group: Iterator[Row]) -> list[Row]:
    """Keep what one record may have; the rest is walked past."""
    kept: list[Row] = []
    for row in group:
        if len(kept) <= MOST_ROWS:
            kept.append(row)
    return kept


def _sorted(rows: Iterator[Row], place: int) -> Iterator[Row]:
    """Bring the rows of a record together by a table on disk; records stand in the order of their first row."""
    with closing(sqlite3.connect("")) as table:
        table.execute("CREATE TABLE row (number TEXT, line INTEGER PRIMARY KEY, cells TEXT)")
        keyed = ((_cell(row, place) or f"\x00{row.line}", row.line, json.dumps(row.cells)) for row in rows)
        table.executemany("INSERT INTO row VALUES (?, ?, ?)", keyed)
        table.execute("CREATE INDEX by_number ON row (number, line)")
        order = (
            "SELECT row.line, row.cells FROM (SELECT number, min(line) AS first FROM row GROUP BY number) AS record"
            " JOIN row USING (number) ORDER BY record.first, row.line"
        )
        for line, cells in table.execute(order):
            yield Row(line, json.loads(cells))


def _cell(row: Row, place: int) -> str:
    return row.cells[place].strip() if place < len(row.cells) else ""


def _check_header(cells: list[str], mapping: Layout) -> None:
    lacking = [name for name in mapping.columns_read() if name not in cells]
    if lacking:
        raise BadFile(
            gettext_noop("The first line lacks columns that the mapping names: %(columns)s."),
            columns=", ".join(lacking),
        )
    double = sorted({name for name in cells if cells.count(name) > 1} & set(mapping.columns_read()))
    if double:
        raise BadFile(gettext_noop("The first line names columns twice: %(columns)s."), columns=", ".join(double))


@contextmanager
def _unpacked(path: Path) -> Iterator[IO[bytes]]:
    with path.open("rb") as raw:
        packed = raw.peek(2)[:2] == GZIP
        with gzip.GzipFile(fileobj=raw) if packed else nullcontext(raw) as data:
            yield cast(IO[bytes], data)


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    """Give line after line, and none that would fill the memory."""
    line = 0
    while part := text.readline(LONGEST_LINE):
        line += 1
        if len(part) == LONGEST_LINE:
            raise BadFile(gettext_noop("Line %(line)s is longer than a million characters."), line=line)
        yield part

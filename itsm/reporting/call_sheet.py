"""Calls of days from a CSV file: ``day,offered,answered,answered_soon,abandoned`` and, if wanted, ``line``.

Every wrong cell is told with its line; while one is left, nothing is written.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils.translation import gettext

from itsm.hours.intake import BadCell
from itsm.people.sheets import Wrong, rows_of
from itsm.records.refusals import Objected
from itsm.reporting.call_entering import NUMBERS, Counts, counted_twice, twice, why_not
from itsm.reporting.call_models import CallCount

NEEDED = ("day", *NUMBERS)
KNOWN = (*NEEDED, "line")
#: Rows of one file: more than ten years of days.
MOST_ROWS = 4000
LONGEST_NUMBER = 9


@dataclass(frozen=True)
class Planned:
    """A row of the file and what it corrects; None where nothing was entered."""

    counts: Counts
    known: CallCount | None

    @property
    def is_new(self) -> bool:
        """Tell whether nothing was entered yet."""
        return self.known is None

    @property
    def is_same(self) -> bool:
        """Tell whether just this was entered already."""
        return self.known is not None and all(
            getattr(self.known, name) == getattr(self.counts, name) for name in NUMBERS
        )


@dataclass
class Reading:
    """What a file holds: the rows that are right, and the cells that are not."""

    rows: list[Counts] = field(default_factory=list)
    errors: list[BadCell] = field(default_factory=list)


def read(text: str, *, at: datetime) -> Reading:
    """Read the text of a file without writing anything."""
    found = Reading()
    try:
        header, lines, found.errors = rows_of(io.StringIO(text, newline=""))
    except csv.Error:
        found.errors = [BadCell(1, "", "", gettext("The file is not CSV as it should be."))]
        return found
    found.errors += _of_heading(header, len(lines))
    if not found.errors:
        seen: dict[tuple[date, str], int] = {}
        for line, cells in lines:
            _read_row(found, line, cells, seen, at)
        doubled = sorted((seen[place], place[1]) for place in counted_twice(found.rows))
        found.errors += [BadCell(line, "line", text, twice()) for line, text in doubled]
    return found


def _of_heading(header: list[str], rows: int) -> Iterator[BadCell]:
    if lacking := [name for name in NEEDED if name not in header]:
        reason = gettext("The first line must name the columns: %s.") % ", ".join(KNOWN)
        yield BadCell(1, ", ".join(lacking), "", reason)
    for name in header:
        if name not in KNOWN or header.count(name) > 1:
            yield BadCell(1, name, "", gettext("This column is not known, or stands here twice."))
    if rows > MOST_ROWS:
        yield BadCell(1, "", str(rows), gettext("A file has at most %(most)s rows.") % {"most": f"{MOST_ROWS:,}"})


def _read_row(
    found: Reading, line: int, cells: dict[str, str], seen: dict[tuple[date, str], int], at: datetime
) -> None:
    column = "day"
    try:
        day, numbers = _day(cells["day"]), {}
        for column in NUMBERS:
            numbers[column] = _number(cells[column])
        counts = Counts(day, **numbers, line=" ".join(cells.get("line", "").split()))
        column = "day"
        if counts.place in seen:
            raise Wrong(gettext("The file names it twice, first in line %(line)s.") % {"line": seen[counts.place]})
    except Wrong as wrong:
        found.errors.append(BadCell(line, column, cells.get(column, ""), str(wrong)))
        return
    seen[counts.place] = line
    fault = why_not(counts, at=at)
    found.errors += _told(fault, line, cells) if fault else ()
    found.rows.append(counts)


def told(refused: Objected) -> list[BadCell]:
    """Say what the service refused of the file as a whole, beside no line of it."""
    return [BadCell(0, "", "", reason) for reason in dict.fromkeys(refused.reasons)]


def _told(fault: Objected, line: int, cells: dict[str, str]) -> Iterator[BadCell]:
    for name, reason in fault.fields.items():
        yield BadCell(line, name, cells.get(name, ""), reason)
    for reason in fault.reasons:
        if reason not in fault.fields.values():
            yield BadCell(line, "", "", reason)


def _day(cell: str) -> date:
    try:
        return date.fromisoformat(cell.strip().replace("/", "-"))
    except ValueError:
        raise Wrong(gettext("Write the day as 2026-11-30.")) from None


def _number(cell: str) -> int:
    text = cell.strip()
    if not (text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER):
        raise Wrong(gettext("Write a whole number of calls, 0 or more."))
    return int(text)


def planned(rows: list[Counts]) -> list[Planned]:
    """Lay the rows against what was entered, the earliest day first, with one statement."""
    if not rows:
        return []
    days = [one.day for one in rows]
    known = {(row.day, row.line): row for row in CallCount.objects.filter(day__gte=min(days), day__lte=max(days))}
    return [Planned(one, known.get(one.place)) for one in sorted(rows, key=lambda one: one.place)]

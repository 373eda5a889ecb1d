"""Special days from a CSV file: `date,windows,kind,name_zh,name_en` and, if wanted, `county`.

Windows are written `09:00-12:00 13:00-18:00`; an empty cell is a closed day. Every wrong cell is reported with its
line; nothing is written while one is left. The government's list of office days is read as it is (``office_list``).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext

from itsm.hours import ics, office_list
from itsm.hours.models import Calendar, CalendarVersion
from itsm.hours.reading import BadCell as BadCell
from itsm.hours.reading import Reading as Reading
from itsm.hours.services import publish_from, spoken, with_days
from itsm.hours.special_days import checked
from itsm.hours.windows import BadHours, date_of, windows_of

NEEDED = ("date", "windows", "kind", "name_zh", "name_en")
KNOWN = (*NEEDED, "county")
TOO_MANY = "\0"  # the key of cells that stand under no column


class BadFile(BadHours):
    """The file holds errors, so nothing of it was written."""


def read(lines: Iterable[str]) -> Reading:
    """This will read the lines of a CSV file without writing anything; a mark at its start (BOM) does not matter."""
    found = Reading()
    rows = _rows_of(lines)
    columns = rows.fieldnames or []
    lacking = [name for name in NEEDED if name not in columns]
    if lacking:
        reason = gettext("The first line must name the columns: %s.") % ", ".join(KNOWN)
        found.errors.append(BadCell(1, ", ".join(lacking), "", reason))
        return found
    for row in rows:
        if any(row.values()):
            _read_row(found, row, line=rows.line_num)
    return found


def read_file(text: str, *, calendar: Calendar) -> Reading:
    """This will read a file of days, whether it is CSV or iCalendar, without writing anything."""
    if is_icalendar(text):
        return ics.read(text, calendar=calendar)
    rows = _rows_of(io.StringIO(text, newline=""))
    if office_list.is_office_list(list(rows.fieldnames or [])):
        return office_list.read(rows, calendar=calendar)
    return read(io.StringIO(text, newline=""))


def _rows_of(lines: Iterable[str]) -> csv.DictReader[str]:
    return csv.DictReader((line.removeprefix("\ufeff") for line in lines), restkey=TOO_MANY, restval="")


def is_icalendar(text: str) -> bool:
    """Tell whether a text is an iCalendar file."""
    return text.lstrip("\ufeff \r\n\t").upper().startswith("BEGIN:VCALENDAR")


def import_days(calendar: Calendar, *, text: str, by_name: str, at: datetime, reason: str) -> CalendarVersion:
    """This will publish the version in force with the days of the file added or replaced.

    :raises BadFile: with the first error and the number of all, if there are any
    :raises NothingChanged: if every day of the file is kept already
    """
    found = read_file(text, calendar=calendar)
    if found.errors:
        raise BadFile(
            "%(count)s errors, nothing imported. %(first)s", count=len(found.errors), first=str(found.errors[0])
        )
    return publish_from(calendar, lambda held: with_days(held, found.days), by_name=by_name, at=at, reason=reason)


def windows_in(text: str) -> list[list[str]]:
    """This will split ``09:00-12:00 13:00-18:00`` into pairs, still unchecked; spaces, ``;`` and ``,`` separate."""
    return [window.split("-") for window in text.replace(";", " ").replace(",", " ").split()]


def _read_row(found: Reading, row: dict[str, str], *, line: int) -> None:
    cells = {name: (row.get(name) or "").strip() for name in KNOWN}
    column = "date"
    try:
        if TOO_MANY in row:
            raise BadHours("The line has more cells than there are columns.")
        date_of(cells["date"])
        if cells["date"] in found.days:
            raise BadHours("This date is in the file twice.")
        column = "windows"
        windows = windows_in(cells["windows"])
        windows_of(windows)
        column = "kind"
        named = {name: cells[name] for name in ("kind", "name_zh", "name_en", "county")}
        found.days |= checked({cells["date"]: {"windows": windows} | named})
    except BadHours as bad:
        found.errors.append(BadCell(line, column, cells[column], spoken(bad.said_of(""))))

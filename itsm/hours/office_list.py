"""Special days from the list that Taiwan's government publishes for its offices: every day of a year, off or not.

Its columns are 西元日期, 星期, 是否放假 (2 off, 0 not) and 備註. Days that are as every week are left out.
"""

from __future__ import annotations

import csv
from datetime import date

from itsm.hours.ics import whole_day
from itsm.hours.models import Calendar
from itsm.hours.reading import BadCell, Reading
from itsm.hours.services import spoken
from itsm.hours.windows import BadHours, windows_of
from itsm.ui.moments import UnreadableDate, read_date

DAY, OFF, NOTE = "西元日期", "是否放假", "備註"
MAKE_UP = "補行上班"


def is_office_list(columns: list[str]) -> bool:
    """Tell whether these are the columns of the government's list."""
    return DAY in columns and OFF in columns


def read(rows: csv.DictReader[str], *, calendar: Calendar) -> Reading:
    """This will read the list as special days of ``calendar`` without writing anything."""
    found = Reading()
    seen: set[date] = set()
    for row in rows:
        cells = {name: (row.get(name) or "").strip() for name in (DAY, OFF, NOTE)}
        if any(cells.values()):
            _read_row(found, cells, seen, calendar, line=rows.line_num)
    return found


def _read_row(found: Reading, cells: dict[str, str], seen: set[date], calendar: Calendar, *, line: int) -> None:
    column = DAY
    try:
        day = read_date(cells[DAY])
        if day in seen:
            raise BadHours("This date is in the file twice.")
        seen.add(day)
        column = OFF
        entry = _entry(day, cells, calendar)
    except (BadHours, UnreadableDate) as bad:
        reason = spoken(bad) if isinstance(bad, BadHours) else str(bad)
        found.errors.append(BadCell(line, column, cells[column], reason))
        return
    if entry is not None:
        found.days[day.isoformat()] = entry


def _entry(day: date, cells: dict[str, str], calendar: Calendar) -> dict[str, object] | None:
    """Give what differs on a day; nothing on one that is as every week.

    :raises BadHours: if the list does not say whether it is off
    """
    if cells[OFF] == "2":
        return whole_day(day, cells[NOTE].replace(MAKE_UP, ""), calendar)
    if cells[OFF] != "0":
        raise BadHours("The list says 2 for a day off and 0 for a working day.")
    weekly = calendar.current.weekly if calendar.current else {}
    if windows_of(weekly.get(str(day.weekday()), [])):
        return None
    return whole_day(day, cells[NOTE] if MAKE_UP in cells[NOTE] else f"{cells[NOTE]}{MAKE_UP}", calendar)

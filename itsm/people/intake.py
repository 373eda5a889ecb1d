"""People and units from a CSV file: what is new, what differs and who has left; nothing is deleted.

A file of people names ``username`` and ``name``, a file of units ``code`` and ``name_zh``; which of the two it is, its first
line tells. A column that the file does not have stays as it is. While one cell is wrong, nothing is written.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from itsm.hours.intake import BadCell
from itsm.people.sheets import Sheet, Wrong, people_sheet, rows_of, sheet_of, units_sheet

MOST_LEAVERS = 0.5  # of all that are active: more are taken for a mistake


@dataclass(frozen=True, slots=True)
class Change:
    """What happens to one person or unit: created, changed, returned (active again), unchanged or left."""

    what: str
    key: str
    name: str
    line: int = 0
    fields: dict[str, tuple[str, str]] = field(default_factory=dict)


@dataclass
class Plan:
    """What a file would change, or the cells that keep it from changing anything."""

    kind: str = ""
    rows: int = 0
    changes: list[Change] = field(default_factory=list)
    errors: list[BadCell] = field(default_factory=list)
    written: bool = False

    def count(self, *what: str) -> int:
        """This will count the changes of a kind."""
        return sum(change.what in what for change in self.changes)

    def shown(self) -> list[Change]:
        """This will give the changes that are worth a line."""
        return [change for change in self.changes if change.what != "unchanged"]

    def as_json(self) -> dict[str, Any]:
        """This will give the counts for programs."""
        names = {
            "created": "created",
            "changed": "changed",
            "unchanged": "unchanged",
            "returned": "reactivated",
            "left": "deactivated",
        }
        counts = {name: self.count(what) for what, name in names.items()}
        return {
            "kind": self.kind,
            "rows": self.rows,
            **counts,
            "rejected": len({bad.line for bad in self.errors}),
            "written": self.written,
        }


def import_people(lines: Iterable[str], *, complete: bool, dry_run: bool, many_leavers: bool = False) -> Plan:
    """This will read a file of people or of units and, unless ``dry_run`` or a cell is wrong, write what it says.

    ``complete`` says that the file lists everybody: who is not in it has left and is deactivated. Administrators and the
    people of the demo never leave this way. ``many_leavers`` allows that more than half of all leave at once.
    """
    with transaction.atomic():
        sheet, plan, rows = _opened(lines)
        if sheet is None or plan.errors:
            return plan
        for line, cells in rows:
            plan.rows += 1
            _take(sheet, plan, line=line, cells=cells)
        plan.errors += sheet.contradictions()
        if complete and not plan.errors:
            _find_leavers(sheet, plan, many_leavers=many_leavers)
        if not dry_run and not plan.errors:
            sheet.save()
            plan.written = True
    return plan


def _opened(lines: Iterable[str]) -> tuple[Sheet | None, Plan, list[tuple[int, dict[str, str]]]]:
    """Find out what the file lists, and lock what it may change."""
    header, rows, errors = rows_of(lines)
    kind = sheet_of(header)
    if not kind or errors:
        why = gettext("The first line must name username and name (people), or code and name_zh (units).")
        return None, Plan(errors=errors or [BadCell(1, ", ".join(header), "", why)]), []
    sheet = people_sheet() if kind == "people" else units_sheet()
    plan = Plan(kind)
    plan.errors += [
        BadCell(1, name, "", gettext("This column is not known.")) for name in header if name not in sheet.columns
    ]
    return sheet, plan, rows


def _take(sheet: Sheet, plan: Plan, *, line: int, cells: dict[str, str]) -> None:
    """Lay one row against what is there."""
    try:
        found = sheet.find(line, cells)
    except Wrong as wrong:
        plan.errors.append(BadCell(line, sheet.key, cells.get(sheet.key, ""), str(wrong)))
        return
    fields = {}
    for name, text in cells.items():
        try:
            before, after = found.was(name), sheet.columns[name].read(text)
        except Wrong as wrong:
            plan.errors.append(BadCell(line, name, text, str(wrong)))
            continue
        if before != after:
            fields[name] = (before, after)
            found.put(name, after)
    returned = not found.is_new and found.come_back(cells)
    what = "created" if found.is_new else "returned" if returned else "changed" if fields else "unchanged"
    plan.changes.append(Change(what, found.key, str(found.row), line, fields))


def _find_leavers(sheet: Sheet, plan: Plan, *, many_leavers: bool) -> None:
    leavers = sheet.leavers()
    if len(leavers) > MOST_LEAVERS * sheet.active and len(leavers) > 1 and not many_leavers:
        why = gettext(
            "%(left)s of %(all)s active ones are not in the file. Allow it if they have all left; if not, add them."
        )

        plan.errors.append(BadCell(1, sheet.key, "", why % {"left": len(leavers), "all": sheet.active}))
        return
    for found in leavers:
        found.leave()
        plan.changes.append(Change("left", found.key, str(found.row)))

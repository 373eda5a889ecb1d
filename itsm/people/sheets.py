"""The two files that people come by: their columns, how each cell is read, and the rows of ours that they are laid against."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models
from django.utils.translation import gettext

from itsm.hours.intake import BadCell
from itsm.hours.windows import BadHours, zone_of
from itsm.people.models import Organisation, Person

YES, NO = ("yes", "y", "true", "1", "是"), ("no", "n", "false", "0", "否", "")
LANGUAGES = {"zh-hant": "zh-hant", "zh-tw": "zh-hant", "zh": "zh-hant", "en": "en", "": "zh-hant"}
NEEDED = {"people": ("username", "name"), "units": ("code", "name_zh")}
Read = Callable[[str], str]


class Wrong(Exception):
    """A cell cannot be read; the message says why."""


@dataclass(frozen=True)
class Column:
    """A column: how its cell is read into one way of writing, how the same is read from a row of ours, and how it is put."""

    read: Read
    get: Callable[[Any], str]
    put: Callable[[Any, str], None]


@dataclass
class Found:
    """A row of ours that a row of the file speaks of, perhaps a new one."""

    key: str
    row: Any
    columns: dict[str, Column]
    is_new: bool
    line: int = 0
    is_touched: bool = False

    def was(self, name: str) -> str:
        """This will give what stands in the column now; a new row has its defaults."""
        return self.columns[name].get(self.row)

    def put(self, name: str, value: str) -> None:
        """This will put a value that differs."""
        self.columns[name].put(self.row, value)
        self.is_touched = True

    def come_back(self, cells: dict[str, str]) -> bool:
        """This will make an inactive one active that the file lists, unless the file itself says otherwise."""
        if self.row.is_active or "active" in cells:
            return False
        self.row.is_active = self.is_touched = True
        return True

    def leave(self) -> None:
        """This will deactivate it."""
        self.row.is_active, self.is_touched = False, True


@dataclass
class Sheet:
    """One kind of file against what is there, locked."""

    model: type[models.Model]
    key: str
    columns: dict[str, Column]
    known: dict[str, Any]
    make: Callable[[str], Any]
    may_leave: Callable[[Any], bool]
    unique: tuple[str, ...] = ()
    found: dict[str, Found] = field(default_factory=dict)

    @property
    def active(self) -> int:
        """How many may leave at all."""
        return sum(self.may_leave(row) for row in self.known.values())

    def find(self, line: int, cells: dict[str, str]) -> Found:
        """This will give the row of ours with the key of ``cells``, or a new one.

        :raises Wrong: if there is no key, or it stood in the file before
        """
        key = cells[self.key].strip()
        if not key:
            raise Wrong(gettext("A value is needed here."))
        if key in self.found:
            raise Wrong(gettext("The file names it twice, first in line %(line)s.") % {"line": self.found[key].line})
        row = self.known.get(key)
        found = Found(key, row or self.make(key), self.columns, row is None, line)
        self.found[key] = found
        return found

    def leavers(self) -> list[Found]:
        """This will give those that the file does not list and that may leave."""
        gone = {key: row for key, row in self.known.items() if key not in self.found and self.may_leave(row)}
        for key, row in gone.items():
            self.found[key] = Found(key, row, self.columns, is_new=False)
        return [self.found[key] for key in gone]

    def contradictions(self) -> list[BadCell]:
        """This will find values that two rows would share although only one may have them."""
        rows = self.known | {key: found.row for key, found in self.found.items()}
        return [bad for name in self.unique for bad in self._shared(name, rows)]

    def save(self) -> None:
        """This will write every row that is new or differs; what must be unique is let go of first, so that two may swap."""
        touched = [found for found in self.found.values() if found.is_new or found.is_touched]
        known = [found.row.pk for found in touched if not found.is_new]
        if self.unique and known:
            self.model._default_manager.filter(pk__in=known).update(**dict.fromkeys(self.unique, ""))
        for found in touched:
            found.row.save()

    def _shared(self, name: str, rows: dict[str, Any]) -> list[BadCell]:
        holders: dict[str, str] = {}
        errors = []
        for key, row in sorted(rows.items(), key=lambda pair: pair[0] in self.found):
            value = getattr(row, name).casefold()
            if value and value in holders:
                why = gettext("“%(other)s” has the same.") % {"other": holders[value]}
                errors.append(BadCell(self._line(key), name, getattr(row, name), why))
            holders[value] = key
        return errors

    def _line(self, key: str) -> int:
        return self.found[key].line if key in self.found else 1


@dataclass
class UnitSheet(Sheet):
    """Units hang below each other by code; one may stand below another that comes later in the file."""

    parents: dict[str, str] = field(default_factory=dict)

    def contradictions(self) -> list[BadCell]:
        """This will also find parents that are not there and units that would be above themselves."""
        errors = super().contradictions()
        for key, parent in self.parents.items():
            if parent and parent not in self.known and parent not in self.found:
                errors.append(BadCell(self._line(key), "parent", parent, gettext("There is no unit “%s”.") % parent))
            elif key in self._above(key):
                errors.append(BadCell(self._line(key), "parent", parent, gettext("The unit would be above itself.")))
        return errors

    def save(self) -> None:
        """This will write the units, then hang them where they belong."""
        super().save()
        rows = self.known | {key: found.row for key, found in self.found.items()}
        for key in self.found:
            parent = rows.get(self.parents.get(key, ""))
            if rows[key].parent_id != (parent.pk if parent else None):
                rows[key].parent_id = parent.pk if parent else None
                rows[key].save(update_fields=["parent"])

    def _above(self, key: str) -> set[str]:
        """Collect the codes above a unit as they will be."""
        seen: set[str] = set()
        while (key := self.parents.get(key, "")) and key not in seen:
            seen.add(key)
        return seen


def rows_of(lines: Iterable[str]) -> tuple[list[str], list[tuple[int, dict[str, str]]], list[BadCell]]:
    """This will split a file into its heading, its rows by line, and the lines that do not fit the heading."""
    reader = csv.reader(line.removeprefix("\ufeff") if first == 0 else line for first, line in enumerate(lines))
    header = [name.strip() for name in next(reader, [])]
    rows, errors = [], []
    for cells in reader:
        if len(cells) != len(header) and any(cells):
            why = gettext("The row has %(count)s cells, the first line %(width)s.") % {
                "count": len(cells),
                "width": len(header),
            }
            errors.append(BadCell(reader.line_num, header[0] if header else "", "", why))
        elif any(cells):
            rows.append((reader.line_num, dict(zip(header, cells, strict=True))))
    return header, rows, errors


def sheet_of(header: list[str]) -> str:
    """This will tell people from units by the heading; empty if it is neither."""
    return next((kind for kind, needed in NEEDED.items() if set(needed) <= set(header)), "")


def people_sheet() -> Sheet:
    """This will give the sheet of people, every one of them locked."""
    units = {unit.code: unit for unit in Organisation.objects.order_by("pk")}
    codes = {unit.pk: code for code, unit in units.items()}
    columns = {
        "username": _text("username", longest=80),
        "name": _text("name", longest=120, needed=True),
        "email": _read_by("email", _email),
        "employee_number": _text("employee_number", longest=40),
        "unit": _one_of("unit", units, codes),
        "phone": _text("phone", longest=40),
        "language": _read_by("language", _language),
        "time_zone": _read_by("time_zone", _zone),
        "vip": _flag("is_vip"),
        "active": _flag("is_active"),
    }
    known = {person.username: person for person in Person.objects.select_for_update().order_by("pk")}
    return Sheet(Person, "username", columns, known, _new_person, _may_leave, unique=("email", "employee_number"))


def units_sheet() -> Sheet:
    """This will give the sheet of units, every one of them locked."""
    known = {unit.code: unit for unit in Organisation.objects.select_for_update().order_by("pk")}
    codes = {unit.pk: code for code, unit in known.items()}
    people = {person.username: person for person in Person.objects.active()}
    parents = {code: codes.get(unit.parent_id or 0, "") for code, unit in known.items()}
    columns = {
        "code": _text("code", longest=40),
        "name_zh": _text("name_zh", longest=120, needed=True),
        "name_en": _text("name_en", longest=120),
        "kind": _read_by("kind", _kind),
        "parent": Column(
            str.strip, lambda unit: parents.get(unit.code, ""), lambda unit, code: parents.update({unit.code: code})
        ),
        "lead": _one_of("lead", people, {person.pk: name for name, person in people.items()}),
        "active": _flag("is_active"),
    }
    return UnitSheet(Organisation, "code", columns, known, _new_unit, _unit_may_leave, parents=parents)


def _new_person(username: str) -> Person:
    person = Person(username=username)
    person.set_unusable_password()
    return person


def _may_leave(person: Person) -> bool:
    return person.is_active and not (person.is_staff or person.is_superuser or person.is_demo)


def _new_unit(code: str) -> Organisation:
    return Organisation(code=code)


def _unit_may_leave(unit: Organisation) -> bool:
    return unit.is_active and unit.kind == Organisation.Kind.UNIT


# ---- how cells are read ---------------------------------------------------------------------
def _read_by(attribute: str, read: Read) -> Column:
    def put(row: Any, value: str) -> None:
        setattr(row, attribute, value)

    return Column(read, lambda row: str(getattr(row, attribute)), put)


def _text(attribute: str, *, longest: int, needed: bool = False) -> Column:
    def read(cell: str) -> str:
        text = " ".join(cell.split())
        if needed and not text:
            raise Wrong(gettext("A value is needed here."))
        if len(text) > longest or not text.isprintable():
            raise Wrong(gettext("The text is longer than %(limit)s characters, or is no text.") % {"limit": longest})
        return text

    return _read_by(attribute, read)


def _flag(attribute: str) -> Column:
    def read(cell: str) -> str:
        text = cell.strip().casefold()
        if text not in YES + NO:
            raise Wrong(gettext("Write yes or no."))
        return "yes" if text in YES else "no"

    def put(row: Any, value: str) -> None:
        setattr(row, attribute, value == "yes")

    return Column(read, lambda row: "yes" if getattr(row, attribute) else "no", put)


def _one_of(attribute: str, rows: Mapping[str, models.Model], names: Mapping[int, str]) -> Column:
    """A reference to a row that must be there, written as its code or user name; empty is none."""

    def read(cell: str) -> str:
        text = cell.strip()
        if text and text not in rows:
            raise Wrong(gettext("There is no “%s”.") % text)
        return text

    def put(row: Any, value: str) -> None:
        setattr(row, attribute, rows.get(value))

    return Column(read, lambda row: names.get(getattr(row, f"{attribute}_id"), ""), put)


def _email(cell: str) -> str:
    text = Person.objects.normalize_email(cell.strip())
    if text:
        try:
            validate_email(text)
        except ValidationError as bad:
            raise Wrong(" ".join(bad.messages)) from bad
    return text


def _language(cell: str) -> str:
    try:
        return LANGUAGES[cell.strip().casefold()]
    except KeyError:
        raise Wrong(gettext("The languages are zh-hant and en.")) from None


def _zone(cell: str) -> str:
    try:
        return zone_of(cell.strip() or settings.TIME_ZONE).key
    except BadHours as bad:
        raise Wrong(gettext(bad.sentence) % bad.values) from bad


def _kind(cell: str) -> str:
    text = cell.strip().casefold() or Organisation.Kind.UNIT.value
    if text not in Organisation.Kind.values:
        raise Wrong(gettext("The kinds are unit, customer and supplier."))
    return text

"""Sorting and keyset paging, both ways: a page begins after, or ends before, a row, never at a number of rows."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, OrderBy, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SIZE = 50
#: Sorts that have an index for closed cases too, of which there are many.
FOR_DONE = ("changed", "received", "number")


class UnreadableCursor(Exception):
    """The place in the list that an address names cannot be read."""


@dataclass(frozen=True)
class Column:
    """A column that lists sort by; empty values stand at the end either way."""

    name: str
    field: str
    label: str | Promise
    type: type[Any]
    nullable: bool = False
    falls_first: bool = False


COLUMNS = {
    column.name: column
    for column in (
        Column("due", "due_at", _("Next due"), datetime, nullable=True),
        Column("priority", "priority", _("Priority"), int, nullable=True),
        Column("received", "received_at", _("Received"), datetime, falls_first=True),
        Column("changed", "changed_at", _("Changed"), datetime, falls_first=True),
        Column("number", "number", _("Number"), str, falls_first=True),
    )
}


@dataclass(frozen=True)
class Sort:
    """A column and a direction."""

    column: Column
    falls: bool

    @property
    def name(self) -> str:
        """The value of ``?sort=``."""
        return f"-{self.column.name}" if self.falls else self.column.name

    def ordering(self, *, backward: bool) -> list[OrderBy]:
        """Give the ORDER BY, the row's key as tie-break; backward for the page before a row."""
        falls = self.falls != backward
        value, key = F(self.column.field), F("pk")
        if not self.column.nullable:
            return [value.desc() if falls else value.asc(), key.desc() if falls else key.asc()]
        ends = {"nulls_first": True} if backward else {"nulls_last": True}
        return [value.desc(**ends) if falls else value.asc(**ends), key.desc() if falls else key.asc()]

    def beyond(self, cursor: Cursor, *, backward: bool) -> Q:
        """Make the condition of the rows after ``cursor`` (before it, if backward) in this order."""
        field, step = self.column.field, "lt" if self.falls != backward else "gt"
        tie = Q(**{field: cursor.value, f"pk__{step}": cursor.pk})
        if cursor.value is None:
            tie = Q(**{f"{field}__isnull": True, f"pk__{step}": cursor.pk})
            return tie | Q(**{f"{field}__isnull": False}) if backward else tie
        found = Q(**{f"{field}__{step}": cursor.value}) | tie
        return found | Q(**{f"{field}__isnull": True}) if self.column.nullable and not backward else found


def read_sort(raw: str, *, phase: str) -> Sort:
    """Read ``?sort=``; what is empty, unknown or too dear for done cases gives the natural order of the phase."""
    done = phase in ("done", "any")
    column = COLUMNS.get(raw.removeprefix("-"))
    if column is None or (done and column.name not in FOR_DONE):
        return Sort(COLUMNS["changed"], falls=True) if done else Sort(COLUMNS["due"], falls=False)
    return Sort(column, falls=raw.startswith("-"))


def sort_choices() -> list[dict[str, str]]:
    """Give every sort with its words, rising and falling."""
    found = []
    for column in COLUMNS.values():
        rising = {"value": column.name, "word": str(column.label)}
        falling = {"value": f"-{column.name}", "word": f"{column.label} ↓"}
        found += [falling, rising] if column.falls_first else [rising, falling]
    return found


@dataclass(frozen=True)
class Cursor:
    """A row's place in a sorted list."""

    value: Any
    pk: int

    def written(self) -> str:
        """Write it for an address."""
        value = (
            ""
            if self.value is None
            else self.value.isoformat()
            if isinstance(self.value, datetime)
            else str(self.value)
        )
        return base64.urlsafe_b64encode(f"{self.pk} {value}".encode()).decode().rstrip("=")


def read_cursor(text: str, column: Column) -> Cursor:
    """Read what ``written`` wrote for a list sorted by ``column``.

    :raises UnreadableCursor: if it is no such thing
    """
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
        pk, _blank, value = raw.partition(" ")
        return Cursor(_value(value, column), _key(pk))
    except (ValueError, binascii.Error) as fault:
        raise UnreadableCursor from fault


def _key(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 18):
        raise ValueError(text)
    return int(text)


def _value(text: str, column: Column) -> Any:
    if not text:
        if column.nullable:
            return None
        raise ValueError(text)
    if column.type is datetime:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise ValueError(text)
        return moment
    if column.type is int and not 0 <= int(text) <= 32767:
        raise ValueError(text)
    return int(text) if column.type is int else text.replace("\x00", "")[:40]

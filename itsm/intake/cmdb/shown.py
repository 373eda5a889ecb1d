"""Rows of an import in words: why one was not brought in, and the difference of each cell."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from configuration import field_values, schema, sensitive
from configuration.models import ImportRow
from itsm.intake.faults import spoken


@dataclass(frozen=True, slots=True)
class ShownCell:
    """A difference in words."""

    label: str
    old: str
    new: str
    kept: str


def said(row: ImportRow) -> str:
    """This will say why a row was not brought in, or was not as it stood; empty when there is nothing to say."""
    if row.remark:
        return row.remark
    if row.sentence:
        return spoken(row.sentence, row.values)
    if row.action == ImportRow.Action.KEPT:
        return _("A stronger source wrote otherwise.")
    return ""


def cells_of(row: ImportRow, *, unread: Collection[str]) -> list[ShownCell]:
    """This will give the differences of a row as people read them, those in ``unread`` masked."""
    found = schema.present().by_code(str(row.told.get("class", "")))
    return [_cell(cell, class_id=found.pk if found else None) for cell in masked(row, unread=unread)]


def masked(row: ImportRow, *, unread: Collection[str]) -> list[dict[str, Any]]:
    """This will give the differences of a row as they are kept, with a mask over values that are not to be read."""
    return [
        cell | {side: sensitive.shown(cell[side], cell["field"], unread) for side in ("old", "new")}
        for cell in row.cells
    ]


def value_of(row: ImportRow, *, unread: Collection[str]) -> str:
    """This will give the cell that was refused; masked where anything is not to be read, for columns have other names."""
    return sensitive.MASK if row.value and unread else row.value


def _cell(cell: dict[str, Any], *, class_id: int | None) -> ShownCell:
    label = _("CI class") if cell["field"] == "ci_class" else field_values.label_of(cell["field"], class_id=class_id)
    kept = ""
    if cell["kept"]:
        kept = (
            _("the class has no such attribute")
            if cell.get("why") == "class"
            else _("kept: a stronger source wrote it")
        )
    return ShownCell(label, cell["old"], cell["new"], kept)

"""Rows of an import in words: why one was not brought in, and the difference of each cell."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from configuration import field_values, sensitive
from configuration.field_values import Words
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


def words_of(rows: Iterable[ImportRow]) -> Words:
    """This will look up what is needed to say the cells of rows; the same few statements for one and for many."""
    return field_values.named(
        (cell["field"], cell[side]) for row in rows for cell in row.cells for side in ("old", "new")
    )


def cells_of(row: ImportRow, *, unread: Collection[str], words: Words) -> list[ShownCell]:
    """This will give the differences of a row as people read them, those in ``unread`` masked.

    ``words`` is what ``words_of`` gave for the rows of the page.
    """
    told = words.schema.by_code(str(row.told.get("class", "")))
    of = row.item.ci_class_id if row.item is not None else told.pk if told else None
    return [_cell(cell, class_id=of, unread=unread, words=words) for cell in row.cells]


def type_of(row: ImportRow, *, words: Words) -> str:
    """This will name the kind of a relationship; one that is not known as the file names it."""
    known = words.schema.type_by_code(row.type)
    return known.name if known is not None else row.type


def masked(row: ImportRow, *, unread: Collection[str]) -> list[dict[str, Any]]:
    """This will give the differences of a row as they are kept, with a mask over values that are not to be read."""
    return [
        cell | {side: sensitive.shown(cell[side], cell["field"], unread) for side in ("old", "new")}
        for cell in row.cells
    ]


def value_of(row: ImportRow, *, unread: Collection[str]) -> str:
    """This will give the cell that was refused; masked where anything is not to be read, for columns have other names."""
    return sensitive.MASK if row.value and unread else row.value


def _cell(cell: dict[str, Any], *, class_id: int | None, unread: Collection[str], words: Words) -> ShownCell:
    field, kept = cell["field"], ""
    if cell["kept"]:
        kept = (
            _("the class has no such attribute")
            if cell.get("why") == "class"
            else _("kept: a stronger source wrote it")
        )
    if field == "ci_class":
        return ShownCell(_("CI class"), _class_name(cell["old"], words), _class_name(cell["new"], words), kept)
    told = (field_values.shown(field, cell[side], class_id=class_id, words=words) for side in ("old", "new"))
    old, new = (sensitive.shown(text, field, unread) for text in told)
    return ShownCell(field_values.label_of(field, class_id=class_id, words=words), old, new, kept)


def _class_name(code: str, words: Words) -> str:
    found = words.schema.by_code(code)
    return found.name if found is not None else code

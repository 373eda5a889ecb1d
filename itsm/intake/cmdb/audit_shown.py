"""Audits in words: the lines of a sheet, and the result, with the intervals of a sample."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from configuration import field_values, schema, sensitive
from configuration.field_values import Words
from configuration.models import AuditItem, AuditLine, VerificationAudit
from itsm.intake.cmdb.pages import ShownInterval, interval_text, percent

TONES = {"found": "done", "missing": "danger", "": "new"}


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A field of the count sheet as people read it."""

    key: int
    label: str
    recorded: str
    found: str
    result: str
    correction: Any
    is_open: bool


@dataclass(frozen=True, slots=True)
class ShownRow:
    """An item of the sheet with what is wrong of it."""

    row: AuditItem
    tone: str
    word: str
    wrong: list[ShownLine]


@dataclass(frozen=True, slots=True)
class ShownResult:
    """The figures of a closed audit in words, the whole and each class."""

    accuracy: ShownInterval
    strict: ShownInterval
    filled: str
    population: str
    classes: list[dict[str, Any]]


def sheet_lines(row: AuditItem, *, person: Any) -> list[ShownLine]:
    """This will give the lines of one item that ``person`` can judge: of those not to be read nothing is asked."""
    unread = sensitive.hidden(person, row.item.ci_class_id)
    lines = list(row.lines.exclude(field__in=unread).select_related("correction"))
    words = _words(lines)
    return [_line(line, class_id=row.item.ci_class_id, unread=unread, words=words) for line in lines]


def _words(lines: Iterable[AuditLine]) -> Words:
    return field_values.named((line.field, line.recorded) for line in lines)


def as_typed(lines: Iterable[ShownLine], typed: Mapping[str, str]) -> list[ShownLine]:
    """This will give the lines with what was answered on a sheet that was refused, so that nothing is typed twice."""
    return [
        replace(
            line,
            result=typed.get(f"line-{line.key}", line.result),
            found=typed.get(f"found-{line.key}", line.found),
        )
        for line in lines
    ]


def _line(line: AuditLine, *, class_id: int, unread: frozenset[str], words: Words) -> ShownLine:
    correction = line.correction
    is_open = correction is not None and correction.applied_at is None and correction.refused_at is None
    label = field_values.label_of(line.field, class_id=class_id, words=words)
    text = field_values.shown(line.field, line.recorded, class_id=class_id, words=words)
    recorded = sensitive.shown(text, line.field, unread)
    seen = sensitive.shown(line.found, line.field, unread)
    return ShownLine(line.pk, label, recorded, seen, line.result, correction, is_open)


def sheet_rows(rows: Iterable[AuditItem], *, person: Any) -> list[ShownRow]:
    """This will give items with their wrong lines; the same few statements, however many there are."""
    found = list(rows)
    lines: dict[int, list[AuditLine]] = {}
    unread = sensitive.hidden(person)
    wrong = AuditLine.objects.filter(audit_item__in=found, result=AuditLine.Result.WRONG).select_related("correction")
    kept = list(wrong.order_by("pk"))
    words = _words(kept)
    for line in kept:
        lines.setdefault(line.audit_item_id, []).append(line)
    return [
        ShownRow(
            row, TONES[row.result], str(row.get_result_display() if row.result else _("not counted")),
            [_line(line, class_id=row.item.ci_class_id, unread=unread, words=words) for line in lines.get(row.pk, [])],
        )
        for row in found
    ]  # fmt: skip


def result_of(audit: VerificationAudit) -> ShownResult | None:
    """This will say the result of a closed audit."""
    found = audit.figures
    if not audit.closed_at or not found:
        return None
    names = {row.code: row.name for row in schema.present().classes.values()}
    classes = [
        {
            "name": names.get(code, code), "items": part["items"], "missing": part["missing"],
            "accuracy": interval_text(part["accuracy"]), "strict": interval_text(part["strict"]), "filled": percent(part["filled"]),
        }
        for code, part in found["classes"].items()
    ]  # fmt: skip
    return ShownResult(
        interval_text(found["accuracy"]), interval_text(found["strict"]), percent(found["filled"]),
        percent(found["population_completeness"]), classes,
    )  # fmt: skip

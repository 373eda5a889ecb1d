"""The fields of an item's form: what they ask, when they are asked, and what is wrong with a form as it is written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from itsm.flow.words import Words

KINDS: dict[str, Words] = {
    "text": Words("Text", "文字"),
    "choice": Words("Choice", "選項"),
    "date": Words("Date", "日期"),
    "person": Words("Person", "人員"),
    "ci": Words("Configuration item", "組態項目"),
    "file": Words("File", "檔案"),
}
CHECKS: dict[str, Words] = {
    "": Words("Any text", "不限"),
    "number": Words("A number", "數字"),
    "email": Words("An e-mail address", "電子郵件地址"),
    "code": Words("Letters, digits, hyphens and dots", "英數字、連字號與句點"),
}
CODE = re.compile(r"[a-z][a-z0-9_]{0,29}")
MOST_FIELDS, MOST_CHOICES, LONGEST = 40, 60, 4000


@dataclass(frozen=True)
class Option:
    """One value that may be chosen."""

    value: str
    words: Words


@dataclass(frozen=True)
class FormField:
    """One question of the form. ``when`` names an earlier choice and the values with which this is asked."""

    code: str
    kind: str
    words: Words
    help: Words
    required: bool = False
    options: tuple[Option, ...] = ()
    longest: int = 400
    check: str = ""
    ahead_days: int | None = None
    when_field: str = ""
    when_values: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The name of its control, and of its fault."""
        return f"answers.{self.code}"

    def asked(self, chosen: Mapping[str, str]) -> bool:
        """Tell whether it is asked after these choices."""
        return not self.when_field or chosen.get(self.when_field, "") in self.when_values


def read(rows: Iterable[Mapping[str, Any]]) -> tuple[FormField, ...]:
    """Read the fields as they are stored."""
    return tuple(_field(row) for row in rows)


def _field(row: Mapping[str, Any]) -> FormField:
    when = row.get("when") or {}
    return FormField(
        code=str(row.get("code", "")), kind=str(row.get("kind", "text")), words=_words(row, "label"), help=_words(row, "help"),
        required=bool(row.get("required")), longest=int(row.get("longest") or 400), check=str(row.get("check") or ""),
        ahead_days=row.get("ahead_days"), when_field=str(when.get("field", "")), when_values=tuple(when.get("is", ())),
        options=tuple(Option(str(one["value"]), _words(one, "")) for one in row.get("choices", ())),
    )  # fmt: skip


def _words(row: Mapping[str, Any], name: str) -> Words:
    before = f"{name}_" if name else ""
    zh, en = str(row.get(f"{before}zh", "")), str(row.get(f"{before}en", ""))
    return Words(en or zh, zh or en)


def faults(fields: Sequence[FormField]) -> list[str]:
    """List what is wrong with a form: codes, words, choices, and fields that nobody can ever reach."""
    found: list[str] = []
    seen: dict[str, FormField] = {}
    if len(fields) > MOST_FIELDS:
        found.append(gettext("A form has at most %(most)s fields.") % {"most": MOST_FIELDS})
    for field in fields:
        name = str(field.words) if field.words.en else field.code
        found += [f"{name}: {text}" for text in (*_wrong(field, seen), *_unreachable(field, seen))]
        seen[field.code] = field
    return found


def _wrong(field: FormField, seen: Mapping[str, FormField]) -> list[str]:
    said = []
    if not CODE.fullmatch(field.code):
        said.append(gettext("the code begins with a small letter and has small letters, digits and underscores"))
    if field.code in seen:
        said.append(gettext("the code stands twice"))
    if not field.words.en or field.kind not in KINDS or field.check not in CHECKS:
        said.append(gettext("its words or its kind are missing"))
    values = [option.value for option in field.options]
    if field.kind == "choice" and not 2 <= len(values) <= MOST_CHOICES:
        said.append(gettext("a choice offers two or more values"))
    if len(set(values)) != len(values) or any(not option.value or not option.words.en for option in field.options):
        said.append(gettext("each value is written once, with its words"))
    if not 1 <= field.longest <= LONGEST:
        said.append(gettext("the length lies between 1 and %(most)s") % {"most": LONGEST})
    return said


def _unreachable(field: FormField, seen: Mapping[str, FormField]) -> list[str]:
    """Say why a condition can never be met."""
    if not field.when_field:
        return []
    above = seen.get(field.when_field)
    if above is None or above.kind != "choice":
        return [gettext("it can never be reached: its condition names no choice above it")]
    if not set(field.when_values) & {option.value for option in above.options}:
        return [
            gettext("it can never be reached: its condition names no value of “%(field)s”") % {"field": above.words}
        ]
    return []

"""Reading what was answered to an item's form: validated, conditions applied, with the words as they were then."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext, override

from catalogue.items.fields import FormField
from itsm.flow.words import Words
from itsm.ui.moments import day_text

#: Finds who or what a text names and gives what is kept and what is shown; raises a LookupError with a sentence.
Find = Callable[[str, str], tuple[str, str]]
NUMBER = re.compile(r"-?[0-9]+([.,][0-9]+)?")
PLAIN = re.compile(r"[A-Za-z0-9.\-]+")


class NotFound(LookupError):
    """What was named is not there; the message is a sentence for people."""


@dataclass
class Answers:
    """What was answered, ready to be kept, and what is wrong by the name of its control."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    faults: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Judge:
    """What is known besides the answers: how to find rows, today, and whether files come with them."""

    find: Find
    today: date
    with_files: bool = True


def judge(fields: Sequence[FormField], given: Mapping[str, Any], *, by: Judge) -> Answers:
    """Read every field that is asked; what is not asked is dropped."""
    made = Answers()
    chosen: dict[str, str] = {}
    for one in fields:
        if not one.asked(chosen):
            continue
        raw = _tidy(given.get(one.code))
        if one.kind == "choice":
            chosen[one.code] = raw
        _keep(made, one, raw, by)
    for code in sorted(set(given) - {one.code for one in fields}):
        made.faults[f"answers.{code}"[:80]] = gettext("The form has no such field.")
    return made


def _tidy(raw: Any) -> str:
    if isinstance(raw, bool) or not isinstance(raw, (str, int, float, type(None))):
        return ""
    return "" if raw is None else str(raw).replace("\x00", "").strip()


def _keep(made: Answers, one: FormField, raw: str, by: Judge) -> None:
    if not raw:
        if one.required and (one.kind != "file" or by.with_files):
            made.faults[one.name] = gettext("“%(field)s” is needed.") % {"field": one.words}
        return
    try:
        value, shown = READERS[one.kind](one, raw, by)
    except NotFound as fault:
        made.faults[one.name] = str(fault)
        return
    words = {"code": one.code, "kind": one.kind, "label_zh": one.words.zh_hant, "label_en": one.words.en}
    made.rows.append(words | {"value": value, "text_zh": shown.zh_hant, "text_en": shown.en})


def _same(text: str) -> Words:
    return Words(text, text)


def _text(one: FormField, raw: str, by: Judge) -> tuple[str, Words]:
    if len(raw) > one.longest:
        raise NotFound(gettext("The text is longer than %(most)s characters.") % {"most": one.longest})
    if one.check == "number" and not NUMBER.fullmatch(raw):
        raise NotFound(gettext("Write a number."))
    if one.check == "code" and not PLAIN.fullmatch(raw):
        raise NotFound(gettext("Write only letters, digits, hyphens and dots."))
    if one.check == "email":
        try:
            validate_email(raw)
        except ValidationError:
            raise NotFound(gettext("Write an e-mail address.")) from None
    return raw, _same(raw)


def _choice(one: FormField, raw: str, by: Judge) -> tuple[str, Words]:
    for option in one.options:
        if option.value == raw:
            return raw, option.words
    raise NotFound(gettext("“%(value)s” is not among what may be chosen here.") % {"value": raw[:80]})


def _date(one: FormField, raw: str, by: Judge) -> tuple[str, Words]:
    try:
        day = date.fromisoformat(raw.replace("/", "-"))
    except ValueError:
        raise NotFound(gettext("Write the date such as 2026-01-31.")) from None
    if not 1900 <= day.year <= 2199:
        raise NotFound(gettext("Write the date such as 2026-01-31."))
    if one.ahead_days is not None and day < by.today + timedelta(days=one.ahead_days):
        first = by.today + timedelta(days=one.ahead_days)
        raise NotFound(gettext("The earliest day is %(day)s.") % {"day": day_text(first)})
    with override("en"):
        english = day_text(day)
    with override("zh-hant"):
        return day.isoformat(), Words(english, day_text(day))


def _row(one: FormField, raw: str, by: Judge) -> tuple[str, Words]:
    value, shown = by.find(one.kind, raw[:200])
    return value, _same(shown)


def _file(one: FormField, raw: str, by: Judge) -> tuple[str, Words]:
    return raw[:200], _same(raw[:200])


READERS: dict[str, Callable[[FormField, str, Judge], tuple[str, Words]]] = {
    "text": _text, "choice": _choice, "date": _date, "person": _row, "ci": _row, "file": _file,
}  # fmt: skip

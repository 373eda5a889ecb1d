"""Reading and showing the fields that every item has, and those of its class, as text: for files, sheets and differences."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from ipaddress import ip_address
from typing import Any

from django.db import models
from django.utils import translation
from django.utils.translation import gettext

from configuration import attributes, schema
from configuration.attributes import Unfit
from configuration.models import ConfigurationItem
from configuration.schema import Schema
from configuration.schema_models import CiAttribute
from configuration.services import FIELDS
from itsm.people.models import Organisation, Person, Site, Team

#: Fields that point to another row, by the code or user name of which they are told.
POINTERS: dict[str, tuple[type[models.Model], str]] = {
    "site": (Site, "code"),
    "owner": (Person, "username"),
    "team": (Team, "code"),
    "supplier": (Organisation, "code"),
}


@dataclass(frozen=True, slots=True)
class Words:
    """What is needed to say many values, looked up once: the classes, and names by field and code of what is pointed to."""

    schema: Schema
    names: dict[tuple[str, str], str]


def label_of(name: str, *, class_id: int | None = None, words: Words | None = None) -> str:
    """This will give the words for a field, or for an attribute of a class."""
    if name in FIELDS:
        return gettext("name") if name == "title" else str(ConfigurationItem._meta.get_field(name).verbose_name)  # type: ignore[union-attr]  # a plain field has one
    row = _attribute(name, class_id, words)
    return row.name if row is not None else name


def _attribute(name: str, class_id: int | None, words: Words | None = None) -> CiAttribute | None:
    """Find an attribute by its code: that of the class, else one of any class, for a class may have lost its own."""
    present = words.schema if words is not None else schema.present()
    own = present.attributes(class_id) if class_id else []
    every = (row for rows in present.own.values() for row in rows)
    return next((row for row in (*own, *every) if row.code == name), None)


def known(name: str, *, class_id: int | None) -> bool:
    """Tell whether items of that class, or of any without one, have such a field or attribute."""
    if class_id is None:
        return name in FIELDS or _attribute(name, None) is not None
    return name in FIELDS or any(row.code == name for row in schema.present().attributes(class_id))


def text_of(item: ConfigurationItem, name: str) -> str:
    """This will give what stands in a field or attribute, as a file would tell it."""
    if name not in FIELDS:
        return _text(item.attributes.get(name))
    return plain(name, getattr(item, name))


def plain(name: str, value: Any) -> str:
    """This will give a value of a field or attribute as a file would tell it."""
    return str(getattr(value, POINTERS[name][1])) if name in POINTERS and value is not None else _text(value)


def named(told: Iterable[tuple[str, str]] = ()) -> Words:
    """This will look up what is needed to say all of ``told``: fields and attributes with what stands in them.

    It takes one statement for each kind of row that they point to.
    """
    codes: dict[str, set[str]] = {}
    for name, text in told:
        if name in POINTERS and text:
            codes.setdefault(name, set()).add(text)
    found: dict[tuple[str, str], str] = {}
    for name, wanted in codes.items():
        model, key = POINTERS[name]
        rows: models.QuerySet[Any] = model._default_manager.filter(models.Q(**{f"{key}__in": wanted}))
        found |= {(name, str(getattr(row, key))): str(row) for row in rows}
    return Words(schema.present(), found)


def shown(name: str, text: str, *, class_id: int | None, words: Words | None = None) -> str:
    """This will say in words what stands in a field or attribute as a file would tell it: names beside codes, choices.

    ``words`` is what ``named`` gave for many of them; without it what is needed is looked up now.
    """
    if not text:
        return ""
    if name in POINTERS:
        known = (words or named([(name, text)])).names.get((name, text), text)
        return f"{known} ({text})" if known != text else text
    if name in FIELDS:
        return choice_words(name, text)
    return attribute_words(name, {"true": True, "false": False}.get(text, text), class_id=class_id, words=words)


def attribute_words(code: str, value: Any, *, class_id: int | None, words: Words | None = None) -> str:
    """This will say the value of an attribute in words; of one that no class knows, as it is kept."""
    attribute = _attribute(code, class_id, words)
    return words_of(attribute, value) if attribute is not None else _text(value)


def choice_words(name: str, value: Any) -> str:
    """This will say a value of a field in words: the label of a choice, anything else as it is."""
    choices = getattr(ConfigurationItem._meta.get_field(name), "flatchoices", None) or ()
    return next((str(label) for code, label in choices if str(code) == str(value)), str(value))


def words_of(attribute: Any, value: Any) -> str:
    """This will say the value of an attribute in words."""
    from configuration.words import said

    return said(attribute, value)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else str(value)


def read(name: str, raw: Any, *, class_id: int) -> Any:
    """This will turn text into what the field or attribute holds; empty text is its empty value.

    :raises Unfit: with the sentence that says why not
    """
    if name in FIELDS:
        return _read_field(name, " ".join(str(raw or "").split()))
    row = next((row for row in schema.present().attributes(class_id) if row.code == name), None)
    if row is None:
        raise Unfit(gettext("This class has no attribute “%(code)s”.") % {"code": name[:40]})
    return attributes.read(row, raw)


def _read_field(name: str, text: str) -> Any:
    field = ConfigurationItem._meta.get_field(name)
    if name in POINTERS:
        return _pointed(name, text) if text else None
    if text and name in READERS:
        return READERS[name](name, text)
    if not text:
        return None if field.null else field.get_default()  # type: ignore[union-attr]  # none of them is a relation backwards
    limit = getattr(field, "max_length", None)
    if limit and len(text) > limit:
        raise Unfit(
            gettext("“%(name)s” is longer than %(count)d characters.") % {"name": label_of(name), "count": limit}
        )
    return text.replace("\x00", "")


def _pointed(name: str, text: str) -> Any:
    model, key = POINTERS[name]
    rows: models.QuerySet[Any] = model._default_manager.filter(is_active=True)
    found = rows.filter(models.Q(**{key: text})).first()
    if found is None:
        raise Unfit(gettext("“%(name)s”: there is no “%(text)s”.") % {"name": label_of(name), "text": text[:80]})
    return found


def _choice(name: str, text: str) -> Any:
    choices = ConfigurationItem._meta.get_field(name).flatchoices  # type: ignore[union-attr]  # a plain field
    for value, label in choices:
        if text.casefold() in (str(value).casefold(), str(label).casefold(), _english(label).casefold()):
            return value
    values = {"name": label_of(name), "text": text[:80], "offered": " · ".join(str(label) for value, label in choices)}
    raise Unfit(gettext("“%(name)s” has “%(text)s”, which is not offered. Offered: %(offered)s.") % values)


def _english(label: Any) -> str:
    """Files are often written in English by those who read the pages in another language."""
    with translation.override("en"):
        return str(label)


def _date(name: str, text: str) -> date:
    try:
        return date.fromisoformat(text.replace("/", "-")[:10])
    except ValueError as fault:
        raise Unfit(gettext("“%(name)s” must be a date such as 2026-11-23.") % {"name": label_of(name)}) from fault


def _address(name: str, text: str) -> str:
    try:
        return str(ip_address(text.split("/")[0]))
    except ValueError as fault:
        raise Unfit(gettext("“%(name)s” must be an IP address.") % {"name": label_of(name)}) from fault


READERS: dict[str, Callable[[str, str], Any]] = {
    "environment": _choice,
    "data_classification": _choice,
    "criticality": _choice,
    "support_until": _date,
    "address": _address,
}

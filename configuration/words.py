"""An item in words: its fields and attributes with where they came from, and its relationships read from its side."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from configuration import schema, sensitive
from configuration.models import CiRelation, ConfigurationItem
from configuration.schema_models import CiAttribute
from configuration.services import FIELDS
from configuration.version_words import VersionWords
from itsm.flow import pick
from itsm.ui.moments import kept_text

SHOWN = tuple(name for name in FIELDS if name not in ("title", "description"))


@dataclass(frozen=True)
class Fact:
    """One line: the name of a field, its value in words, where the value came from, and whether it ought to be filled."""

    code: str
    label: str
    value: str
    source: str = ""
    since: datetime | None = None
    lacks: str = ""


@dataclass(frozen=True)
class Beside:
    """A relationship as one of its ends reads it."""

    relation: CiRelation
    words: str
    other: Any
    class_name: str
    note: str


def facts(item: ConfigurationItem, *, unread: Collection[str]) -> list[Fact]:
    """List the fields that are filled, and every attribute of the class that is filled or ought to be.

    Of the attributes in ``unread`` only that there is a value.
    """
    found = []
    for name in SHOWN:
        if value := _field(item, name):
            found.append(_fact(item, name, _label(name), value))
    for row in schema.present().attributes(item.ci_class_id):
        value = said(row, item.attributes.get(row.code))
        if value or row.mark != CiAttribute.Mark.OPTIONAL:
            text = sensitive.shown(value, row.code, unread)
            found.append(_fact(item, row.code, row.name, text, lacks="" if value else row.mark))
    return found


def _label(name: str) -> str:
    return str(ConfigurationItem._meta.get_field(name).verbose_name)  # type: ignore[union-attr]  # a field of the table


def _field(item: ConfigurationItem, name: str) -> str:
    shown = getattr(item, f"get_{name}_display", None)
    value = shown() if shown is not None else getattr(item, name)
    return "" if value in (None, "") else str(value)


def _fact(item: ConfigurationItem, code: str, label: str, value: str, *, lacks: str = "") -> Fact:
    came = item.provenance.get(code, {})
    since = datetime.fromisoformat(came["at"]) if "at" in came else None
    return Fact(code, label, value, source_words(str(came.get("source", ""))), since, lacks)


def source_words(source: str) -> str:
    """Say in words where a value came from; what a source calls itself stays."""
    known = {"web": _("page"), "api": "REST", "import": _("import"), "audit": _("verification audit")}
    return known.get(source, source)


def said(row: CiAttribute, value: Any) -> str:
    """Say the value of an attribute in words; empty when there is none."""
    if value in (None, ""):
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if row.kind == CiAttribute.Kind.CHOICE:
        chosen = next((each for each in row.choices if each["value"] == value), {"zh": str(value)})
        return pick(chosen.get("zh", ""), chosen.get("en", "")) or str(value)
    if row.kind == CiAttribute.Kind.DATE:
        return kept_text(str(value))
    return f"{value:,}" if isinstance(value, (int, float)) else str(value)


def past_facts(item: ConfigurationItem, data: Mapping[str, Any], *, unread: Collection[str]) -> list[Fact]:
    """List the facts of an earlier version, read as the item reads today."""
    columns = {field.attname for field in item._meta.concrete_fields}
    then = ConfigurationItem(**{name: _typed(name, value) for name, value in data.items() if name in columns})
    return facts(then, unread=unread)


def _typed(name: str, value: Any) -> Any:
    field = ConfigurationItem._meta.get_field(name.removesuffix("_id"))
    return value if value is None or name.endswith("_id") else field.to_python(value)  # type: ignore[union-attr]


def beside(item: ConfigurationItem, *, at: datetime | None = None) -> list[tuple[str, list[Beside]]]:
    """List the relationships of an item as of ``at`` (None is now), grouped by how they read from its side."""
    rows = CiRelation.objects.as_of(at).touching(item).select_related("source", "target").order_by("type", "pk")
    known = schema.present()
    grouped: dict[str, list[Beside]] = {}
    for row in rows:
        kind = known.types[row.type_id]
        out = row.source_id == item.pk
        other = row.target if out else row.source
        words = kind.name if out else kind.inverse
        made = Beside(row, words, other, known.classes[other.ci_class_id].name, _note(row))
        grouped.setdefault(words, []).append(made)
    return list(grouped.items())


def _note(row: CiRelation) -> str:
    parts = []
    if row.weight != 100:
        parts.append(_("weight %(weight)d %%") % {"weight": row.weight})
    if row.group:
        parts.append(_("group %(group)s needs %(needs)d") % {"group": row.group, "needs": row.needs})
    return " · ".join(parts)


def changed(
    before: Mapping[str, Any] | None, after: Mapping[str, Any], class_id: int, *, unread: Collection[str],
    words: VersionWords | None = None,
) -> Iterable[tuple[str, str, str]]:  # fmt: skip
    """Give what differs between two versions: the name, the old and the new value in words; those in ``unread`` masked.

    ``words`` knows the rows that many versions point to.
    """
    words = words or VersionWords()
    old, new = _flat(before or {}), _flat(after)
    for key in sorted(old.keys() | new.keys()):
        if old.get(key) != new.get(key):
            told = (words.words(key, data.get(key), class_id=class_id) for data in (old, new))
            was, becomes = (sensitive.shown(text, key, unread) for text in told)
            yield words.label(key, class_id=class_id), was, becomes


def _flat(data: Mapping[str, Any]) -> dict[str, Any]:
    plain = {name: value for name, value in data.items() if name not in ("attributes", "live_since") and value != ""}
    return plain | dict(data.get("attributes") or {})

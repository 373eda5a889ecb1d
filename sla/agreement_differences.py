"""What two editions of an agreement say differently, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from sla import agreement_sheet as sheet
from sla.models import AgreementEdition, AgreementRow
from sla.words import duration

#: What is compared: place in the contents, what it is called, before, after.
Difference = tuple[str, str, str]


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Difference]:
    """List what differs: name, before, after; an empty text where one side says nothing."""
    found = list(_columns(AgreementEdition, sheet.EDITION, old, new, ""))
    found += _rows(old.get("rows", []), new.get("rows", []))
    for name, (model, columns) in sheet.CLOSING.items():
        found += _parts(model, columns, old.get(name, []), new.get(name, []), "")
    return found


def _rows(old: list[Mapping[str, Any]], new: list[Mapping[str, Any]]) -> Iterator[Difference]:
    """Match rows by their service and offerings."""
    before, after = ({(row["service"], tuple(row["offerings"])): row for row in rows} for rows in (old, new))
    for key in dict.fromkeys([*before, *after]):
        name = str(key[0] or _("every service"))
        first, second = before.get(key), after.get(key)
        if first is None or second is None:
            there, gone = _("this row"), ""
            yield (name, gone, there) if first is None else (name, there, gone)
            continue
        yield from _columns(AgreementRow, sheet.ROW, first, second, f"{name} · ")
        for part, (model, columns) in sheet.PARTS.items():
            yield from _parts(model, columns, first.get(part, []), second.get(part, []), f"{name} · ")


def _columns(
    model: Any, columns: tuple[str, ...], old: Mapping[str, Any], new: Mapping[str, Any], before: str
) -> Iterator[Difference]:
    for name in columns:
        first, second = old.get(name), new.get(name)
        if (first or "") != (second or ""):
            yield f"{before}{_label(model, name)}", _said(model, name, first), _said(model, name, second)


def _parts(
    model: Any, columns: tuple[str, ...], old: list[Mapping[str, Any]], new: list[Mapping[str, Any]], before: str
) -> Iterator[Difference]:
    """Tell which parts went and which came; what stands on both sides is not told."""
    name = f"{before}{capfirst(model._meta.verbose_name)}"
    for part in old:
        if part not in new:
            yield name, _in_one(model, columns, part), ""
    for part in new:
        if part not in old:
            yield name, "", _in_one(model, columns, part)


def _in_one(model: Any, columns: tuple[str, ...], part: Mapping[str, Any]) -> str:
    usual = model()
    told = [
        f"{_label(model, name)}: {_said(model, name, part[name])}"
        for name in columns
        if part.get(name) not in ("", None, []) and str(part[name]) != str(_default(usual, name))
    ]
    return _("; ").join(told)


def _default(usual: Any, name: str) -> Any:
    field = usual._meta.get_field(name)
    return None if field.is_relation else getattr(usual, name)


def _label(model: Any, name: str) -> str:
    return str(capfirst(model._meta.get_field(name).verbose_name))


def _said(model: Any, name: str, value: Any) -> str:
    if value in (None, "", []):
        return ""
    if isinstance(value, list):
        return _(", ").join(" ".join(map(str, one.values())) if isinstance(one, dict) else str(one) for one in value)
    if name.endswith("seconds") and isinstance(value, int):
        return duration(value)
    choices = dict(getattr(model._meta.get_field(name), "flatchoices", ()))
    return str(choices.get(value, value))

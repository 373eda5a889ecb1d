"""What two editions of an agreement say differently, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from itsm.ui.moments import kept_text
from sla import agreement_sheet as sheet
from sla.models import AgreementEdition, AgreementRow
from sla.words import duration
from sla.workload import limit_words

#: What is compared: place in the contents, what it is called, before, after.
Difference = tuple[str, str, str]
#: By which columns a part is the same one in two editions; the first names it.
SAME = {
    "promises": ("metric", "priority", "process", "request_item"), "items": ("name_zh",), "maintenance_plans": ("subject_zh",),
    "exclusions": ("text_zh", "code"), "remedies": ("trigger_zh", "basis", "service", "metric", "band_below"),
    "documents": ("title_zh", "url"),
}  # fmt: skip


class Names:
    """The names of what contents mention by its code; the rows of each kind are read once."""

    def __init__(self) -> None:
        self._known: dict[Any, dict[str, str]] = {}

    def of(self, model: Any, code: str) -> str:
        """Name a row of ``model``; the code where there is none by it."""
        if not any(field.name == "code" for field in model._meta.fields):
            return code
        if model not in self._known:
            self._known[model] = {row.code: str(row) for row in model.objects.all()}
        return self._known[model].get(code, code)


def differences(old: Mapping[str, Any], new: Mapping[str, Any], *, names: Names | None = None) -> list[Difference]:
    """List what differs: name, before, after; an empty text where one side says nothing."""
    known = names or Names()
    found = list(_columns(AgreementEdition, sheet.EDITION, old, new, "", known))
    found += _rows(old.get("rows", []), new.get("rows", []), known)
    for name, (model, columns) in sheet.CLOSING.items():
        found += _parts(name, model, columns, old.get(name, []), new.get(name, []), "", known)
    return found


def _rows(old: list[Mapping[str, Any]], new: list[Mapping[str, Any]], names: Names) -> Iterator[Difference]:
    """Match rows by their service and offerings."""
    before, after = ({(row["service"], tuple(row["offerings"])): row for row in rows} for rows in (old, new))
    for key in dict.fromkeys([*before, *after]):
        name = _said(AgreementRow, "service", key[0], names) or _("every service")
        first, second = before.get(key), after.get(key)
        if first is None or second is None:
            there, gone = _("this row"), ""
            yield (name, gone, there) if first is None else (name, there, gone)
            continue
        yield from _columns(AgreementRow, sheet.ROW, first, second, f"{name} · ", names)
        for part, (model, columns) in sheet.PARTS.items():
            yield from _parts(part, model, columns, first.get(part, []), second.get(part, []), f"{name} · ", names)


def _columns(
    model: Any, columns: tuple[str, ...], old: Mapping[str, Any], new: Mapping[str, Any], before: str, names: Names
) -> Iterator[Difference]:
    for name in columns:
        first, second = old.get(name), new.get(name)
        if (first or "") != (second or ""):
            yield f"{before}{_label(model, name)}", _said(model, name, first, names), _said(model, name, second, names)


def _parts(
    kind: str, model: Any, columns: tuple[str, ...], old: list[Mapping[str, Any]], new: list[Mapping[str, Any]], before: str, names: Names
) -> Iterator[Difference]:  # fmt: skip
    """Tell which parts went and which came, and of one that was changed what of it; what both say is not told."""
    name = f"{before}{capfirst(model._meta.verbose_name)}"
    gone, come = [part for part in old if part not in new], [part for part in new if part not in old]
    for part in gone:
        now = next((one for one in come if _key(kind, one) == _key(kind, part)), None)
        if now is None:
            yield name, _in_one(model, columns, part, names), ""
            continue
        come.remove(now)
        words = " ".join(filter(None, (_said(model, one, part[one], names) for one in SAME[kind])))
        yield from _columns(model, columns, part, now, f"{name} · {words} · ", names)
    for part in come:
        yield name, "", _in_one(model, columns, part, names)


def _key(kind: str, part: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(part[name] or "" for name in SAME[kind])


def _in_one(model: Any, columns: tuple[str, ...], part: Mapping[str, Any], names: Names) -> str:
    usual = model()
    told = [
        f"{_label(model, name)}: {_said(model, name, part[name], names)}"
        for name in columns
        if part.get(name) not in ("", None, []) and str(part[name]) != str(_default(usual, name))
    ]
    return _("; ").join(told)


def _default(usual: Any, name: str) -> Any:
    field = usual._meta.get_field(name)
    return None if field.is_relation else getattr(usual, name)


def _label(model: Any, name: str) -> str:
    """Name a column; one in seconds is told as a time."""
    spans = {
        "seconds": _("Time"), "rto_seconds": _("Recovery time objective"), "rpo_seconds": _("Recovery point objective"),
    }  # fmt: skip
    return spans.get(name) or str(capfirst(model._meta.get_field(name).verbose_name))


def _said(model: Any, name: str, value: Any, names: Names) -> str:
    if value in (None, "", []):
        return ""
    if isinstance(value, list):
        return _(", ").join(limit_words(one) if name == "workload" else str(one) for one in value)
    field = model._meta.get_field(name)
    if field.is_relation:
        return names.of(field.related_model, str(value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name == "priority":
        return f"P{value}"
    if name.endswith("seconds") and isinstance(value, int):
        return duration(value)
    choices = dict(getattr(field, "flatchoices", ()))
    return str(choices.get(value, kept_text(str(value))))

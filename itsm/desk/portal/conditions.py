"""Fields of an item's form that are asked only after certain choices: hidden until then, and asked again without scripts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from catalogue.items.fields import FormField

if TYPE_CHECKING:
    from django import forms

    from catalogue.models import RequestItem

#: Names what the page has shown, so that a question that nobody has seen yet is never taken as left empty.
SHOWN = "shown"


def tie(form: forms.Form, item: RequestItem, *, given: Mapping[str, Any] | None = None) -> None:
    """This will tie each field with a condition to the choice above it, and hide it where it is not asked now."""
    chosen: dict[str, str] = {}
    for field in item.form_fields:
        control: Any = form.fields[field.name]
        asked = field.asked(chosen)
        if field.when_field:
            control.when = {
                "name": f"answers.{field.when_field}",
                "values": ",".join(field.when_values),
                "away": not asked,
            }
            control.when["code"], control.needed = field.code, field.required
        if field.kind == "choice" and asked:
            chosen[field.code] = _value(form, field, given or {})


def _value(form: forms.Form, field: FormField, given: Mapping[str, Any]) -> str:
    return str(form.data.get(field.name, "") if form.is_bound else given.get(field.code, "") or "")


def holds(form: forms.Form, item: RequestItem) -> bool:
    """Tell whether the bound form is right; what is not asked has no faults, what a choice has just brought up is shown."""
    form.is_valid()
    data: Any = form.data
    shown, chosen = set(data.getlist(SHOWN)), dict[str, str]()
    for field in item.form_fields:
        if not field.asked(chosen):
            form.errors.pop(field.name, None)
            form.cleaned_data.pop(field.name, None)
            continue
        value = form.cleaned_data.get(field.name)
        if field.kind == "choice":
            chosen[field.code] = str(value or "")
        if field.when_field and not value and field.code not in shown and field.name not in form.errors:
            form.add_error(field.name, _("Your choice brought up this question: please look at it and send once more."))
    return not form.errors

"""The controls of an item's form, made from its definition; used where things are ordered and where the desk fills it in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _

from catalogue.items.fields import FormField
from itsm.desk.portal.conditions import tie

if TYPE_CHECKING:
    from catalogue.models import RequestItem
    from itsm.people.models import Person

Maker = Callable[[FormField, "Person"], forms.Field]
FEW = 5


def add_fields(form: forms.Form, item: RequestItem, *, person: Person, given: Mapping[str, Any] | None = None) -> None:
    """This will put the fields of ``item`` before those that ``form`` has, filled with what was ``given`` before."""
    made: dict[str, forms.Field] = {}
    fields = item.form_fields
    above = {field.code: field for field in fields}
    for field in fields:
        control = MAKERS[field.kind](field, person)
        control.label, control.required = str(field.words), field.required and not field.when_field
        control.help_text = " ".join(text for text in (_condition(field, above), str(field.help)) if text)
        control.initial = (given or {}).get(field.code)
        made[field.name] = control
    form.fields = {**made, **form.fields}
    tie(form, item, given=given)


def _condition(field: FormField, above: Mapping[str, FormField]) -> str:
    """Say in words when the field is asked."""
    source = above.get(field.when_field)
    if source is None:
        return ""
    values = [str(option.words) for option in source.options if option.value in field.when_values]
    words = {"field": source.words, "values": _(" or ").join(values)}
    return _("Only where “%(field)s” is %(values)s.") % words


def given_by(item: RequestItem, cleaned: Mapping[str, Any]) -> dict[str, str]:
    """This will collect the answers by the code of their field; a file answers with its name."""
    answers = {}
    for field in item.form_fields:
        value = cleaned.get(field.name)
        if isinstance(value, list):
            value = ", ".join(file.name or "" for file in value)
        if value:
            answers[field.code] = str(value)
    return answers


def files_of(item: RequestItem, cleaned: Mapping[str, Any]) -> list[Any]:
    """This will collect the files that answer fields."""
    return [file for field in item.form_fields if field.kind == "file" for file in cleaned.get(field.name) or []]


def _text(field: FormField, person: Person) -> forms.Field:
    widget = forms.Textarea({"rows": 3}) if field.longest > 200 and not field.check else forms.TextInput()
    return forms.CharField(max_length=field.longest, widget=widget)


def _choice(field: FormField, person: Person) -> forms.Field:
    options = [(option.value, str(option.words)) for option in field.options]
    if len(options) <= FEW and field.required:
        return forms.ChoiceField(choices=options, widget=forms.RadioSelect)
    return forms.ChoiceField(choices=[("", "—"), *options])


def _date(field: FormField, person: Person) -> forms.Field:
    return forms.DateField(widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))


def _person(field: FormField, person: Person) -> forms.Field:
    from itsm.desk.portal.forms import colleagues

    if person.is_worker:
        return forms.CharField(max_length=80, widget=forms.TextInput({"placeholder": _("User name")}))
    own = [(row.username, row.name) for row in colleagues(person)]
    return forms.ChoiceField(choices=[("", "—"), (person.username, person.name), *own])


def _item(field: FormField, person: Person) -> forms.Field:
    return forms.CharField(max_length=80, widget=forms.TextInput({"placeholder": _("Number on its label")}))


def _file(field: FormField, person: Person) -> forms.Field:
    from itsm.desk.portal.forms import FilesField

    return FilesField()


MAKERS: dict[str, Maker] = {
    "text": _text, "choice": _choice, "date": _date, "person": _person, "ci": _item, "file": _file,
}  # fmt: skip

"""The form of a transition's dialog, made from the inputs of the flow's table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext

from itsm.flow import Input, Transition
from itsm.records.refusable import Refusable
from itsm.records.refusals import Objected
from itsm.tickets.choices import NAMED_BY, offered
from itsm.tickets.inputs import LONGEST_LINE, LONGEST_TEXT, clean_inputs

if TYPE_CHECKING:
    from itsm.people.models import Person

#: Kinds that are typed with a finder beside, because there are too many for a list box.
TYPED = frozenset({"person", "incident", "problem", "change", "release", "ci", "case"})


class TransitionForm(Refusable):
    """What a transition asks for; ids are ``id_<transition>_<name>``, names those of the inputs.

    When it is valid, ``given`` holds the inputs for perform().
    """

    def __init__(self, record: Any, row: Transition, person: Person, data: Mapping[str, Any] | None = None) -> None:
        """This will make one field per input, filled from the record."""
        super().__init__(data, auto_id=f"id_{row.name}_%s")
        self.record, self.row, self.person = record, row, person
        self.given: dict[str, Any] = {}
        for item in row.inputs:
            self.fields[item.name] = field_of(item, record=record, person=person, filled=data is None)

    def clean(self) -> dict[str, Any]:
        """This will read the inputs as the API reads them, and lay each objection beside its field."""
        try:
            self.given = clean_inputs(self.record, self.row, self.data, self.person)
        except Objected as refusal:
            self.refuse(refusal)
        return self.given


class _Field(forms.CharField):
    """A field that only shows and carries the raw value; clean_inputs() reads it."""

    def clean(self, value: Any) -> Any:
        """This will let anything through."""
        return value


def field_of(item: Input, *, record: Any, person: Person, filled: bool = True) -> forms.Field:
    """Make the form's field of one input; ``filled`` lays in what the record holds, which an answer needs no more."""
    widget = WIDGETS.get(item.kind, _line_box)(item, record, person)
    words = [str(item.help or ""), _filled_words(item, record) if filled else ""]
    field = _Field(
        label=str(item.label), required=item.required, widget=widget, help_text=" ".join(filter(None, words))
    )
    if item.kind == "flag":
        field.widget.attrs.pop("required", None)
    if filled:
        field.initial = initial_of(item, record=record, person=person)
    return field


def _filled_words(item: Input, record: Any) -> str:
    """Say who or what the name stands for with which a typed field is filled in."""
    value = getattr(record, item.initial, None) if item.initial and item.kind in TYPED else None
    if value is None:
        return ""
    return gettext("Proposed: %(name)s.") % {"name": getattr(value, "name", "") or value.title}


def initial_of(item: Input, *, record: Any, person: Person) -> Any:
    """Give what the record holds for the input, in the way in which the form sends it."""
    value = getattr(record, item.initial, None) if item.initial else None
    if value is None:
        return None
    if item.kind == "flag":
        return True if value else None  # a text, also “False”, would tick the box
    if item.kind in NAMED_BY:
        return getattr(value, NAMED_BY[item.kind][0])
    if isinstance(value, datetime):
        return value.astimezone(ZoneInfo(person.time_zone)).strftime("%Y-%m-%dT%H:%M")
    return str(value)


def _line_box(item: Input, record: Any, person: Person) -> forms.Widget:
    return forms.TextInput({"maxlength": LONGEST_LINE})


def _text_box(item: Input, record: Any, person: Person) -> forms.Widget:
    return forms.Textarea({"rows": 4, "maxlength": LONGEST_TEXT})


def _choices(item: Input, record: Any, person: Person) -> forms.Widget:
    return forms.Select(
        choices=[("", gettext("Choose …")), *((choice.value, str(choice.label)) for choice in item.choices)]
    )


def _rows(item: Input, record: Any, person: Person) -> forms.Widget:
    def listed() -> list[tuple[str, str]]:
        column = NAMED_BY[item.kind][0]
        rows = offered(item, record=record, person=person)
        return [("", gettext("Choose …")), *((getattr(row, column), str(row)) for row in rows)]

    return forms.Select(choices=listed)  # type: ignore[arg-type]  # read when it is drawn; Django takes a callable


def _typed(item: Input, record: Any, person: Person) -> forms.Widget:
    return forms.TextInput({"autocomplete": "off", "data-find": item.kind, "maxlength": LONGEST_LINE})


def _of_type(kind: str) -> Callable[[Input, Any, Person], forms.Widget]:
    def make(item: Input, record: Any, person: Person) -> forms.Widget:
        widget = forms.TextInput({"min": 0} if kind == "number" else {})
        widget.input_type = kind
        return widget

    return make


def _tick_box(item: Input, record: Any, person: Person) -> forms.Widget:
    return forms.CheckboxInput()


WIDGETS: dict[str, Callable[[Input, Any, Person], forms.Widget]] = {
    "text": _text_box,
    "choice": _choices,
    "flag": _tick_box,
    "number": _of_type("number"),
    "instant": _of_type("datetime-local"),
    "day": _of_type("date"),
    **{kind: _typed if kind in TYPED else _rows for kind in NAMED_BY},
}

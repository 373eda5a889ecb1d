"""The form in which an edition of a catalogue entry is written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from catalogue.editions.content import EIGHT
from catalogue.models import Service
from itsm.flow.roles import STAFF
from itsm.hours.models import Calendar
from itsm.people.models import Organisation, Person, Team
from itsm.records.refusable import Refusable

NAMES = {field.code: field.words for field in EIGHT}
ZH, EN = _("Chinese"), _("English")


def _pair(code: str, tongue: Any, most: int, *, rows: int = 0) -> forms.CharField:
    label = format_lazy("{} ({})", NAMES.get(code, code), tongue)
    widget = forms.Textarea({"rows": rows}) if rows else forms.TextInput()
    return forms.CharField(label=label, max_length=most, required=False, widget=widget)


class EditionForm(Refusable):
    """The eight fields in both languages, with who is entitled and why it changes."""

    name_zh = _pair("name", ZH, 120)
    name_en = _pair("name", EN, 120)
    kind = forms.ChoiceField(label=_("Kind"), choices=Service.Kind.choices)
    criticality = forms.TypedChoiceField(
        label=_("Criticality"), choices=[(n, str(n)) for n in (1, 2, 3, 4)], coerce=int
    )
    service_type_zh = _pair("kind", ZH, 120)
    service_type_en = _pair("kind", EN, 120)
    audience_zh = _pair("audience", ZH, 400)
    audience_en = _pair("audience", EN, 400)
    audiences = forms.MultipleChoiceField(
        label=_("Entitled units, with all below them"), required=False, help_text=_("None: everyone."),
        widget=forms.CheckboxSelectMultiple({"class": "pick-list"}),
    )  # fmt: skip
    description_zh = _pair("description", ZH, 8000, rows=5)
    description_en = _pair("description", EN, 8000, rows=5)
    hours = forms.ChoiceField(label=_("Calendar of the service hours"))
    frequency_zh = _pair("hours", ZH, 400)
    frequency_en = _pair("hours", EN, 400)
    escalation_zh = _pair("escalation", ZH, 2000, rows=3)
    escalation_en = _pair("escalation", EN, 2000, rows=3)
    support_team = forms.ChoiceField(label=_("Operations team"))
    second_line_team = forms.ChoiceField(label=_("Second-line team"), required=False)
    owner = forms.ChoiceField(label=_("Service owner"))
    price = forms.IntegerField(
        label=_("Price (NT$)"), required=False, min_value=0, max_value=10**12, help_text=_("0: free of charge.")
    )
    price_unit_zh = forms.CharField(label=_("Per what (Chinese)"), max_length=80, required=False)
    price_unit_en = forms.CharField(label=_("Per what (English)"), max_length=80, required=False)
    reason = forms.CharField(
        label=_("What changes, and why"), max_length=2000, required=False, widget=forms.Textarea({"rows": 2})
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    #: Fields that stand beside each other.
    ROWS = (
        ("name_zh", "name_en"), ("kind", "criticality"), ("service_type_zh", "service_type_en"), ("audience_zh", "audience_en"),
        ("audiences",), ("description_zh", "description_en"), ("hours",), ("frequency_zh", "frequency_en"),
        ("escalation_zh", "escalation_en"), ("support_team", "second_line_team", "owner"),
        ("price", "price_unit_zh", "price_unit_en"), ("reason",),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, content: Mapping[str, Any] | None = None, **named: Any) -> None:
        """This will offer the rows that may be chosen, and fill in ``content``."""
        super().__init__(data, initial=dict(content or {}) | named.pop("initial", {}), **named)
        teams = [(row.code, row.name) for row in Team.objects.active().order_by("tier", "code")]
        workers = Person.objects.active().filter(grants__role__in=STAFF).distinct().order_by("name", "pk")
        units = Organisation.objects.filter(is_active=True).exclude(kind="supplier").order_by("code")
        offered: dict[str, list[tuple[str, str]]] = {
            "hours": [(row.code, row.name) for row in Calendar.objects.active().order_by("code")], "support_team": teams,
            "second_line_team": [("", "—"), *teams], "owner": [(row.username, row.name) for row in workers],
            "audiences": [(row.code, row.name) for row in units],
        }  # fmt: skip
        for name, choices in offered.items():
            field: Any = self.fields[name]
            now = self.initial.get(name)
            field.choices = self._with_now(choices, now if isinstance(now, str) else "")

    @staticmethod
    def _with_now(choices: list[tuple[str, str]], now: str) -> list[tuple[str, str]]:
        """Offer what stands there now too, though nobody would choose it anew."""
        return choices if not now or now in dict(choices) else [*choices, (now, now)]

    @property
    def pairs(self) -> list[list[forms.BoundField]]:
        """The fields in the rows in which they are drawn."""
        return [[self[name] for name in row] for row in self.ROWS]

    def content(self) -> dict[str, Any]:
        """Give what was written, without reason and version."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("reason", "version")}


class ApprovalForm(forms.Form):
    """From which day, and by which approved change."""

    effective_on = forms.DateField(
        label=_("In force from"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    change = forms.CharField(
        label=_("Number of the approved change"), required=False, max_length=32,
        help_text=_("Needed where hours, audience, content or price of a published entry change."),
    )  # fmt: skip


class ReasonForm(forms.Form):
    """Why it goes back."""

    reason = forms.CharField(label=_("What must be changed"), max_length=2000, widget=forms.Textarea({"rows": 2}))

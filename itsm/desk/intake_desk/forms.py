"""The form on which the desk writes a case down while somebody is on the phone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from catalogue.models import Category, RequestItem, Service
from incidents import inputs
from itsm.people.models import Organisation
from itsm.tickets.models import Channel

if TYPE_CHECKING:
    from itsm.people.models import Person

KINDS = [("incident", _("Something is broken")), ("request", _("They need something"))]
THEN = [
    ("triage", _("Leave it in triage")),
    ("take", _("Classify it and take it myself")),
    ("solved", _("Solved at once")),
]
CHANNELS = [(channel.value, channel.label) for channel in (Channel.PHONE, Channel.WALK_IN, Channel.MAIL, Channel.CHAT)]
LEVELS = [("", _("Choose …")), *((choice.value, choice.label) for choice in inputs.LEVELS)]
LONGEST_SUBJECT = 160


class NewCaseForm(forms.Form):
    """What is written down; which fields must be filled depends on what happens next."""

    q = forms.CharField(label=_("Who?"), required=False, max_length=80, widget=forms.TextInput({"autocomplete": "off"}))
    person = forms.IntegerField(required=False, widget=forms.HiddenInput)
    new_name = forms.CharField(label=_("Full name"), required=False, max_length=120)
    new_email = forms.CharField(label=_("E-mail"), required=False, max_length=254)
    new_phone = forms.CharField(label=_("Phone"), required=False, max_length=40)
    new_unit = forms.ChoiceField(label=_("Unit"), required=False)
    channel = forms.ChoiceField(label=_("How they reached us"), choices=CHANNELS, widget=forms.RadioSelect)
    kind = forms.ChoiceField(label=_("What is it?"), choices=KINDS, widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("What they say"),
        max_length=20_000,
        widget=forms.Textarea({"rows": 5}),
        help_text=_("The first line becomes the subject."),
    )
    service = forms.ModelChoiceField(
        label=_("Service"), queryset=Service.objects.none(), required=False, to_field_name="code"
    )
    confidential = forms.BooleanField(label=_("Confidential"), required=False)
    then = forms.ChoiceField(label=_("And then?"), choices=THEN, widget=forms.RadioSelect)
    category = forms.ModelChoiceField(
        label=_("Category"), queryset=Category.objects.none(), required=False, to_field_name="code"
    )
    impact = forms.ChoiceField(label=format_lazy("{}", inputs.IMPACT.label), choices=LEVELS, required=False)
    urgency = forms.ChoiceField(label=format_lazy("{}", inputs.URGENCY.label), choices=LEVELS, required=False)
    item = forms.ModelChoiceField(
        label=_("What they need"), queryset=RequestItem.objects.none(), required=False, to_field_name="code"
    )
    solution = forms.CharField(
        label=_("How it was solved"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("The requester reads this."),
    )
    confirmed = forms.BooleanField(label=_("The requester said that it works: close it"), required=False)

    def __init__(self, person: Person, data: Any = None, initial: dict[str, Any] | None = None) -> None:
        """This will offer what ``person`` may choose."""
        super().__init__(data, initial=initial, auto_id="id_new_%s")
        if "agent" not in person.role_codes:
            then: Any = self.fields["then"]
            then.choices = THEN[:1]  # only the desk judges
        self.choose("service", Service.objects.visible_to(person).live().order_by("code"))
        self.choose("category", Category.objects.filter(is_active=True).order_by("code"))
        self.choose("item", RequestItem.objects.visible_to(person).order_by("sort", "code"))
        units = Organisation.objects.filter(is_active=True, kind=Organisation.Kind.UNIT).order_by("code")
        unit: Any = self.fields["new_unit"]
        unit.choices = [("", "—"), *((row.code, row.name) for row in units)]

    def choose(self, name: str, rows: Any) -> None:
        """This will let the field ``name`` offer ``rows``."""
        field: Any = self.fields[name]
        field.queryset = rows
        field.empty_label = "—"

    def clean(self) -> dict[str, Any]:
        """This will ask for what the next step needs."""
        given = super().clean() or self.cleaned_data
        subject, _newline, rest = str(given.get("words") or "").strip().partition("\n")
        given["subject"], given["rest"] = shorten(subject), rest.strip()
        if len(subject.strip()) > LONGEST_SUBJECT:
            given["rest"] = given["words"].strip()
        for name in self.needed(given):
            if not given.get(name) and name not in self.errors:
                self.add_error(name, _("This is needed for that."))
        return given

    def mark_needed(self) -> None:
        """This will show the fields that the next step needs as such; which of them are seen follows what is chosen."""
        for name in ("category", "impact", "urgency", "item", "solution"):
            self.fields[name].required = True

    def needed(self, given: dict[str, Any]) -> list[str]:
        """This will name the fields that must be filled for what was chosen."""
        then, kind = given.get("then"), given.get("kind")
        if then not in ("take", "solved"):
            return []
        names = ["item", "category"] if kind == "request" else ["service", "category", "impact", "urgency"]
        return [*names, "solution"] if then == "solved" else names


def shorten(subject: str) -> str:
    """Cut a long first line at a word for the subject; the whole stays in the description."""
    text = " ".join(subject.split())
    if len(text) <= LONGEST_SUBJECT:
        return text
    return text[: LONGEST_SUBJECT - 1].rsplit(" ", 1)[0][: LONGEST_SUBJECT - 1] + "…"

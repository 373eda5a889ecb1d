"""Registering a problem by hand, as a form."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue.models import Category, Service
from configuration.models import ConfigurationItem
from itsm.people.models import Person
from problems.models import Problem
from problems.services import BY_HAND


class ProblemForm(forms.Form):
    """A problem that no incident brought."""

    origin = forms.ChoiceField(label=gettext_lazy("Where it comes from"))
    title = forms.CharField(label=gettext_lazy("Subject"), max_length=160)
    description = forms.CharField(
        label=gettext_lazy("What is seen, since when, and how often"),
        max_length=20_000,
        widget=forms.Textarea({"rows": 6}),
    )
    service = forms.ModelChoiceField(
        label=gettext_lazy("Service"), queryset=Service.objects.none(), to_field_name="code"
    )
    category = forms.ModelChoiceField(
        label=gettext_lazy("Category"), queryset=Category.objects.none(), required=False, to_field_name="code"
    )
    item = forms.CharField(
        label=gettext_lazy("Configuration item that is suspected"), max_length=32, required=False,
        help_text=gettext_lazy("Number of the item."), widget=forms.TextInput({"autocomplete": "off"}),
    )  # fmt: skip

    def __init__(self, person: Person, *args: Any, **kwargs: Any) -> None:
        """This will offer what ``person`` may choose."""
        super().__init__(*args, **kwargs)
        self.person = person
        fields: dict[str, Any] = self.fields
        fields["origin"].choices = [(one.value, Problem.Origin(one).label) for one in BY_HAND]
        fields["service"].queryset = Service.objects.visible_to(person).live().order_by("code")
        fields["category"].queryset = Category.objects.order_by("code")

    def clean_item(self) -> ConfigurationItem | None:
        """This will find the item that is suspected."""
        number = self.cleaned_data["item"].strip().upper()
        if not number:
            return None
        found: ConfigurationItem | None = (
            ConfigurationItem.objects.visible_to(self.person).filter(number=number).first()
        )
        if found is None:
            raise forms.ValidationError(_("There is no configuration item with this number."))
        return found

"""By what held time is narrowed; everything stands in the address."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.functional import lazystr
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue.models import Service
from itsm.people.models import Organisation, Team
from itsm.records import register
from sla.held.sums import Chosen
from sla.simulation.terms import kinds_known
from sla.simulation_models import Party

#: Days that the calendar reckons with.
YEARS = [MinValueValidator(date(1990, 1, 1)), MaxValueValidator(date(2199, 12, 31))]
MODELS: dict[str, Any] = {"service": Service, "team": Team, "supplier": Organisation}


class HeldFilter(forms.Form):
    """Which held time is shown; everything stands in the address."""

    since = forms.DateField(
        label=gettext_lazy("Cases closed from"),
        required=False,
        validators=YEARS,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )
    until = forms.DateField(
        label=gettext_lazy("Cases closed until"),
        required=False,
        validators=YEARS,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )
    kind = forms.ChoiceField(label=gettext_lazy("Process"), required=False)
    service = forms.ModelChoiceField(Service.objects.order_by("code"), label=gettext_lazy("Service"), required=False)
    team = forms.ModelChoiceField(Team.objects.order_by("code"), label=gettext_lazy("Team"), required=False)
    supplier = forms.ModelChoiceField(
        Organisation.objects.filter(supplier__isnull=False).order_by("code"),
        label=gettext_lazy("Supplier"),
        required=False,
    )
    party = forms.ChoiceField(
        label=gettext_lazy("Held by"), required=False, choices=[("", gettext_lazy("everybody")), *Party.choices]
    )

    def __init__(self, *given: Any, **named: Any) -> None:
        """This will offer the processes in the reader's language."""
        super().__init__(*given, **named)
        kinds = [(kind, lazystr(register.process(kind).flow.title)) for kind in kinds_known()]
        self.fields["kind"].choices = [("", _("every process")), *kinds]  # type: ignore[attr-defined]

    def chosen(self) -> Chosen:
        """This will give what the address asks for; what cannot be read asks for nothing."""
        self.is_valid()
        given = self.cleaned_data
        keys = {name: row.pk for name in MODELS if (row := given.get(name)) is not None}
        return Chosen(
            since=_day(given.get("since")), until=_day(given.get("until")), kind=given.get("kind") or "",
            party=given.get("party") or "", **keys,
        )  # fmt: skip


def _day(value: Any) -> date | None:
    return value if isinstance(value, date) else None

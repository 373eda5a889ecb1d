"""The forms of the calls of a day, the cost of a month, and a file of calls."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from changes.windows_forms import Refusable
from itsm.desk.settings.hours_forms import DaysFileForm
from itsm.reporting.call_entering import Cost, Counts
from itsm.reporting.call_models import MOST_CALLS, MOST_COST
from itsm.service_reports.forms import read_month


def _calls(label: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=MOST_CALLS)


class Correctable(Refusable):
    """A form of which some fields say what is corrected: they are read then, and not written."""

    def hold(self, *names: str) -> None:
        """Let nobody write over what is corrected: the same calls would stand twice."""
        for name in names:
            self.fields[name].widget.attrs["readonly"] = True
        self.fields[names[0]].help_text = _("To move it, take it away and enter it anew.")


class CountForm(Correctable):
    """The calls of one day."""

    day = forms.DateField(label=_("Day"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    line = forms.CharField(
        label=_("Line or queue"), max_length=60, required=False, help_text=_("Empty: the whole desk together.")
    )
    offered = _calls(_("Offered"))
    answered = _calls(_("Calls answered"))
    answered_soon = _calls(_("Answered within 20 seconds"))
    abandoned = _calls(_("Abandoned by the caller"))

    def counts(self) -> Counts:
        """Give what was entered."""
        given = dict(self.cleaned_data)
        return Counts(**given | {"line": " ".join(given["line"].split())})


class CostForm(Correctable):
    """The cost of one month."""

    month = forms.CharField(label=_("Month"), max_length=10, help_text=_("As 2026-11."))
    amount = forms.IntegerField(label=_("Cost of the desk (NT$)"), min_value=0, max_value=MOST_COST)
    note = forms.CharField(
        label=_("Note"), max_length=300, required=False, help_text=_("What it is made of: wages, licences, rooms.")
    )

    def clean_month(self) -> date:
        """Read the month.

        :raises ValidationError: if it is none
        """
        found = read_month(self.cleaned_data["month"])
        if found is None:
            raise forms.ValidationError(_("Write the month as 2026-11."))
        return found

    def cost(self) -> Cost:
        """Give what was entered."""
        return Cost(**self.cleaned_data)


class CountsFileForm(DaysFileForm):
    """A file of calls, or the text of one that was checked a moment ago."""

    file = forms.FileField(label=_("CSV file"), help_text=_("UTF-8, at most 1 MB."))

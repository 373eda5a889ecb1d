"""The form by which a figure gets a new aim."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class AimForm(forms.Form):
    """A value (empty takes the aim away), the day from which it holds, and why."""

    value = forms.DecimalField(
        label=_("Target"), required=False, min_value=0, max_digits=14, decimal_places=4,
        help_text=_("In per cent, hours, NT$ or as a number; empty: no target."),
    )  # fmt: skip
    since = forms.DateField(label=_("In force from"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    reason = forms.CharField(label=_("Reason"), max_length=300)

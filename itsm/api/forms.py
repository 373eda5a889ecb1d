"""The form for a new token."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from itsm.api.scopes import Scope

LIVES = (30, 90, 365)  # days
FOR_WORKERS = frozenset({Scope.INTERNAL_READ, Scope.MONITOR_INGEST})


class TokenForm(forms.Form):
    """Name, uses and life of a new token."""

    name = forms.CharField(label=_("Name"), max_length=60, help_text=_("What will use it, so that you know it again."))
    scopes = forms.MultipleChoiceField(label=_("May be used to"), widget=forms.CheckboxSelectMultiple)
    days = forms.TypedChoiceField(label=_("Expires after"), coerce=int, initial=90)

    def __init__(self, *, person: Any, data: Any = None) -> None:
        """This will offer the uses that the person may give away."""
        super().__init__(data)
        offered = [scope for scope in Scope if person.is_worker or scope not in FOR_WORKERS]
        self.fields["scopes"].choices = [(scope.value, scope.label) for scope in offered]  # type: ignore[attr-defined]
        days = [(number, _("%(days)s days") % {"days": number}) for number in LIVES]
        self.fields["days"].choices = days  # type: ignore[attr-defined]

    def expires_at(self, *, at: datetime) -> datetime:
        """This will say when a token made now expires."""
        return at + timedelta(days=self.cleaned_data["days"])

"""Hold reasons: why cases wait, and what happens when the time is up."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from itsm.desk.settings.access import for_administrators
from itsm.desk.settings.pages import SettingForm, edit
from itsm.people.requests import PersonRequest
from itsm.tickets.models import HoldReason

LAST_DAY = 365


class HoldReasonForm(SettingForm):
    """One reason; the days of reminders are written with commas."""

    fixed = ("code",)
    remind_days = forms.CharField(
        label=_("Reminders after business days"), required=False, max_length=60, help_text=_("For example 1, 3.")
    )

    class Meta:
        model = HoldReason
        fields: ClassVar[list[str]] = [
            "code", "name_zh", "name_en", "pauses_resolution", "workaround", "only_requests", "asks_requester", "ending", "remind_days",
            "limit_days", "limit_is_calendar", "sort", "is_active",
        ]  # fmt: skip

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.initial["remind_days"] = ", ".join(str(day) for day in self.instance.remind_days)

    def clean_remind_days(self) -> list[int]:
        """Read the days.

        :raises ValidationError: if one is no number from 1 to 365
        """
        parts = [part for part in self.cleaned_data["remind_days"].replace("、", ",").replace(",", " ").split() if part]
        if not all(part.isascii() and part.isdecimal() and 1 <= int(part) <= LAST_DAY for part in parts):
            raise forms.ValidationError(gettext("Write numbers of days from 1 to 365, such as 1, 3."))
        return sorted({int(part) for part in parts})

    def clean(self) -> dict[str, Any]:
        """Ask for the limit where something happens at its end.

        :raises ValidationError: if it lacks
        """
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("ending") == HoldReason.Ending.PROPOSE and not cleaned.get("limit_days"):
            self.add_error("limit_days", gettext("Say after how many days the case resumes."))
        return dict(cleaned)


@require_safe
@for_administrators
def listing(request: PersonRequest) -> HttpResponse:
    """List every reason, those in use first."""
    rows = HoldReason.objects.order_by("-is_active", "sort", "code")
    return render(request, "settings/holds.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def write(request: PersonRequest, pk: int | None = None) -> HttpResponse:
    """Make a reason or change one."""
    row = get_object_or_404(HoldReason, pk=pk) if pk else None
    title = row.name if row else gettext("New hold reason")
    form = HoldReasonForm(request.POST or None, instance=row)
    return edit(request, form, title=title, back=reverse("settings:holds"))

"""The forms of the room: a status update in two languages, and the report."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from incidents.models import MajorIncidentReport
from itsm.records.refusable import Refusable

EVERY = timedelta(minutes=30)
LOCAL = "%Y-%m-%dT%H:%M"


class LocalTime(forms.DateTimeInput):
    """A date and time in the zone of whoever writes it."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        """Write it as the browser wants it."""
        super().__init__(format=LOCAL)


class UpdateForm(Refusable):
    """One status update; the next is promised half an hour later unless another time is chosen."""

    text_zh = forms.CharField(
        label=_("Update in Chinese"),
        required=False,
        max_length=4000,
        widget=forms.Textarea({"rows": 3, "lang": "zh-Hant"}),
    )
    text_en = forms.CharField(
        label=_("Update in English"), required=False, max_length=4000, widget=forms.Textarea({"rows": 3, "lang": "en"})
    )
    next_update_at = forms.DateTimeField(label=_("Next update"), required=False, widget=LocalTime())
    to_everyone = forms.BooleanField(label=_("Announce it to everyone"), required=False)

    def __init__(self, data: Any = None, *, at: datetime, owed: bool) -> None:
        """Promise the next update in half an hour; when the service is restored none is owed."""
        super().__init__(data, auto_id="id_update_%s")
        if owed:
            self.fields["next_update_at"].initial = timezone.localtime(at + EVERY).replace(second=0, microsecond=0)
        else:
            del self.fields["next_update_at"]


class ReportForm(forms.ModelForm[MajorIncidentReport], Refusable):
    """What is owed after a major incident; it may be filled bit by bit."""

    class Meta:
        model = MajorIncidentReport
        fields: ClassVar[list[str]] = [
            "impact", "users", "cause", "handling", "went_well", "went_badly", "actions", "lessons", "management_told_at",
            "management_told_how",
        ]  # fmt: skip
        widgets: ClassVar[dict[str, Any]] = {"management_told_at": LocalTime}

"""The form of an announcement."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from itsm.notices.models import Announcement


class AnnouncementForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only in the stubs
    """Title and text in both languages, how grave, from when until when."""

    class Meta:
        model = Announcement
        fields: ClassVar[list[str]] = [
            "title_zh",
            "title_en",
            "body_zh",
            "body_en",
            "level",
            "starts_at",
            "ends_at",
            "services",
        ]
        labels: ClassVar[dict[str, Any]] = {"starts_at": _("Starts"), "ends_at": _("Ends")}
        widgets: ClassVar[dict[str, Any]] = {
            "body_zh": forms.Textarea(attrs={"rows": 3}),
            "body_en": forms.Textarea(attrs={"rows": 3}),
            "starts_at": forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
            "ends_at": forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
            "services": forms.CheckboxSelectMultiple(attrs={"class": "pick-list"}),
        }

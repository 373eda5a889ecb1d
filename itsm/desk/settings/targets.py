"""Targets: within how long something is promised."""

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
from itsm.desk.settings.roles import process_choices
from itsm.desk.settings.spans import SpanField
from itsm.hours.models import Calendar
from itsm.people.requests import PersonRequest
from sla.models import Target
from sla.words import duration


class TargetForm(SettingForm):
    """One promise."""

    broken: ClassVar[dict[str, Any]] = {
        "target_once": _("There is a target for this already: change that one."),
        "target_warns_before_its_end": _("The warning comes between 1 and 100 per cent."),
    }
    process = forms.ChoiceField(label=_("Process"), required=False)
    priority = forms.TypedChoiceField(
        label=_("Priority"),
        coerce=int,
        empty_value=None,
        required=False,
        choices=[("", _("every priority")), *((str(level), f"P{level}") for level in range(1, 6))],
    )
    seconds = SpanField(label=_("Target"))

    class Meta:
        model = Target
        fields: ClassVar[list[str]] = [
            "metric", "process", "priority", "service", "request_item", "seconds", "calendar", "warn_percent", "is_active",
        ]  # fmt: skip

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["process"].choices = [("", _("every process")), *process_choices()]  # type: ignore[attr-defined]
        calendars = Calendar.objects.active() | Calendar.objects.filter(pk=self.instance.calendar_id)
        self.fields["calendar"].queryset = calendars.order_by("code")  # type: ignore[attr-defined]  # chooses a row


@require_safe
@for_administrators
def listing(request: PersonRequest) -> HttpResponse:
    """List every target, those in force first."""
    names = {key: str(label) for key, label in process_choices()}
    targets = Target.objects.select_related("service", "request_item", "calendar")
    ordered = targets.order_by("-is_active", "metric", "process", "priority", "pk")
    rows = [(target, names.get(target.process, target.process), duration(target.seconds)) for target in ordered]
    return render(request, "settings/targets.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def write(request: PersonRequest, pk: int | None = None) -> HttpResponse:
    """Make a target or change one."""
    row = get_object_or_404(Target, pk=pk) if pk else None
    title = row.get_metric_display() if row else gettext("New target")
    hint = gettext("Clocks that start from now on have this target; running ones keep theirs.")
    form = TargetForm(request.POST or None, instance=row)
    return edit(request, form, title=title, back=reverse("settings:targets"), more={"hint": hint})

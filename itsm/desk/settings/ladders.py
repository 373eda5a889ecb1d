"""Escalation ladders: whom a late case is told to, step by step."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from itsm.desk.settings.access import for_administrators
from itsm.desk.settings.pages import SettingForm, edit
from itsm.desk.settings.spans import SpanField
from itsm.people.requests import PersonRequest
from itsm.ui.answers import done
from sla.models import Audience, Channel, EscalationPolicy, EscalationStep
from sla.words import duration

PRIORITIES = [(str(level), f"P{level}") for level in range(1, 6)]


class LadderForm(SettingForm):
    """One ladder: its names and the service it is for."""

    broken: ClassVar[dict[str, Any]] = {
        "policy_active_once_per_service": _("Another active ladder is for the same service: only one can be."),
    }
    fixed = ("code",)

    class Meta:
        model = EscalationPolicy
        fields: ClassVar[list[str]] = ["code", "name_zh", "name_en", "service", "is_active"]
        help_texts: ClassVar[dict[str, Any]] = {"service": _("Empty: every service without a ladder of its own.")}


class StepForm(SettingForm):
    """One step: when it fires and who is told."""

    broken: ClassVar[dict[str, Any]] = {
        "step_at_percent_or_seconds": _("Say either at how many per cent or after how long, not both."),
        "step_repeats_no_faster_than_a_minute": _("Repeat no faster than every minute."),
        "step_level_up_to_90": _("Levels go up to 90."),
    }
    priorities = forms.TypedMultipleChoiceField(
        label=_("Priorities"), coerce=int, choices=PRIORITIES, required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Empty: every priority."),
    )  # fmt: skip
    at_seconds = SpanField(label=_("After how long"), required=False, least=0)
    notify = forms.MultipleChoiceField(
        label=_("Who is told"), choices=Audience.choices, widget=forms.CheckboxSelectMultiple
    )
    channels = forms.MultipleChoiceField(
        label=_("By what"), choices=Channel.choices, required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Empty: by every one."),
    )  # fmt: skip
    repeat_seconds = SpanField(label=_("Repeat every, until acknowledged"), required=False)

    class Meta:
        model = EscalationStep
        fields: ClassVar[list[str]] = [
            "metric", "priorities", "level", "at_percent", "at_seconds", "around_the_clock", "notify", "channels", "repeat_seconds",
            "needs_ack", "action",
        ]  # fmt: skip


@require_safe
@for_administrators
def listing(request: PersonRequest) -> HttpResponse:
    """Show every ladder with its steps."""
    ladders = EscalationPolicy.objects.select_related("service").prefetch_related("steps")
    shown = [
        (ladder, [_line(step) for step in ladder.steps.all()]) for ladder in ladders.order_by("-is_active", "code")
    ]
    return render(request, "settings/ladders.html", {"ladders": shown})


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def write(request: PersonRequest, pk: int | None = None) -> HttpResponse:
    """Make a ladder or change one."""
    row = get_object_or_404(EscalationPolicy, pk=pk) if pk else None
    title = row.name if row else gettext("New ladder")
    return edit(request, LadderForm(request.POST or None, instance=row), title=title, back=reverse("settings:ladders"))


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def step(request: PersonRequest, ladder_pk: int, pk: int | None = None) -> HttpResponse:
    """Make a step of a ladder or change one."""
    ladder = get_object_or_404(EscalationPolicy, pk=ladder_pk)
    row = get_object_or_404(ladder.steps, pk=pk) if pk else EscalationStep(policy=ladder)
    title = gettext("Step of %s") % ladder.name
    hint = gettext("Clocks that start from now on climb this ladder; running ones keep theirs.")
    form = StepForm(request.POST or None, instance=row)
    return edit(request, form, title=title, back=reverse("settings:ladders"), more={"hint": hint})


@require_POST
@for_administrators
def remove(request: PersonRequest, ladder_pk: int, pk: int) -> HttpResponse:
    """Take a step out of a ladder; one that is gone already is no trouble."""
    for row in EscalationStep.objects.filter(policy=ladder_pk, pk=pk):
        row.delete()
    return done(request, reverse("settings:ladders"), say=gettext("Step removed."))


def _when(row: EscalationStep) -> str:
    """Say at which part of the target, or after how long, a step is taken."""
    if row.at_percent is not None:
        return f"{row.at_percent} %"
    return duration(row.at_seconds) if row.at_seconds else gettext("at once")


def _line(row: EscalationStep) -> dict[str, Any]:
    """Say one step in words."""
    told, by = dict(Audience.choices), dict(Channel.choices)
    return {
        "row": row,
        "priorities": gettext(", ").join(f"P{level}" for level in row.priorities) or gettext("every priority"),
        "when": _when(row),
        "told": gettext(", ").join(str(told.get(one, one)) for one in row.notify),
        "by": gettext(", ").join(str(by.get(one, one)) for one in row.channels),
        "repeat": duration(row.repeat_seconds) if row.repeat_seconds else "",
    }

"""Calendars: the list, the year of one, and making a new one. What changes them is beside: ``calendar_changes``."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from itsm.desk.settings.access import for_administrators
from itsm.desk.settings.calendar_year import key, year_of
from itsm.desk.settings.hours_forms import (
    DAYS,
    NewCalendarForm,
    put_in_force,
    windows_text,
)
from itsm.flow import pick
from itsm.hours.models import Calendar
from itsm.hours.queries import ending_notice
from itsm.hours.special_days import Kind
from itsm.people.requests import PersonRequest
from itsm.records.clock import whole
from itsm.ui.answers import done

MOST_VERSIONS = 10
MOST_ERRORS = 100


@require_safe
@for_administrators
def listing(request: PersonRequest) -> HttpResponse:
    """List every calendar, with a warning where the holidays end soon."""
    today = timezone.localdate()
    counties = Calendar.objects.active().exclude(county="").exists()
    calendars = Calendar.objects.with_current().order_by("-is_active", "code")
    rows = [(calendar, ending_notice(calendar, on=today)) for calendar in calendars]
    return render(request, "settings/calendars.html", {"rows": rows, "counties": counties})


@require_safe
@for_administrators
def show(request: PersonRequest, pk: int) -> HttpResponse:
    """Show one year of a calendar."""
    calendar = calendar_at(pk)
    current, today = calendar.current, timezone.localdate()
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) == len("2026") else today.year
    days = current.exceptions if current else {}
    years = sorted({int(day[:4]) for day in days} | {today.year, year})
    context = {
        "calendar": calendar,
        "drawn": year_of(current, year) if current else "",
        "key": key(),
        "notice": ending_notice(calendar, on=today),
        "weekly": [(name, windows_text(current.weekly.get(str(day), [])) if current else "") for day, name in enumerate(DAYS)],
        "days": [day_words(key, entry) for key, entry in days.items() if int(key[:4]) == year],
        "year": year,
        "years": years,
        "versions": calendar.versions.order_by("-number")[:MOST_VERSIONS],
    }  # fmt: skip
    return render(request, "settings/calendar.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def new(request: PersonRequest) -> HttpResponse:
    """Make a calendar with its hours; nothing is written while the hours are wrong."""
    form = NewCalendarForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            calendar = form.calendar()
            if put_in_force(form, calendar, by=request.user, at=whole(timezone.now())):
                return done(request, reverse("settings:calendar", args=[calendar.pk]), say=_("Saved."))
            transaction.set_rollback(True)
    context = {"form": form, "title": _("New calendar"), "back": reverse("settings:calendars")}
    return render(request, "settings/form.html", context, status=422 if form.errors else 200)


def calendar_at(pk: int) -> Calendar:
    """Find a calendar with its version in force."""
    return get_object_or_404(Calendar.objects.with_current(), pk=pk)


def day_words(key: str, entry: dict[str, Any]) -> dict[str, Any]:
    """Say one special day in words."""
    return {
        "key": key,
        "date": date.fromisoformat(key),
        "kind": Kind(entry["kind"]).label,
        "windows": windows_text(entry["windows"]) or _("closed"),
        "name": pick(entry["name_zh"], entry["name_en"]),
    }

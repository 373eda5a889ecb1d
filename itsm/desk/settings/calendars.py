"""Calendars: the hours of every week, the days that differ, and publishing changes of both."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from itsm.desk.settings.access import for_administrators
from itsm.desk.settings.hours_forms import (
    DAYS,
    ClosureForm,
    DaysFileForm,
    HoursForm,
    NewCalendarForm,
    put_in_force,
    windows_text,
)
from itsm.flow import pick
from itsm.hours.intake import import_days, read
from itsm.hours.models import Calendar
from itsm.hours.queries import ending_notice
from itsm.hours.services import publish, spoken
from itsm.hours.special_days import Kind
from itsm.hours.windows import BadHours
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
    calendars = Calendar.objects.with_current().order_by("-is_active", "code")
    rows = [(calendar, ending_notice(calendar, on=today)) for calendar in calendars]
    return render(request, "settings/calendars.html", {"rows": rows})


@require_safe
@for_administrators
def show(request: PersonRequest, pk: int) -> HttpResponse:
    """Show one year of a calendar."""
    calendar = _calendar(pk)
    current, today = calendar.current, timezone.localdate()
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) == len("2026") else today.year
    days = current.exceptions if current else {}
    years = sorted({int(day[:4]) for day in days} | {today.year, year})
    context = {
        "calendar": calendar,
        "notice": ending_notice(calendar, on=today),
        "weekly": [(name, windows_text(current.weekly.get(str(day), [])) if current else "") for day, name in enumerate(DAYS)],
        "days": [_day(key, entry) for key, entry in days.items() if int(key[:4]) == year],
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


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def hours(request: PersonRequest, pk: int) -> HttpResponse:
    """Change the hours of every week."""
    calendar = _calendar(pk)
    return _published(request, calendar, HoursForm(request.POST or None, calendar=calendar), title=_("Weekly hours"))


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def closure(request: PersonRequest, pk: int) -> HttpResponse:
    """Close a day or a part of it."""
    form = ClosureForm(request.POST or None, initial={"on": timezone.localdate()})
    return _published(request, _calendar(pk), form, title=_("Close a day"))


@require_POST
@for_administrators
def drop(request: PersonRequest, pk: int) -> HttpResponse:
    """Let a day be like every week again."""
    calendar, day = _calendar(pk), request.POST.get("day", "")
    back = reverse("settings:calendar", args=[calendar.pk])
    days = dict(calendar.current.exceptions) if calendar.current else {}
    if calendar.current is None or days.pop(day, None) is None:
        return done(request, back, warn=_("This day is like every week already."))
    reason = _("%s is like every week again") % day
    try:
        publish(
            calendar, weekly=calendar.current.weekly, exceptions=days, by_name=request.user.name,
            at=whole(timezone.now()), reason=reason,
        )  # fmt: skip
    except BadHours as bad:
        return done(request, back, warn=spoken(bad))
    return done(request, f"{back}?year={day[:4]}", say=_("Saved."))


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def days_file(request: PersonRequest, pk: int) -> HttpResponse:
    """Show what a file of days holds, and publish it when asked to."""
    calendar = _calendar(pk)
    form = DaysFileForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"calendar": calendar, "form": form}
    if request.method != "POST" or not form.is_valid():
        return render(request, "settings/calendar_file.html", context, status=422 if form.is_bound else 200)
    found = read(io.StringIO(form.cleaned_data["text"], newline=""))
    if not found.errors and request.POST.get("then") == "import":
        return _imported(request, calendar, form)
    context |= {
        "form": form.again(),
        "checked": True,
        "errors": found.errors[:MOST_ERRORS],
        "days": [_day(key, entry) for key, entry in found.days.items()],
    }
    return render(request, "settings/calendar_file.html", context, status=422 if found.errors else 200)


def _imported(request: PersonRequest, calendar: Calendar, form: DaysFileForm) -> HttpResponse:
    """Publish the days of the file, which are right; a file that brings nothing new is told."""
    back = reverse("settings:calendar", args=[calendar.pk])
    lines = io.StringIO(form.cleaned_data["text"], newline="")
    try:
        version = import_days(
            calendar, lines=lines, by_name=request.user.name, at=whole(timezone.now()), reason=_("import of days")
        )
    except BadHours as bad:
        return done(request, back, warn=spoken(bad))
    return done(request, back, say=_("Imported: version %s is in force.") % version.number)


def _published(
    request: PersonRequest, calendar: Calendar, form: HoursForm | ClosureForm, *, title: str
) -> HttpResponse:
    back = reverse("settings:calendar", args=[calendar.pk])
    if request.method == "POST" and form.is_valid():
        version = put_in_force(form, calendar, by=request.user, at=whole(timezone.now()))
        if version:
            return done(request, back, say=_("Saved: version %s is in force.") % version.number)
    hint = _("Running clocks are reckoned anew; results that are judged already stay.")
    context = {"form": form, "title": f"{calendar.name}: {title}", "back": back, "hint": hint}
    return render(request, "settings/form.html", context, status=422 if form.errors else 200)


def _calendar(pk: int) -> Calendar:
    return get_object_or_404(Calendar.objects.with_current(), pk=pk)


def _day(key: str, entry: dict[str, Any]) -> dict[str, Any]:
    """Say one special day in words."""
    return {
        "key": key,
        "date": date.fromisoformat(key),
        "kind": Kind(entry["kind"]).label,
        "windows": windows_text(entry["windows"]) or _("closed"),
        "name": pick(entry["name_zh"], entry["name_en"]),
    }

"""Changing calendars: every change first shows which open clocks it moves, before and after; then it is published."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from itsm.desk.settings.access import for_administrators
from itsm.desk.settings.calendars import MOST_ERRORS, calendar_at, day_words
from itsm.desk.settings.hours_forms import (
    ClosureForm,
    CountyForm,
    DaysFileForm,
    DropForm,
    HoursForm,
    PlaceForm,
    put_in_force,
)
from itsm.hours.intake import import_days, read_file
from itsm.hours.models import Calendar
from itsm.hours.reading import Reading
from itsm.hours.services import close_county, drafted, spoken, with_days
from itsm.hours.windows import BadHours
from itsm.people.requests import PersonRequest
from itsm.records.clock import whole
from itsm.ui.answers import done
from sla.calendar_preview import Preview, preview


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def hours(request: PersonRequest, pk: int) -> HttpResponse:
    """Change the hours of every week."""
    calendar = calendar_at(pk)
    return _changed(request, calendar, HoursForm(request.POST or None, calendar=calendar), title=_("Weekly hours"))


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def place(request: PersonRequest, pk: int) -> HttpResponse:
    """Change the names of a calendar and the county in which it holds."""
    calendar = calendar_at(pk)
    form, back = PlaceForm(request.POST or None, instance=calendar), reverse("settings:calendar", args=[pk])
    if request.method == "POST" and form.is_valid():
        form.save()
        return done(request, back, say=_("Saved."))
    context = {"form": form, "title": calendar.name, "back": back}
    return render(request, "settings/form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def closure(request: PersonRequest, pk: int) -> HttpResponse:
    """Close a day or a part of it."""
    calendar = calendar_at(pk)
    form = ClosureForm(request.POST or None, initial={"on": timezone.localdate(), "county": calendar.county})
    return _changed(request, calendar, form, title=_("Close a day"))


@require_POST
@for_administrators
def drop(request: PersonRequest, pk: int) -> HttpResponse:
    """Let a day be like every week again."""
    calendar, form = calendar_at(pk), DropForm(request.POST)
    back = reverse("settings:calendar", args=[calendar.pk])
    if not form.is_valid():
        return done(request, back, warn=_("This day is like every week already."))
    day = form.cleaned_data["day"]
    title = _("%s is like every week again") % day
    if request.POST.get("then") == "preview":
        return _changed(request, calendar, form, title=title)
    version = put_in_force(form, calendar, by=request.user, at=whole(timezone.now()), reason=title)
    if version is None:
        return done(request, back, warn=" ".join(map(str, form.non_field_errors())))
    return done(request, f"{back}?year={day[:4]}", say=_("Saved."))


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def county(request: PersonRequest) -> HttpResponse:
    """Suspend work in a county: every calendar of it closes, as announced the evening before."""
    form = CountyForm(request.POST or None, initial={"on": timezone.localdate()})
    context: dict[str, Any] = {
        "form": form,
        "title": _("Work suspended in a county"),
        "back": reverse("settings:calendars"),
    }
    if request.method == "POST" and form.is_valid():
        try:
            if request.POST.get("then") == "preview":
                context |= {"preview": _previewed(form.drafts(), request)}
            else:
                return _suspended(request, form)
        except BadHours as bad:
            form.add_error(None, spoken(bad))
    return render(request, "settings/calendar_change.html", context, status=422 if form.errors else 200)


def _suspended(request: PersonRequest, form: CountyForm) -> HttpResponse:
    given = form.cleaned_data
    named = {name: given[name] for name in ("name_zh", "name_en", "reason")}
    made = close_county(
        given["county"], on=given["on"], by_name=request.user.name, at=whole(timezone.now()), **form.edges(), **named
    )
    say = _("%(county)s: %(count)s calendars are closed then.") % {"county": given["county"], "count": len(made)}
    return done(request, reverse("settings:calendars"), say=say)


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def days_file(request: PersonRequest, pk: int) -> HttpResponse:
    """Show what a file of days holds and what it moves, and publish it when asked to."""
    calendar = calendar_at(pk)
    form = DaysFileForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"calendar": calendar, "form": form}
    if request.method != "POST" or not form.is_valid():
        return render(request, "settings/calendar_file.html", context, status=422 if form.is_bound else 200)
    found = read_file(form.cleaned_data["text"], calendar=calendar)
    if not found.errors and request.POST.get("then") == "import":
        return _imported(request, calendar, form)
    context |= {
        "form": form.again(),
        "checked": True,
        "errors": found.errors[:MOST_ERRORS],
        "days": [day_words(key, entry) for key, entry in sorted(found.days.items())],
        "preview": _of_file(found, calendar, request),
    }
    return render(request, "settings/calendar_file.html", context, status=422 if found.errors else 200)


def _of_file(found: Reading, calendar: Calendar, request: PersonRequest) -> Preview | None:
    if found.errors or not found.days:
        return None
    try:
        return _previewed([(calendar, drafted(calendar, **with_days(calendar, found.days)))], request)
    except BadHours:  # the days are in force already, which importing says
        return None


def _imported(request: PersonRequest, calendar: Calendar, form: DaysFileForm) -> HttpResponse:
    """Publish the days of the file, which are right; a file that brings nothing new is told."""
    back = reverse("settings:calendar", args=[calendar.pk])
    try:
        version = import_days(
            calendar, text=form.cleaned_data["text"], by_name=request.user.name, at=whole(timezone.now()),
            reason=_("import of days"),
        )  # fmt: skip
    except BadHours as bad:
        return done(request, back, warn=spoken(bad))
    return done(request, back, say=_("Imported: version %s is in force.") % version.number)


def _changed(
    request: PersonRequest, calendar: Calendar, form: HoursForm | ClosureForm | DropForm, *, title: str
) -> HttpResponse:
    """Show what the form would move, or publish it."""
    back = reverse("settings:calendar", args=[calendar.pk])
    context: dict[str, Any] = {"form": form, "title": f"{calendar.name}: {title}", "back": back}
    if request.method == "POST" and form.is_valid():
        if request.POST.get("then") == "preview":
            try:
                context["preview"] = _previewed([(calendar, drafted(calendar, **form.hours(calendar)))], request)
            except BadHours as bad:
                form.add_error(None, spoken(bad))
        elif version := put_in_force(form, calendar, by=request.user, at=whole(timezone.now())):
            return done(request, back, say=_("Saved: version %s is in force.") % version.number)
    return render(request, "settings/calendar_change.html", context, status=422 if form.errors else 200)


def _previewed(drafts: Any, request: PersonRequest) -> Preview:
    return preview(drafts, person=request.user, at=timezone.now())

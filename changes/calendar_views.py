"""The change calendar, the fragment that shows conflicts while a time is chosen, and private feeds."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalogue.models import Service
from changes import calendar, choosing, feeds, scope
from changes.calendar_models import CalendarFeed
from changes.models import Change
from changes.windows import may_waive
from changes.windows_views import worker
from itsm.people.models import Person
from itsm.records.refusals import Objected
from itsm.tickets.finding import find_case
from itsm.tickets.inputs import Unfit, read_instant
from itsm.ui.answers import done


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Show the calendar as a week, a month or a list."""
    person, at = worker(request), timezone.now()
    asked = calendar.read(request.GET.dict(), today=timezone.localdate(at))
    shown = calendar.show(asked, person=person, at=at)
    context = {
        "shown": shown, "asked": asked, "services": Service.objects.visible_to(person).order_by("code"),
        "classes": Change.ChangeClass.choices, "blocking": sum(clash.blocks for clash in shown.clashes), "at": at,
        "last": shown.asked.ends - calendar.DAY,
    }  # fmt: skip
    return render(request, "calendar/calendar.html", context)


@require_safe
def slots(request: HttpRequest, number: str) -> HttpResponse:
    """Show what stands against the time that is being chosen for a change, and the next places that are free."""
    person = worker(request)
    change: Any = find_case(number, person=person)
    if not isinstance(change, Change) or not change.is_worked:
        raise Http404(_("There is no case with this number."))
    start, end = (_instant(request, name, person) or getattr(change, name) for name in ("window_start", "window_end"))
    implementer = _implementer(request) or change.implementer_id
    chosen = choosing.weigh(
        scope.subject_of(change), start, end, implementer_id=implementer, after=timezone.now()
    )  # fmt: skip
    context = {
        "change": change, "chosen": chosen, "fills": request.GET.get("fill") == "1",
        "may_waive": change.change_class == "emergency" and may_waive(person),
    }  # fmt: skip
    return render(request, "calendar/slots.html", context)


def _instant(request: HttpRequest, name: str, person: Any) -> datetime | None:
    """Read an instant; None where it is missing or not written to its end yet."""
    text = request.GET.get(name, "")
    try:
        return read_instant(text, zone=person.time_zone) if text else None
    except Unfit:
        return None


def _implementer(request: HttpRequest) -> int | None:
    name = request.GET.get("implementer", "")[:150]
    found: int | None = (
        Person.objects.active().filter(username=name).values_list("pk", flat=True).first() if name else None
    )
    return found


# ---- feeds ----------------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
def own_feeds(request: HttpRequest) -> HttpResponse:
    """List one's feeds, or make one; its address is shown once."""
    person, made, wrong = worker(request), "", ""
    if request.method == "POST":
        try:
            _feed, token = feeds.make(person, name=request.POST.get("name", ""), at=timezone.now())
            made = settings.SITE_URL.rstrip("/") + reverse("calendar:feed", args=[token])
        except Objected as refusal:
            wrong = " ".join(map(str, refusal.reasons))
    context = {
        "feeds": CalendarFeed.objects.filter(person=person).order_by("revoked_at", "-pk")[:20], "made": made, "wrong": wrong,
        "name": request.POST.get("name", "")[:60] if wrong else "",
    }  # fmt: skip
    return render(request, "calendar/feeds.html", context, status=422 if wrong else 200)


@require_POST
def revoke_feed(request: HttpRequest, pk: int) -> HttpResponse:
    """Make one of one's feeds useless."""
    if not feeds.revoke(worker(request), pk, at=timezone.now()):
        raise Http404(_("There is no such feed."))
    return done(request, reverse("calendar:feeds"), say=_("The feed is revoked."))


@login_not_required
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """Give a calendar program what the owner of the feed may know of; needs no signing in."""
    at = timezone.now()
    found = feeds.find(token[:100], at=at)
    if found is None:
        raise Http404(_("There is no such feed."))
    answer = HttpResponse(feeds.write(found.person, at=at), content_type="text/calendar; charset=utf-8")
    answer["Cache-Control"] = "private, no-store"
    answer["Content-Disposition"] = 'attachment; filename="changes.ics"'
    return answer

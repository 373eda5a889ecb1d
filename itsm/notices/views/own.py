"""One's own notifications, and what one wants to be told."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from itsm.notices import preferences
from itsm.notices.access import base_of
from itsm.notices.models import Notification
from itsm.notices.rendering import Unrenderable, headline
from itsm.people.requests import PersonRequest
from itsm.records import register
from itsm.records.models import Record
from itsm.tickets.models import Ticket
from itsm.ui.answers import done

PAGE = 30


@require_GET
def notifications(request: PersonRequest) -> HttpResponse:
    """List what happened, newest first."""
    mine = Notification.objects.visible_to(request.user).newest()
    only_unread = request.GET.get("show") == "unread"
    if only_unread:
        mine = mine.unread()
    if request.GET.get("after", "").isdecimal():
        mine = mine.filter(pk__lt=int(request.GET["after"][:18]))
    rows = list(mine.order_by("-pk")[: PAGE + 1])
    page = {"shown": len(rows[:PAGE]), "next": rows[PAGE - 1].pk if len(rows) > PAGE else "", "total": None}
    context = {
        "lines": list(_lines(rows[:PAGE])),
        "page": page,
        "only_unread": only_unread,
        "base": base_of(request.user),
    }
    return render(request, "notices/notifications.html", context)


def _lines(rows: list[Notification]) -> Iterable[dict[str, Any]]:
    known = _records([row.record_id for row in rows if row.record_id])
    for row in rows:
        about = known.get(row.record_id or 0)
        try:
            words = headline(row.template, facts=row.facts, about=about)
        except Unrenderable:
            words = row.template
        yield {"row": row, "words": words, "case": about}


def _records(keys: list[int]) -> dict[int, Any]:
    """Read the records that messages are about: one statement for all cases, and one for each other process among them."""
    found: dict[int, Any] = dict(Ticket.objects.in_bulk(keys))
    others = Record.objects.filter(pk__in=set(keys) - found.keys(), number__isnull=False)
    by_kind: dict[str, list[int]] = {}
    for other in others:
        by_kind.setdefault(other.kind, []).append(other.pk)
    for kind, of_kind in by_kind.items():
        found |= register.process(kind).model.objects.in_bulk(of_kind)
    return found


@require_POST
def open_notification(request: PersonRequest, pk: int) -> HttpResponse:
    """Mark one as read and go to its case."""
    row = get_object_or_404(Notification.objects.visible_to(request.user).select_related("record"), pk=pk)
    Notification.objects.filter(pk=row.pk, read_at=None).update(read_at=timezone.now())
    return done(request, f"/t/{row.record.number}" if row.record and row.record.number else _place(row))


def _place(row: Notification) -> str:
    """Give the page that a message without a record names, where it is one of ours."""
    url = str(row.facts.get("url", ""))
    inside = url.startswith(f"{settings.SITE_URL}/")
    return url.removeprefix(settings.SITE_URL) if inside else reverse("notices:notifications")


@require_POST
def read_all(request: PersonRequest) -> HttpResponse:
    """Mark all as read that were shown: those up to the newest on the page."""
    mine = Notification.objects.unread().filter(person=request.user)
    if request.POST.get("upto", "").isdecimal():
        mine = mine.filter(pk__lte=int(request.POST["upto"][:18]))
    mine.update(read_at=timezone.now())
    return done(request, reverse("notices:notifications"))


@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    """Choose, for every event, whether to be told by mail and in the page."""
    person: Any = request.user
    if request.method == "POST":
        preferences.save(
            person, by_mail=set(request.POST.getlist("by_mail")), in_app=set(request.POST.getlist("in_app"))
        )
        return done(request, reverse("notices:preferences"), say=_("Saved."))
    return render(request, "notices/preferences.html", {"rows": preferences.matrix(person), "base": base_of(person)})

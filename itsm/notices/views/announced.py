"""Announcements: the list for everyone, and writing them."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from itsm.notices.access import base_of, may_announce, only_for
from itsm.notices.forms import AnnouncementForm
from itsm.notices.models import Announcement
from itsm.people.requests import PersonRequest
from itsm.ui.answers import done

PAGE = 50


@require_GET
def news(request: PersonRequest) -> HttpResponse:
    """Show what is announced now and what was before."""
    now = timezone.now()
    current = list(Announcement.objects.current(now))
    past = Announcement.objects.filter(starts_at__lte=now, ends_at__lte=now).order_by("-starts_at", "-pk")[:20]
    coming = Announcement.objects.filter(starts_at__gt=now).order_by("starts_at", "pk")[:20]
    context = {
        "current": current,
        "coming": coming,
        "past": past,
        "base": base_of(request.user),
        "may_write": may_announce(request.user),
    }
    return render(request, "notices/news.html", context)


@require_GET
@only_for(may_announce)
def listing(request: PersonRequest) -> HttpResponse:
    """List announcements for those who write them, newest first."""
    now = timezone.now()
    rows = [(row, row.is_current(at=now)) for row in Announcement.objects.order_by("-starts_at", "-pk")[:PAGE]]
    return render(request, "notices/announcements.html", {"rows": rows, "now": now})


@require_http_methods(["GET", "HEAD", "POST"])
@only_for(may_announce)
def write(request: PersonRequest, pk: int | None = None) -> HttpResponse:
    """Write a new announcement or change one."""
    row = (
        get_object_or_404(Announcement, pk=pk)
        if pk
        else Announcement(created_by=request.user, starts_at=timezone.localtime())
    )
    form = AnnouncementForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        form.save()
        return done(request, reverse("notices:announcements"), say=_("Saved."))
    return render(request, "notices/announcement.html", {"form": form, "row": row}, status=422 if form.errors else 200)


@require_POST
@only_for(may_announce)
def end(request: PersonRequest, pk: int) -> HttpResponse:
    """End an announcement now; one that has not begun is removed."""
    row = get_object_or_404(Announcement, pk=pk)
    now = timezone.now()
    if row.starts_at >= now:
        row.delete()
    elif row.is_current(at=now):
        row.ends_at = now
        row.save(update_fields=["ends_at"])
    return done(request, reverse("notices:announcements"), say=_("Ended."))

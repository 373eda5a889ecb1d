"""Where people begin: the address without a path, and the desk's first page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from configuration import access, corrections
from itsm.desk.access import for_workers
from itsm.desk.home.awaited import awaited, today
from itsm.desk.home.board import board


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Lead to the first page of the person's role."""
    person: Any = request.user
    return HttpResponseRedirect(reverse("desk:home" if person.is_worker else "portal:home"))


@require_safe
@for_workers
def home(request: HttpRequest) -> HttpResponse:
    """Show what needs this person now."""
    person: Any = request.user
    at = timezone.now()
    shown = board(person, at=at, token=get_token(request))
    if access.keeps(person):
        shown["corrections"] = corrections.open_for(person).count()
    return render(request, "desk/home.html", shown | {"awaited": awaited(person), "planned": today(person, at=at)})

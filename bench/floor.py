"""The floor: what a bare Django view costs that renders 50 indexed rows for somebody who is signed in."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from itsm.tickets.models import Ticket


@login_required
def floor(request: HttpRequest) -> HttpResponse:
    """Render the 50 newest cases."""
    cases = Ticket.objects.select_related("assignee").order_by("-changed_at", "-pk")[:50]
    return render(request, "floor.html", {"cases": cases})


urlpatterns = [path("floor/", floor)]

"""The portal's first page: two doors, what goes on, and what is needed of oneself."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from catalogue.models import RequestItem
from itsm.desk.approvals.waiting import waiting_for
from itsm.desk.portal.cards import cards, own_cases
from itsm.desk.portal.hours import reach
from itsm.notices.models import Announcement
from itsm.people.requests import PersonRequest
from itsm.service_reports.models import ReportIssue

SHOWN, POPULAR, PLANNED = 3, 6, 3


@require_safe
def home(request: PersonRequest) -> HttpResponse:
    """Show the doors, the newest open cases and what one waits for."""
    at = timezone.now()
    person = request.user
    mine = own_cases(person).open().select_related("hold_reason", "requester").order_by("-changed_at", "-pk")
    coming = Announcement.objects.filter(starts_at__gt=at).order_by("starts_at", "pk")
    reports = (
        ReportIssue.objects.visible_to(person).out().latest().select_related("customer").order_by("-starts_at", "-pk")
    )
    context = {
        "cards": cards(mine[:SHOWN], person=person, at=at),
        "reach": reach(at=at),
        "items": RequestItem.objects.for_unit_of(person).order_by("sort", "code")[:POPULAR],
        "planned": coming[:PLANNED],
        "reports": reports[:SHOWN],
        "to_approve": waiting_for(person, at=at).count(),
    }
    return render(request, "portal/home.html", context)

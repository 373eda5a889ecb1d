"""The catalogue as its users read it: services for one's unit with their eight fields, and those for others, shown grey."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from catalogue.models import RequestItem, Service
from itsm.desk.services.entry import price_words
from itsm.people.requests import PersonRequest
from itsm.tickets.models import Outage


@require_safe
def services(request: PersonRequest) -> HttpResponse:
    """List what is offered to the person's unit, and what is offered to others."""
    mine = Service.objects.for_unit_of(request.user).order_by("code")
    others = (
        Service.objects.live().exclude(pk__in=mine.values("pk")).select_related("owner").prefetch_related("audiences")
    )
    down = set(Outage.objects.filter(ended_at=None, service__in=mine.values("pk")).values_list("service", flat=True))
    groups: dict[str, list[Any]] = {}
    for service in mine:
        groups.setdefault(service.service_type or _("Other"), []).append((service, service.pk in down))
    context = {"groups": sorted(groups.items()), "others": list(others.order_by("code"))}
    return render(request, "portal/services.html", context)


@require_safe
def service(request: PersonRequest, code: str) -> HttpResponse:
    """Show one service with its eight fields and what may be ordered of it."""
    rows = Service.objects.for_unit_of(request.user).select_related("hours", "support_team")
    found: Any = rows.filter(code=code).first()
    if found is None and request.user.is_worker:  # whoever keeps the catalogue looks at it as users see it
        found = Service.objects.live().select_related("hours", "support_team").filter(code=code).first()
    if found is None:
        raise Http404(_("Nothing of that name is offered to you."))
    tongue = "en" if (translation.get_language() or "").startswith("en") else "zh"
    said = {"price": found.price, f"price_unit_{tongue}": found.price_unit}
    context = {
        "service": found, "price": price_words(said, tongue),
        "items": list(RequestItem.objects.for_unit_of(request.user).filter(service=found).order_by("sort", "code")),
        "down": Outage.objects.filter(service=found, ended_at=None).exists(),
    }  # fmt: skip
    return render(request, "portal/service.html", context)

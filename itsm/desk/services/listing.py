"""The administration of the catalogue: every service with its state, owner, edition and what is still missing of it."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Prefetch, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from catalogue.editions.access import may_edit
from catalogue.editions.content import EIGHT, completeness
from catalogue.models import RequestItem, Service, ServiceEdition, ServiceTransition
from itsm.desk.access import for_workers
from itsm.people.requests import PersonRequest
from sla.coverage import covers, of_service

MOST = 200
TONES = {"live": "done", "design": "new", "retiring": "waiting", "retired": "closed"}


@require_safe
@for_workers
def catalogue(request: PersonRequest) -> HttpResponse:
    """List the services, live ones first, and what may be ordered of each."""
    services, agreed = _services(), covers(person=request.user, at=timezone.now())
    rows = [_row(service, request.user) | {"agreed": of_service(agreed, service.pk)} for service in services]
    under_way = ServiceTransition.objects.visible_to(request.user).open().select_related("service").order_by("-pk")[:20]
    context = {
        "rows": rows, "eight": len(EIGHT), "under_way": [(row, row.flows[0].states[row.state]) for row in under_way],
        "live": sum(row["service"].is_live for row in rows), "complete": sum(row["complete"] == len(EIGHT) for row in rows),
        "waiting": sum(row["draft"] is not None and row["draft"].submitted_at is not None for row in rows),
    }  # fmt: skip
    return render(request, "catalogue/list.html", context)


def _services() -> list[Service]:
    editions = ServiceEdition.objects.filter(ended_at=None).order_by("-number")
    items = RequestItem.objects.order_by("sort", "code")
    found = Service.objects.select_related("owner", "hours", "support_team", "second_line_team").prefetch_related(
        "audiences", Prefetch("editions", queryset=editions, to_attr="standing"), Prefetch("items", queryset=items)
    )
    found = found.annotate(open_items=Count("items", filter=Q(items__is_active=True), distinct=True))
    order = {"live": 0, "retiring": 1, "design": 2, "retired": 3}
    return sorted(found.order_by("code"), key=lambda service: order[service.lifecycle])


def _row(service: Any, person: Any) -> dict[str, Any]:
    in_force = next((row for row in service.standing if row.applied_at), None)
    draft = next((row for row in service.standing if not row.approved_at), None)
    waiting = next((row for row in service.standing if row.approved_at and not row.applied_at), None)
    return {
        "service": service, "tone": TONES[service.lifecycle], "edition": in_force, "draft": draft, "approved": waiting,
        "complete": completeness(said(service)), "may_edit": may_edit(person, service), "items": list(service.items.all()),
    }  # fmt: skip


def said(service: Any) -> dict[str, Any]:
    """Give what counts for completeness from a service that was read with its rows."""
    from catalogue.editions.content import LANGUAGES, TEXTS

    made: dict[str, Any] = {
        f"{name}_{tongue}": getattr(service, f"{name}_{tongue}") for name in TEXTS for tongue in LANGUAGES
    }
    return made | {
        "kind": service.kind, "price": service.price, "hours": service.hours_id, "support_team": service.support_team_id,
    }  # fmt: skip


@require_safe
@for_workers
def transitions(request: PersonRequest) -> HttpResponse:
    """List the service transitions, those under way or all of them, the newest first."""
    show = "all" if request.GET.get("show") == "all" else "open"
    found = ServiceTransition.objects.visible_to(request.user).select_related("service", "owner")
    rows = found if show == "all" else found.open()
    tabs = [
        {"label": label, "url": f"?show={code}", "current": show == code}
        for code, label in (("open", _("Under way")), ("all", _("All")))
    ]
    shown = [(row, row.flows[0].states[row.state]) for row in rows.order_by("-pk")[:MOST]]
    return render(request, "service_transition/list.html", {"rows": shown, "tabs": tabs})

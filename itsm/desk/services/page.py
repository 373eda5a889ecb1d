"""The page of one service: what it is, who answers for it, what it runs on, what happens to it now, and its history."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from catalogue.editions.content import content_of
from catalogue.models import ServiceTransition
from itsm.desk.access import for_workers
from itsm.desk.services import root_item
from itsm.desk.services.entry import service_at, table
from itsm.desk.services.listing import TONES
from itsm.people.requests import PersonRequest
from itsm.records import register
from itsm.records.models import Link, LinkKind
from itsm.tickets.finding import page_of
from itsm.tickets.models import Outage, Ticket
from problems.models import KnownError

MOST, RECENT = 20, timedelta(days=90)


@require_safe
@for_workers
def service(request: PersonRequest, code: str) -> HttpResponse:
    """Show the service."""
    found, person = service_at(code), request.user
    cases = Ticket.objects.visible_to(person).standing().filter(service=found)
    now = cases.open().exclude(kind="change").select_related("assignee").order_by("priority", "-pk")
    changes = cases.filter(kind="change").order_by("-pk")
    known = KnownError.objects.visible_to(person).in_force().filter(service=found).order_by("-use_count", "-pk")
    context: dict[str, Any] = {
        "service": found, "tone": TONES[found.lifecycle], "fields": table(content_of(found)), "cases": _drawn(now), "all": now.count(),
        "changes": _drawn(changes), "known": list(known[:MOST]), "items": list(found.items.filter(is_active=True)),
        "outages": list(_outages(found)), "cis": _cis(found, person), "transitions": _transitions(found, person),
        "history": list(found.editions.exclude(approved_at=None).select_related("approved_by").order_by("-number")),
        "down": Outage.objects.filter(service=found, ended_at=None).exists(), "audiences": list(found.audiences.order_by("code")),
    }  # fmt: skip
    return render(request, "services/page.html", context | root_item.shown(found, person))


def _drawn(cases: Any) -> list[dict[str, Any]]:
    """Lay cases out with their words of state; the first of them only."""
    return [
        {"record": case, "url": page_of(case), "state": register.process(case.kind).flow.states[case.state]}
        for case in cases[:MOST]
    ]


def _outages(found: Any) -> Any:
    since = timezone.now() - RECENT
    return Outage.objects.filter(service=found, started_at__gte=since).order_by("-started_at")[:MOST]


def _transitions(found: Any, person: Any) -> list[tuple[Any, Any]]:
    rows = ServiceTransition.objects.visible_to(person).filter(service=found).order_by("-pk")[:MOST]
    return [(row, row.flows[0].states[row.state]) for row in rows]


def _cis(found: Any, person: Any) -> list[dict[str, Any]]:
    """List the configuration items that the open cases and changes of the service name, as far as the person may know them."""
    known = {process.key: process for process in register.processes()}
    if "ci" not in known:
        return []
    of_service = Ticket.objects.filter(service=found).values("pk")
    keys = Link.objects.filter(kind=LinkKind.AFFECTS, source__in=of_service, target__kind="ci").values("target_id")
    rows = known["ci"].model.objects.visible_to(person).filter(pk__in=keys).order_by("number")[:MOST]
    return [{"record": row, "url": page_of(row), "state": row.flows[0].states[row.state]} for row in rows]

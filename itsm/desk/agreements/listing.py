"""The list of agreements: what is in force, what is negotiated, what ends or is reviewed next, what cannot be kept."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from itsm.desk.access import for_workers
from itsm.people.requests import PersonRequest
from itsm.tickets.finding import page_of
from sla.agreement_querysets import keeps
from sla.models import AgreementEdition, ServiceAgreement

#: Agreements on one page; days before its end from which one is marked.
PAGE, SOON = 200, 90
TYPES = ("sla", "ola", "uc")


@require_safe
@for_workers
def agreements(request: PersonRequest) -> HttpResponse:
    """List the agreements by their type."""
    wanted = request.GET.get("type", "")
    ended = request.GET.get("ended") == "1"
    editions = AgreementEdition.objects.select_related("hours").prefetch_related("rows__service")
    rows = ServiceAgreement.objects.visible_to(request.user).select_related(
        "provider", "provider_team", "consumer", "consumer_team", "owner"
    )
    if wanted in TYPES:
        rows = rows.filter(type=wanted)
    if not ended:
        rows = rows.exclude(state__in=("expired", "terminated"))
    found = rows.prefetch_related(Prefetch("editions", queryset=editions)).order_by("type", "-pk")[:PAGE]
    context = {
        "rows": [_row(record) for record in found], "wanted": wanted, "ended": ended, "may_keep": keeps(request.user),
        "types": ServiceAgreement.Type.choices,
    }  # fmt: skip
    return render(request, "agreement/list.html", context)


def _row(record: Any) -> dict[str, Any]:
    editions, today = list(record.editions.all()), localdate()
    running = next((one for one in editions if one.applied_at and not one.ended_at), None)
    edition = running or editions[0]
    left = (edition.valid_to - today).days if edition.valid_to else None
    services = [str(row.service) for row in edition.rows.all() if row.service_id]
    return {
        "record": record, "url": page_of(record), "state": record.flows[0].states[record.state], "edition": edition, "running": running,
        "services": services, "faults": len(edition.chain), "ends_soon": running is not None and left is not None and left <= SOON,
        "review_late": running is not None and edition.next_review_on is not None and edition.next_review_on < today,
    }  # fmt: skip

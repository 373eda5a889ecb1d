"""The agenda of a service review: what the period's records say about the services of a customer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q

from itsm.flow import pick
from itsm.records import register
from itsm.tickets.finding import page_of
from itsm.tickets.models import Ticket
from relationships.models import Complaint
from relationships.survey_population import begins, ends
from relationships.survey_report import service_levels

if TYPE_CHECKING:
    from itsm.people.models import Person

MOST = 20


def agenda(review: Any, *, person: Person) -> dict[str, Any]:
    """Lay out what the customer's people asked for and complained of, how targets were met, and what changes."""
    unit, services = review.customer.organisation_id, list(review.customer.services.order_by("code"))
    between = Q(received_at__date__gte=review.period_start, received_at__date__lte=review.period_end)
    seen = Ticket.objects.visible_to(person)
    counted = seen.filter(between, unit=unit).order_by().values("kind")
    counted = counted.annotate(n=Count("pk"), still_open=Count("pk", filter=~Q(phase="done")))
    complaints = Complaint.objects.visible_to(person).filter(between, unit=unit).order_by("-pk")[:MOST]
    changes = seen.filter(between, kind="change", service__in=services).order_by("-pk")[:MOST]
    since, until = begins(review.period_start), ends(review.period_end)
    return {
        "counted": {row["kind"]: row for row in counted}, "complaints": _drawn(complaints), "changes": _drawn(changes),
        "services": services,
        "levels": [row | {"name": pick(row["zh_hant"], row["en"])} for row in service_levels(since=since, until=until, services=services)],
        "actions": list(review.improvement_actions.select_related("owner").order_by("due_on", "pk")),
    }  # fmt: skip


def _drawn(rows: Any) -> list[dict[str, Any]]:
    return [
        {"record": row, "url": page_of(row), "state": register.process(row.kind).flow.states[row.state]} for row in rows
    ]

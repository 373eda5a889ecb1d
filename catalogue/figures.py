"""What the catalogue and its transitions measure over a period."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from catalogue.editions.content import EIGHT, completeness, content_of
from catalogue.models import Service, ServiceEdition, ServiceTransition
from itsm.records.figures import Count, Durations, Rows, Share, durations, moved, moves_of, share

KIND = "service_transition"


def accepted_at_once(*, start: datetime, end: datetime) -> Share:
    """Count those accepted in the period that passed in their first round of acceptance."""
    passed = moves_of(KIND, "pass_acceptance", start=start, end=end).values("record")
    rows = ServiceTransition.objects.filter(pk__in=passed)
    return share(Rows(rows.filter(acceptance_round=1)), Rows(rows))


def went_live(*, start: datetime, end: datetime) -> Share:
    """Count those that went live among those whose going live ended in the period."""
    ended = moved(KIND, "finish_transition", "report_not_live", start=start, end=end)
    return share(moved(KIND, "finish_transition", start=start, end=end), ended)


def time_to_live(*, start: datetime, end: datetime) -> Durations:
    """Measure from the proposal to the going live, for those that went live in the period."""
    live = moves_of(KIND, "finish_transition", start=start, end=end).values_list("record", "record__created_at", "at")
    return durations(live)


def complete_entries(*, start: datetime, end: datetime) -> Share:
    """Count the live services whose eight fields are complete in both languages, as of now."""
    rows = list(Service.objects.live().select_related("hours", "support_team", "second_line_team", "owner"))
    whole = Rows(tuple((row.pk, 1) for row in rows), of="service")
    good = tuple((row.pk, 1) for row in rows if completeness(content_of(row)) == len(EIGHT))
    return share(Rows(good, of="service"), whole)


def editions_published(*, start: datetime, end: datetime) -> Count:
    """Count the editions that came into force in the period."""
    return Count(
        Rows(ServiceEdition.objects.filter(applied_at__gte=start, applied_at__lt=end), "service", of="service")
    )


def acceptance_rows(*, start: datetime, end: datetime) -> Any:
    """Give the transitions accepted in the period, with their signed criteria (clause 5.4)."""
    rows = ServiceTransition.objects.filter(accepted_at__gte=start, accepted_at__lt=end)
    return rows.prefetch_related("criteria").order_by("accepted_at", "pk")


def edition_rows(*, start: datetime, end: datetime) -> Any:
    """Give the editions approved in the period (clause 6.1)."""
    rows = ServiceEdition.objects.filter(approved_at__gte=start, approved_at__lt=end)
    return rows.select_related("service", "approved_by").order_by("approved_at", "pk")


EVIDENCE = {"transitions_accepted": acceptance_rows, "editions_approved": edition_rows}

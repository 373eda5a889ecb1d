"""What the catalogue and its transitions measure over a period."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from catalogue.editions.content import EIGHT, completeness, content_of
from catalogue.models import Service, ServiceEdition, ServiceTransition
from itsm.records.figures import Durations, Share, durations, moves_of

KIND = "service_transition"


def accepted_at_once(*, start: datetime, end: datetime) -> Share:
    """Count those accepted in the period that passed in their first round of acceptance."""
    passed = moves_of(KIND, "pass_acceptance", start=start, end=end).values("record")
    rows = ServiceTransition.objects.filter(pk__in=passed)
    return Share(rows.filter(acceptance_round=1).count(), rows.count())


def went_live(*, start: datetime, end: datetime) -> Share:
    """Count those that went live among those whose going live ended in the period."""
    good = moves_of(KIND, "finish_transition", start=start, end=end).count()
    return Share(good, good + moves_of(KIND, "report_not_live", start=start, end=end).count())


def time_to_live(*, start: datetime, end: datetime) -> Durations:
    """Measure from the proposal to the going live, for those that went live in the period."""
    live = moves_of(KIND, "finish_transition", start=start, end=end).values_list("record__created_at", "at")
    return durations(live)


def complete_entries(*, start: datetime, end: datetime) -> Share:
    """Count the live services whose eight fields are complete in both languages, as of now."""
    rows = list(Service.objects.live().select_related("hours", "support_team", "second_line_team", "owner"))
    return Share(sum(completeness(content_of(row)) == len(EIGHT) for row in rows), len(rows))


def editions_published(*, start: datetime, end: datetime) -> int:
    """Count the editions that came into force in the period."""
    return int(ServiceEdition.objects.filter(applied_at__gte=start, applied_at__lt=end).count())


def acceptance_rows(*, start: datetime, end: datetime) -> Any:
    """Give the transitions accepted in the period, with their signed criteria (clause 5.4)."""
    rows = ServiceTransition.objects.filter(accepted_at__gte=start, accepted_at__lt=end)
    return rows.prefetch_related("criteria").order_by("accepted_at", "pk")


def edition_rows(*, start: datetime, end: datetime) -> Any:
    """Give the editions approved in the period (clause 6.1)."""
    rows = ServiceEdition.objects.filter(approved_at__gte=start, approved_at__lt=end)
    return rows.select_related("service", "approved_by").order_by("approved_at", "pk")


FIGURES = {
    "transitions_accepted_at_once": accepted_at_once, "transitions_went_live": went_live, "time_to_live": time_to_live,
    "complete_entries": complete_entries, "editions_published": editions_published,
}  # fmt: skip
EVIDENCE = {"transitions_accepted": acceptance_rows, "editions_approved": edition_rows}

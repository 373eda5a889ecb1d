"""What is asked of releases beside their own columns: early life, progress, gates, versions by environment."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from itsm.records.models import Link, LinkKind
from itsm.tickets.models import Ticket


def incidents_after(release: Any) -> QuerySet[Any]:
    """Collect the incidents that the release caused inside its early life, the first received first."""
    caused = Link.objects.filter(target_id=release.pk, kind=LinkKind.CAUSED_BY_CHANGE).values("source_id")
    found: QuerySet[Any] = Ticket.objects.filter(pk__in=caused, kind="incident").order_by("received_at", "pk")
    if release.actual_end is None or release.early_life_until is None:
        return found.none()
    return found.filter(received_at__gte=release.actual_end, received_at__lte=release.early_life_until)

"""What releases are planned when, for the calendar of all processes."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

from itsm.records.models import Link, LinkKind
from itsm.records.planned import Planned
from itsm.tickets.finding import page_of
from releases.flow import RELEASE
from releases.models import Release

WITHOUT = ("draft", "rejected", "cancelled")
SETTLED = ("approved", "deploying", "emergency_deploying", "retro_documentation", "post_review", "closed")
MOST = 2000


def planned(start: datetime, end: datetime, person: Any, with_items: bool = True) -> list[Planned]:
    """Collect the releases with a window in the stretch; one statement for any number, and one for their items."""
    seen = Release.objects.visible_to(person).filter(planned_at__lt=end, planned_end__gt=start)
    rows = seen.exclude(state__in=WITHOUT).select_related("service", "team", "implementer").order_by("planned_at", "pk")
    found = list(rows[:MOST])
    links = Link.objects.filter(
        source__in=[row.pk for row in found if with_items], kind=LinkKind.AFFECTS, target__kind="ci"
    )
    items: dict[int, set[int]] = defaultdict(set)
    for source, target in links.values_list("source", "target"):
        items[source].add(target)
    return [
        Planned(
            row.pk, "release", row.number, row.title, page_of(row), RELEASE.states[row.state], row.planned_at, row.planned_end,
            service_id=row.service_id, service=str(row.service or ""), team_id=row.team_id, team=str(row.team or ""),
            person_id=row.implementer_id, person=row.implementer.name if row.implementer else "", is_settled=row.state in SETTLED,
            tags=(row.release_type,) if row.release_type else (), words=str(row.get_release_type_display()),
            items=frozenset(items[row.pk]),
        )
        for row in found
    ]  # fmt: skip

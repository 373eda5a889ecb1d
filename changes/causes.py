"""Incidents that a change has probably caused: on one of its items, within 72 hours of its end."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Q

from itsm.flow import Move
from itsm.records import journal, register
from itsm.records.links import link, linked
from itsm.records.models import Event, Link, LinkKind, Record

if TYPE_CHECKING:
    from itsm.people.models import Person

#: Hours after the end of a change in which an incident on its items counts as caused by it (domain 1.9).
WITHIN_HOURS = 72
WITHIN = timedelta(hours=WITHIN_HOURS)
#: How far back the hourly round looks.
LOOK_BACK = timedelta(days=5)
NEW = """
SELECT DISTINCT i.id, c.ticket_ptr_id
FROM changes_change c
  JOIN records_link x ON x.source_id = c.ticket_ptr_id AND x.kind = 'affects'
  JOIN records_link y ON y.target_id = x.target_id AND y.kind = 'affects' AND y.source_id <> x.source_id
  JOIN records_record i ON i.id = y.source_id AND i.kind = 'incident'
  JOIN tickets_ticket t ON t.record_ptr_id = i.id
WHERE c.actual_end >= %(since)s AND t.received_at BETWEEN c.actual_end AND c.actual_end + make_interval(hours => %(within)s)
  AND t.received_at <= %(at)s
  AND NOT EXISTS (SELECT FROM records_link z
    WHERE z.source_id = i.id AND z.target_id = c.ticket_ptr_id AND z.kind = 'caused_by_change')
ORDER BY 1, 2
"""


def find(*, at: datetime) -> int:
    """Link incidents with the changes that have probably caused them; tells how many links were made."""
    with connection.cursor() as cursor:
        cursor.execute(NEW, {"since": at - LOOK_BACK, "within": WITHIN_HOURS, "at": at})
        pairs = cursor.fetchall()
    rows = Record.objects.in_bulk([key for pair in pairs for key in pair])
    for incident, change in pairs:
        move = Move("caused", None, at, "system")
        link(rows[incident], rows[change], kind=LinkKind.CAUSED_BY_CHANGE, by=None, at=at, auto=True)
        blame_releases(rows[incident], rows[change], by=None, at=at, auto=True)
        journal.write(
            register.load(rows[incident]), kind=Event.Kind.LINKED, name=move.name, move=move, change=rows[change].number
        )
    return len(pairs)


def blame_releases(incident: Record, change: Record, *, by: Person | None, at: datetime, auto: bool) -> None:
    """Link an incident with the releases by which its change went into use: what the change caused, they brought."""
    for release in linked(change, kind=LinkKind.IMPLEMENTED_BY).records:
        if register.reached(release, "deployed"):
            link(incident, release, kind=LinkKind.CAUSED_BY_CHANGE, by=by, at=at, auto=auto)


def near(change: Any) -> Q | None:
    """Give the condition for incidents on the change's items or services within 72 hours of its end; None before it."""
    if change.actual_end is None:
        return None
    targets = Link.objects.filter(source_id=change.pk, kind=LinkKind.AFFECTS).values("target_id")
    on_items = Q(pk__in=Link.objects.filter(target_id__in=targets, kind=LinkKind.AFFECTS).values("source_id"))
    services = [pk for pk in (change.service_id, *change.affected_services.values_list("pk", flat=True)) if pk]
    times = Q(received_at__gte=change.actual_end, received_at__lte=change.actual_end + WITHIN)
    return Q(kind="incident") & times & (on_items | Q(service__in=services))

"""What stands against a time for a change: others at its items or near them, its implementer, freezes, maintenance."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from changes import scope
from changes.far import HOLDING
from changes.scope import Subject
from changes.slots import Stretch, merged
from itsm.ui.moments import moment_text

BLOCKER, WARNING = "blocker", "warn"
#: How far up or down the relationships of the configuration data a change is felt.
HOPS = 2
#: States in which somebody wants a time that is not authorised yet: they are told, they do not block.
WANTING = (
    "submitted",
    "assessing",
    "cab_review",
    "service_transition",
    "implementation_review",
    "emergency_authorization",
)

#: Each change that shares a moment with the stretch and an item, an item near, or the implementer: nearest way first.
#: ``near`` walks up and down apart, so that what merely stands on the same thing is no conflict; it ends at items of which
#: one of the two changes says that it does not affect them.
OVERLAPS = """
WITH RECURSIVE near(item, origin, hops, down) AS (
    SELECT item, item, 0, way FROM unnest(%(items)s::bigint[]) AS item CROSS JOIN (VALUES (true), (false)) AS ways(way)
  UNION
    SELECT far.item, near.origin, near.hops + 1, near.down
    FROM near CROSS JOIN LATERAL (
        SELECT effect_id AS item FROM configuration_cirelation WHERE near.down AND cause_id = near.item AND valid_to IS NULL
        UNION ALL
        SELECT cause_id FROM configuration_cirelation WHERE NOT near.down AND effect_id = near.item AND valid_to IS NULL
    ) AS far
    WHERE near.hops < %(hops)s
      AND NOT EXISTS (SELECT FROM changes_notaffected n WHERE n.change_id = %(key)s AND n.item_id = far.item)
), ways AS (
    SELECT DISTINCT ON (item) item, origin, hops FROM near ORDER BY item, hops, origin
), busy AS (
    SELECT c.ticket_ptr_id AS key, c.window_start, c.window_end, c.implementer_id, t.state, t.title, r.number
    FROM changes_change c
    JOIN tickets_ticket t ON t.record_ptr_id = c.ticket_ptr_id
    JOIN records_record r ON r.id = c.ticket_ptr_id
    WHERE tstzrange(c.window_start, c.window_end) && tstzrange(%(start)s, %(end)s)
      AND c.window_start IS NOT NULL AND c.window_end IS NOT NULL
      AND t.state = ANY(%(states)s) AND c.ticket_ptr_id <> %(key)s
), found AS (
    SELECT busy.*, ways.hops, ways.item, ways.origin
    FROM busy JOIN records_link l ON l.source_id = busy.key AND l.kind = 'affects' JOIN ways ON ways.item = l.target_id
    WHERE NOT EXISTS (SELECT FROM changes_notaffected n WHERE n.change_id = busy.key AND n.item_id = ways.origin)
  UNION ALL
    SELECT busy.*, NULL, NULL, NULL FROM busy WHERE busy.implementer_id = %(implementer)s
)
SELECT DISTINCT ON (found.key, found.hops IS NULL) found.key, found.number, found.title, found.state, found.window_start,
       found.window_end, found.hops, near.number, origin.number
FROM found LEFT JOIN records_record near ON near.id = found.item LEFT JOIN records_record origin ON origin.id = found.origin
ORDER BY found.key, found.hops IS NULL, found.hops
"""


@dataclass(frozen=True)
class Conflict:
    """One thing against a time: how severe, of which kind, in words, and the record that it is about."""

    severity: str
    kind: str
    text: str
    number: str = ""
    start: datetime | None = None
    end: datetime | None = None

    @property
    def blocks(self) -> bool:
        """Tell whether the time cannot be had as it is."""
        return self.severity == BLOCKER


@dataclass(frozen=True)
class Overlap:
    """A change that shares a moment: ``hops`` away by items, or None where it is the implementer."""

    key: int
    number: str
    title: str
    state: str
    start: datetime
    end: datetime
    hops: int | None
    item: str
    origin: str


def of_change(change: Any, start: datetime, end: datetime, implementer_id: int | None) -> list[Conflict]:
    """List what stands against carrying ``change`` out from ``start`` to ``end``, blockers first; seven statements at most."""
    return of_subject(scope.subject_of(change), start, end, implementer_id)


def of_subject(subject: Subject, start: datetime, end: datetime, implementer_id: int | None) -> list[Conflict]:
    """List what stands against the time for the subject, blockers first."""
    found = [
        *_frozen(subject, start, end),
        *(_overlap(row) for row in overlaps(subject, start, end, implementer_id)),
        *_outside_maintenance(subject, start, end),
    ]
    return sorted(found, key=lambda one: not one.blocks)


def overlaps(subject: Subject, start: datetime, end: datetime, implementer_id: int | None) -> list[Overlap]:
    """Find the changes that get in each other's way; one statement, by the index on the ranges of the windows."""
    if not subject.items and implementer_id is None:
        return []
    given: dict[str, Any] = {
        "items": sorted(subject.items), "hops": HOPS, "start": start, "end": end, "states": [*HOLDING, *WANTING],
        "key": subject.key, "implementer": implementer_id,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(OVERLAPS, given)
        return [Overlap(*row) for row in cursor.fetchall()]


def _overlap(row: Overlap) -> Conflict:
    words = {
        "number": row.number,
        "start": moment_text(row.start),
        "item": row.item,
        "origin": row.origin,
        "hops": row.hops,
    }
    if row.hops is None:
        kind, text = "implementer", _("%(number)s has the same implementer (from %(start)s)") % words
    elif row.hops == 0:
        kind, text = "item", _("%(number)s changes the same item %(item)s (from %(start)s)") % words
    else:
        text = _("%(number)s changes %(item)s, %(hops)s steps from %(origin)s (from %(start)s)") % words
        kind = "near"
    severity = BLOCKER if row.state in HOLDING else WARNING
    return Conflict(severity, kind, text, row.number, row.start, row.end)


def _frozen(subject: Subject, start: datetime, end: datetime) -> Iterator[Conflict]:
    rows = [row for row in scope.freezes(start, end) if scope.applies(row, subject)]
    free = scope.waived(subject.key, rows) if subject.is_emergency else frozenset()
    for row in rows:
        words = {"freeze": row.name, "until": moment_text(row.ends_at), "exceptions": row.exceptions}
        text = _("Changes are frozen by “%(freeze)s” until %(until)s") % words
        if row.exceptions:
            text = _("%(text)s (exceptions: %(exceptions)s)") % {"text": text, "exceptions": row.exceptions}
        severity = BLOCKER if row.is_hard and row.pk not in free else WARNING
        yield Conflict(severity, "freeze", text, start=row.starts_at, end=row.ends_at)


def _outside_maintenance(subject: Subject, start: datetime, end: datetime) -> Iterator[Conflict]:
    rules = [row for row in scope.maintenance(start, end) if scope.applies(row, subject)]
    if not rules:
        return
    openings = merged(stretch for row in rules for stretch in row.recurrence().between(start, end))
    if not any(stretch.covers(Stretch(start, end)) for stretch in openings):
        names = _(", ").join(dict.fromkeys(row.name for row in rules))
        yield Conflict(WARNING, "maintenance", _("Outside the maintenance window: %(names)s") % {"names": names[:200]})


def frozen(change: Any, start: datetime, end: datetime) -> list[str]:
    """Say which freezes stop the time, waived ones apart (the answer to ``far.answers.frozen``)."""
    return [one.text for one in _frozen(scope.subject_of(change), start, end) if one.blocks] if start < end else []


def sentences(change: Any, start: datetime, end: datetime, implementer_id: int | None) -> list[str]:
    """Say what blocks the time (the answer to ``far.answers.conflicts``); what only warns blocks nothing."""
    return [one.text for one in of_change(change, start, end, implementer_id) if one.blocks] if start < end else []

"""How many things stand against each of the changes of a list: other changes at any time of theirs, and freezes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.db import connection

from changes import clashes, planned, scope
from changes.conflicts import HOPS, WANTING
from changes.far import HOLDING

#: States of changes that are still to be carried out, or are being so.
COMING = ("draft", *WANTING, *HOLDING)
#: For each change of the list, the others that share a moment with it and an item, an item near, or the implementer.
CROSSING = """
WITH RECURSIVE shown AS (
    SELECT ticket_ptr_id AS key, tstzrange(window_start, window_end) AS stretch, implementer_id
    FROM changes_change WHERE ticket_ptr_id = ANY(%(keys)s)
), busy AS (
    SELECT s.key AS one, c.ticket_ptr_id AS other, c.implementer_id IS NOT DISTINCT FROM s.implementer_id
           AND s.implementer_id IS NOT NULL AS same_hands
    FROM shown s JOIN changes_change c ON tstzrange(c.window_start, c.window_end) && s.stretch AND c.ticket_ptr_id <> s.key
    JOIN tickets_ticket t ON t.record_ptr_id = c.ticket_ptr_id
    WHERE c.window_start IS NOT NULL AND c.window_end IS NOT NULL AND t.state = ANY(%(states)s)
), near(key, item, origin, hops, down) AS (
    SELECT l.source_id, l.target_id, l.target_id, 0, way
    FROM records_link l JOIN shown ON shown.key = l.source_id CROSS JOIN (VALUES (true), (false)) AS ways(way)
    WHERE l.kind = 'affects'
  UNION
    SELECT near.key, far.item, near.origin, near.hops + 1, near.down
    FROM near CROSS JOIN LATERAL (
        SELECT effect_id AS item FROM configuration_cirelation WHERE near.down AND cause_id = near.item AND valid_to IS NULL
        UNION ALL
        SELECT cause_id FROM configuration_cirelation WHERE NOT near.down AND effect_id = near.item AND valid_to IS NULL
    ) AS far
    WHERE near.hops < %(hops)s
      AND NOT EXISTS (SELECT FROM changes_notaffected n WHERE n.change_id = near.key AND n.item_id = far.item)
)
SELECT one, count(DISTINCT other) FROM busy
WHERE same_hands OR EXISTS (
    SELECT FROM near JOIN records_link l ON l.target_id = near.item AND l.kind = 'affects'
    WHERE near.key = busy.one AND l.source_id = busy.other
      AND NOT EXISTS (SELECT FROM changes_notaffected n WHERE n.change_id = busy.other AND n.item_id = near.origin))
GROUP BY one
"""


def counts(changes: Sequence[Any]) -> dict[int, int]:
    """Count, by key, what stands against each change that is still to be carried out; seven statements for any number."""
    coming = [row for row in changes if row.state in COMING and row.window_start and row.window_end]
    if not coming:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(CROSSING, {"keys": [row.pk for row in coming], "states": [*HOLDING, *WANTING], "hops": HOPS})
        found = Counter(dict(cursor.fetchall()))
    start, end = min(row.window_start for row in coming), max(row.window_end for row in coming)
    shown = {one.key: one for one in planned.of(coming)}
    found.update(clash.first.key for clash in clashes.in_freezes(shown, scope.freezes(start, end)))
    return dict(found)

"""What items are called, now or as of a moment: read for those that are shown, not for all that a walk reached."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from django.db import connection

NAMES = """
SELECT k.id, c.number, coalesce(i.title, ''), coalesce(i.ci_class_id, 0), coalesce(i.state, '')
  FROM unnest(%(ids)s::bigint[]) AS k (id) JOIN records_record c ON c.id = k.id {item} ORDER BY k.id
"""
PRESENT = "JOIN configuration_configurationitem i ON i.record_ptr_id = k.id"
PAST = """LEFT JOIN LATERAL (
    SELECT v.data ->> 'title' AS title, (v.data ->> 'ci_class_id')::bigint AS ci_class_id, v.data ->> 'state' AS state
      FROM configuration_civersion v
     WHERE v.item_id = k.id AND v.valid_from <= %(at)s AND (v.valid_to IS NULL OR v.valid_to > %(at)s)
     ORDER BY v.sequence DESC LIMIT 1) i ON true"""


class Node(NamedTuple):
    """An item as lists and drawings need it."""

    id: int
    number: str
    title: str
    class_id: int
    state: str


def nodes(keys: Collection[int], *, at: datetime | None) -> list[Node]:
    """Read what the items are called, as of ``at``, by ascending key."""
    if not keys:
        return []
    with connection.cursor() as cursor:
        cursor.execute(NAMES.format(item=PRESENT if at is None else PAST), {"ids": list(keys), "at": at})
        return [Node(*row) for row in cursor.fetchall()]


def by_id(keys: Collection[int], *, at: datetime | None) -> dict[int, Node]:
    """Read what the items are called, by their keys."""
    return {node.id: node for node in nodes(keys, at=at)}

"""The neighbourhood of an item: what hangs together with it in either direction, in so many steps, as of any moment."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from configuration.impact import MOST, PAST, PRESENT
from configuration.models import CiRelation

WITHIN = """
WITH RECURSIVE near AS (
    SELECT 0 AS depth, ARRAY[%(start)s]::bigint[] AS ids, ARRAY[%(start)s]::bigint[] AS fresh
    UNION ALL
    SELECT n.depth + 1, n.ids || s.found, s.found
      FROM near n CROSS JOIN LATERAL (
        SELECT coalesce(array_agg(DISTINCT e.id), '{{}}') AS found FROM (
            SELECT r.target_id AS id FROM configuration_cirelation r
             WHERE r.source_id = ANY (n.fresh) AND {holds} AND (%(kinds)s::bigint[] IS NULL OR r.type_id = ANY (%(kinds)s))
            UNION ALL
            SELECT r.source_id FROM configuration_cirelation r
             WHERE r.target_id = ANY (n.fresh) AND {holds} AND (%(kinds)s::bigint[] IS NULL OR r.type_id = ANY (%(kinds)s))
        ) e WHERE e.id <> ALL (n.ids)
      ) s
     WHERE n.depth < %(limit)s AND cardinality(n.fresh) > 0 AND cardinality(n.ids) <= %(most)s
)
SELECT ids, cardinality(fresh) > 0 FROM near ORDER BY depth DESC LIMIT 1
"""
NAMES = """
SELECT k.id, c.number, i.title, i.ci_class_id, i.state
  FROM unnest(%(ids)s::bigint[]) AS k (id) JOIN records_record c ON c.id = k.id {item} ORDER BY k.id
"""


@dataclass(frozen=True)
class Node:
    """An item as a drawing needs it."""

    id: int
    number: str
    title: str
    class_id: int
    state: str


def within(
    item: int, *, depth: int, kinds: Collection[int] | None, at: datetime | None, most: int = MOST
) -> tuple[list[int], bool]:
    """List the keys of items within ``depth`` steps over relationships of ``kinds`` (None is all); and whether it was cut."""
    statement = WITHIN.format(**(PRESENT if at is None else PAST))
    asked = {"start": item, "limit": depth, "most": most, "at": at, "kinds": list(kinds) if kinds is not None else None}
    with connection.cursor() as cursor:
        cursor.execute(statement, asked)
        keys, more = cursor.fetchone()
    return keys[: most + 1], bool(more) and len(keys) > most


def nodes(keys: Collection[int], *, at: datetime | None) -> list[Node]:
    """Read what the items are called, as of ``at``."""
    with connection.cursor() as cursor:
        cursor.execute(NAMES.format(**(PRESENT if at is None else PAST)), {"ids": list(keys), "at": at})
        return [
            Node(key, number, title or "", class_id or 0, state or "")
            for key, number, title, class_id, state in cursor.fetchall()
        ]


def between(keys: Collection[int], *, kinds: Collection[int] | None, at: datetime | None) -> list[Any]:
    """List the relationships between the items, as of ``at``."""
    rows = CiRelation.objects.as_of(at).filter(source__in=keys, target__in=keys)
    if kinds is not None:
        rows = rows.filter(type__in=kinds)
    columns = ("pk", "type_id", "source_id", "target_id", "cause_id", "weight", "group", "needs")
    return list(rows.order_by("pk").values_list(*columns, named=True))

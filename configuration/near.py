"""The neighbourhood of an item: what hangs together with it in either direction, in so many steps, as of any moment."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from configuration.impact import PAST, PRESENT
from configuration.models import CiRelation

#: After how many items the neighbourhood ends.
MOST = 2000
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

#: From each item over its own relationships, which the planner would not choose by itself for so many items.
BETWEEN = """
SELECT r.id, r.type_id, r.source_id, r.target_id FROM unnest(%(ids)s::bigint[]) AS k (id) CROSS JOIN LATERAL (
    SELECT r.id, r.type_id, r.source_id, r.target_id FROM configuration_cirelation r
     WHERE r.source_id = k.id AND {holds} AND (NOT %(causal)s OR r.cause_id IS NOT NULL)
       AND (%(kinds)s::bigint[] IS NULL OR r.type_id = ANY (%(kinds)s)) OFFSET 0) r
  JOIN unnest(%(ids)s::bigint[]) AS t (id) ON t.id = r.target_id ORDER BY r.id
"""


class Tie(NamedTuple):
    """A relationship as a drawing needs it."""

    pk: int
    type_id: int
    source_id: int
    target_id: int


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


def between(keys: Collection[int], *, kinds: Collection[int] | None, at: datetime | None, causal: bool) -> list[Tie]:
    """List the relationships between the items, as of ``at``; with ``causal`` only those over which a failure may go."""
    given = {"ids": list(keys), "kinds": list(kinds) if kinds is not None else None, "causal": causal, "at": at}
    with connection.cursor() as cursor:
        cursor.execute(BETWEEN.format(**(PRESENT if at is None else PAST)), given)
        return [Tie(*row) for row in cursor.fetchall()]


def ways(keys: Collection[int]) -> dict[int, Any]:
    """Read relationships by their keys."""
    columns = ("pk", "type_id", "source_id", "group", "needs")
    return {row.pk: row for row in CiRelation.objects.filter(pk__in=keys).values_list(*columns, named=True)}

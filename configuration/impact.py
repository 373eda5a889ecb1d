"""What a failure reaches, and what an item stands on: one recursive statement, as of any moment.

Downwards, each item has a loss in per cent: the start loses all; an item loses what the worst of its causes lost, times
the weight of the relationship. Relationships of one redundancy group take nothing while at least as many causes as the
group needs still work (have lost less than everything); such an item is at risk: it is named, and nothing follows of it.
Upwards, groups are not judged: every cause is named with the share that hangs on it at most.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db import connection

#: How far a walk goes, and after how many items it stops.
DEPTH, MOST = 12, 2000

#: One row for each step, with all that is known then; a step judges only items beside those whose loss grew.
WALK = """
WITH RECURSIVE walk AS (
    SELECT 0 AS depth, %(starts)s::bigint[] AS ids, array_fill(100, ARRAY[%(count)s]) AS losses,
           array_fill(0, ARRAY[%(count)s]) AS depths, array_fill(0::bigint, ARRAY[%(count)s]) AS vias, %(starts)s::bigint[] AS fresh
    UNION ALL
    SELECT w.depth + 1, n.ids, n.losses, n.depths, n.vias, n.fresh
      FROM walk w CROSS JOIN LATERAL (
        WITH known AS MATERIALIZED (
            SELECT * FROM unnest(w.ids, w.losses, w.depths, w.vias) AS k (id, loss, depth, via)
        ), touched AS MATERIALIZED (
            SELECT DISTINCT r.{far} AS id FROM configuration_cirelation r
             WHERE r.{near} = ANY (w.fresh) AND {holds}
        ), offered AS (
            SELECT t.id, r.id AS via, r."group", coalesce(k.loss, 0) AS loss,
                   coalesce(k.loss, 0) * r.weight / 100 AS brings,
                   count(*) FILTER (WHERE coalesce(k.loss, 0) < 100) OVER stand_in >= max(r.needs) OVER stand_in AS holds
              FROM touched t JOIN configuration_cirelation r ON r.{far} = t.id AND {holds}
              LEFT JOIN known k ON k.id = r.{near}
            WINDOW stand_in AS (PARTITION BY t.id, r."group")
        ), judged AS (
            SELECT id, via, loss, CASE WHEN {spared} THEN 0 ELSE brings END AS brings
              FROM offered WHERE brings > 0
        ), best AS (
            SELECT DISTINCT ON (id) id, via, brings FROM judged ORDER BY id, brings DESC, loss DESC, via
        ), merged AS (
            SELECT coalesce(k.id, b.id) AS id, greatest(k.loss, b.brings) AS loss,
                   CASE WHEN grew THEN w.depth + 1 ELSE k.depth END AS depth,
                   CASE WHEN grew THEN b.via ELSE k.via END AS via, grew
              FROM known k FULL JOIN best b ON b.id = k.id
              CROSS JOIN LATERAL (SELECT b.id IS NOT NULL AND (k.id IS NULL OR b.brings > k.loss) AS grew) g
        )
        SELECT array_agg(id ORDER BY id) AS ids, array_agg(loss ORDER BY id) AS losses,
               array_agg(depth ORDER BY id) AS depths, array_agg(via ORDER BY id) AS vias,
               coalesce(array_agg(id) FILTER (WHERE grew AND loss > 0), '{{}}') AS fresh
          FROM merged
      ) n
     WHERE w.depth < %(limit)s AND cardinality(w.fresh) > 0 AND cardinality(w.ids) <= %(most)s
), reached AS (
    SELECT * FROM walk ORDER BY depth DESC LIMIT 1
)
SELECT k.id, c.number, i.title, i.ci_class_id, i.state, k.loss, k.depth, r.id AS via, r.{near} AS before,
       r.type_id, r.source_id = k.id AS forward, r.weight, coalesce(r."group", '') AS "group", coalesce(r.needs, 0) AS needs,
       cardinality(w.fresh) > 0 AS goes_on
  FROM reached w CROSS JOIN LATERAL unnest(w.ids, w.losses, w.depths, w.vias) AS k (id, loss, depth, via)
  JOIN records_record c ON c.id = k.id {item}
  LEFT JOIN configuration_cirelation r ON r.id = k.via
 ORDER BY k.depth, k.loss DESC, k.id
"""
PRESENT = {
    "holds": "r.valid_to IS NULL",
    "item": "JOIN configuration_configurationitem i ON i.record_ptr_id = k.id",
}
PAST = {
    "holds": "r.valid_from <= %(at)s AND (r.valid_to IS NULL OR r.valid_to > %(at)s)",
    "item": """LEFT JOIN LATERAL (
        SELECT v.data ->> 'title' AS title, (v.data ->> 'ci_class_id')::bigint AS ci_class_id, v.data ->> 'state' AS state
          FROM configuration_civersion v
         WHERE v.item_id = k.id AND v.valid_from <= %(at)s AND (v.valid_to IS NULL OR v.valid_to > %(at)s)
         ORDER BY v.sequence DESC LIMIT 1) i ON true""",
}
DOWN = {"near": "cause_id", "far": "effect_id", "spared": "\"group\" <> '' AND holds"}
UP = {"near": "effect_id", "far": "cause_id", "spared": "false"}


@dataclass(frozen=True)
class Reached:
    """An item that a walk reached: what it lost, in how many steps, and over which relationship from which item.

    ``forward`` tells whether the relationship reads from this item to the one ``before``.
    """

    id: int
    number: str
    title: str
    class_id: int
    state: str
    loss: int
    depth: int
    via: int | None
    before: int | None
    type_id: int | None
    forward: bool
    weight: int | None
    group: str
    needs: int

    @property
    def standing(self) -> str:
        """Down, degraded or at risk."""
        return "down" if self.loss == 100 else "degraded" if self.loss else "at_risk"


@dataclass(frozen=True)
class Impact:
    """Everything that a walk reached, the starts first; ``cut`` tells that there would have been more."""

    reached: tuple[Reached, ...]
    cut: bool

    @property
    def start(self) -> Reached:
        """The item that the walk began with."""
        return self.reached[0]

    @property
    def others(self) -> tuple[Reached, ...]:
        """All but the start."""
        return self.reached[1:]

    @cached_property
    def by_id(self) -> Mapping[int, Reached]:
        """The items by their keys."""
        return {row.id: row for row in self.reached}

    def path(self, row: Reached) -> list[Reached]:
        """List the items from the start to ``row`` along which most of its loss came."""
        found = [row]
        while found[-1].before is not None:
            found.append(self.by_id[found[-1].before])
        return found[::-1]


def walk(item: int, *, down: bool = True, at: datetime | None = None, depth: int = DEPTH, most: int = MOST) -> Impact:
    """Walk from the item with the key ``item`` to what its failure reaches, or up to what it stands on.

    ``at`` None is now. The walk ends after ``depth`` steps, or in the step in which it finds more than ``most`` items.
    """
    return walk_from([item], down=down, at=at, depth=depth, most=most)


def walk_from(
    items: Sequence[int], *, down: bool = True, at: datetime | None = None, depth: int = DEPTH, most: int = MOST
) -> Impact:
    """Walk as :func:`walk` does, from several items that fail together; one statement for any number."""
    starts = sorted(set(items))
    statement = WALK.format(**(DOWN if down else UP), **(PRESENT if at is None else PAST))
    with connection.cursor() as cursor:
        cursor.execute(statement, {"starts": starts, "count": len(starts), "limit": depth, "most": most, "at": at})
        rows = cursor.fetchall()
    return Impact(tuple(_reached(row) for row in rows), bool(rows) and bool(rows[0][-1]))


def _reached(row: Any) -> Reached:
    key, number, title, class_id, state, loss, depth, via, before, type_id, forward, weight, group, needs, _more = row
    return Reached(
        key, number, title or "", class_id or 0, state or "", loss, depth, via, before, type_id, bool(forward), weight,
        group, needs,
    )  # fmt: skip

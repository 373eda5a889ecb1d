"""What a failure reaches, and what an item stands on: one recursive statement, as of any moment.

Downwards, each item has a loss in per cent: the start loses all; an item loses what the worst of its causes lost, times
the weight of the relationship. Relationships of one redundancy group take nothing while at least as many causes as the
group needs still work (have lost less than everything); such an item is at risk: it is named, and nothing follows of it.
Upwards, groups are not judged: every cause is named with the share that hangs on it at most.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property
from typing import Any, NamedTuple

from django.db import connection

#: How far a walk goes, and after how many items it stops.
DEPTH, MOST = 12, 10_000

#: One row for each step, with all that is known then. A step follows only what is ``fresh``: items whose loss grew in the
#: step before. Relationships without a group bring what their cause newly lost; a group is judged with all its causes.
#: The full joins are never done row by row, however wrong the planner's guess of the arrays' lengths. All comes back as
#: one row of arrays: thousands of short-lived rows would call the garbage collector in.
WALK = """
WITH RECURSIVE walk AS (
    SELECT 0 AS depth, %(starts)s::bigint[] AS ids, array_fill(100, ARRAY[%(count)s]) AS losses,
           array_fill(0, ARRAY[%(count)s]) AS depths, array_fill(NULL::bigint, ARRAY[%(count)s]) AS vias,
           array_fill(NULL::bigint, ARRAY[%(count)s]) AS befores, %(starts)s::bigint[] AS fresh,
           array_fill(100, ARRAY[%(count)s]) AS lost
    UNION ALL
    SELECT w.depth + 1, n.*
      FROM walk w CROSS JOIN LATERAL (
        WITH known AS MATERIALIZED (
            SELECT * FROM unnest(w.ids, w.losses, w.depths, w.vias, w.befores) AS k (id, loss, depth, via, before)
        ), struck AS MATERIALIZED (
            SELECT r.id, r.via, f.near, f.loss, f.loss * r.weight / 100 AS brings, {grouped} AS "group"
              FROM unnest(w.fresh, w.lost) AS f (near, loss) CROSS JOIN LATERAL (
                SELECT r.{far} AS id, r.id AS via, r.weight, r."group" FROM configuration_cirelation r
                 WHERE r.{near} = f.near AND {holds} OFFSET 0) r
        ){stood}, best AS (
            SELECT DISTINCT ON (id) id, via, near, brings FROM (
                SELECT id, via, near, loss, brings FROM struck WHERE "group" = '' AND brings > 0{judged}
            ) j ORDER BY id, brings DESC, loss DESC, via
        ), merged AS (
            SELECT coalesce(k.id, b.id) AS id, greatest(k.loss, b.brings) AS loss,
                   CASE WHEN grew THEN w.depth + 1 ELSE k.depth END AS depth,
                   CASE WHEN grew THEN b.via ELSE k.via END AS via, CASE WHEN grew THEN b.near ELSE k.before END AS before, grew
              FROM known k FULL JOIN best b ON b.id = k.id
              CROSS JOIN LATERAL (SELECT b.id IS NOT NULL AND (k.id IS NULL OR b.brings > k.loss) AS grew) g
        )
        SELECT array_agg(id), array_agg(loss), array_agg(depth), array_agg(via), array_agg(before),
               coalesce(array_agg(id) FILTER (WHERE grew AND loss > 0), '{{}}'),
               coalesce(array_agg(loss) FILTER (WHERE grew AND loss > 0), '{{}}')
          FROM merged
      ) n
     WHERE w.depth < %(limit)s AND cardinality(w.fresh) > 0 AND cardinality(w.ids) <= %(most)s
), reached AS (
    SELECT * FROM walk ORDER BY depth DESC LIMIT 1
)
SELECT array_agg(id), array_agg(ci_class_id), array_agg(loss), array_agg(depth), array_agg(via), array_agg(before),
       bool_or(goes_on) FROM (
    SELECT k.id, coalesce(i.ci_class_id, 0) AS ci_class_id, k.loss, k.depth, k.via, k.before,
           cardinality(w.fresh) > 0 OR cardinality(w.ids) > %(most)s AS goes_on
      FROM reached w CROSS JOIN LATERAL (
        SELECT * FROM unnest(w.ids, w.losses, w.depths, w.vias, w.befores) AS k (id, loss, depth, via, before)
         ORDER BY k.depth, k.loss DESC, k.id LIMIT %(most)s) k {item}
     ORDER BY k.depth, k.loss DESC, k.id) found
"""
#: The groups at which something new was lost, with all their causes: spared while enough of them have not lost everything.
STOOD = """, stood AS (
            SELECT m.id, m.via, m.near, coalesce(k.loss, 0) AS loss, coalesce(k.loss, 0) * m.weight / 100 AS brings,
                   count(*) FILTER (WHERE coalesce(k.loss, 0) < 100) OVER stand_in >= max(m.needs) OVER stand_in AS holds
              FROM (
                SELECT t.id, t."group", r.via, r.near, r.weight, r.needs
                  FROM (SELECT DISTINCT id, "group" FROM struck WHERE "group" <> '') t CROSS JOIN LATERAL (
                    SELECT r.id AS via, r.{near} AS near, r.weight, r.needs FROM configuration_cirelation r
                     WHERE r.{far} = t.id AND r."group" = t."group" AND {holds} OFFSET 0) r
              ) m FULL JOIN known k ON k.id = m.near
             WHERE coalesce(m.via, 0) > 0
            WINDOW stand_in AS (PARTITION BY m.id, m."group")
        )"""
JUDGED = """
                UNION ALL
                SELECT id, via, near, loss, CASE WHEN holds THEN 0 ELSE brings END FROM stood WHERE brings > 0"""
PRESENT = {
    "holds": "r.valid_to IS NULL",
    "item": "JOIN configuration_configurationitem i ON i.record_ptr_id = k.id",
}
PAST = {
    "holds": "r.valid_from <= %(at)s AND (r.valid_to IS NULL OR r.valid_to > %(at)s)",
    "item": """LEFT JOIN LATERAL (
        SELECT (v.data ->> 'ci_class_id')::bigint AS ci_class_id FROM configuration_civersion v
         WHERE v.item_id = k.id AND v.valid_from <= %(at)s AND (v.valid_to IS NULL OR v.valid_to > %(at)s)
         ORDER BY v.sequence DESC LIMIT 1) i ON true""",
}
DOWN = {"near": "cause_id", "far": "effect_id", "grouped": 'r."group"', "stood": STOOD, "judged": JUDGED}
UP = {"near": "effect_id", "far": "cause_id", "grouped": "''", "stood": "", "judged": ""}


class Reached(NamedTuple):
    """An item that a walk reached: what it lost, in how many steps, and over which relationship from which item."""

    id: int
    class_id: int
    loss: int
    depth: int
    via: int | None
    before: int | None

    @property
    def standing(self) -> str:
        """Down, degraded or at risk."""
        return "down" if self.loss == 100 else "degraded" if self.loss else "at_risk"


@dataclass(frozen=True)
class Impact:
    """Everything that a walk reached, the starts first; ``cut`` tells that there would have been more; ``at`` None is now."""

    reached: tuple[Reached, ...]
    cut: bool
    at: datetime | None = None

    @property
    def start(self) -> Reached:
        """The item that the walk began with, or the first of them."""
        return self.reached[0]

    @property
    def others(self) -> tuple[Reached, ...]:
        """All but what the walk began with."""
        return tuple(row for row in self.reached if row.depth)

    @cached_property
    def by_id(self) -> Mapping[int, Reached]:
        """The items by their keys."""
        return {row.id: row for row in self.reached}

    def path(self, row: Reached) -> list[Reached]:
        """List the items from the start to ``row`` along which most of its loss came."""
        found = [row]
        while (before := self.by_id.get(found[-1].before or 0)) is not None:
            found.append(before)
        return found[::-1]


def walk(item: int, *, down: bool = True, at: datetime | None = None, depth: int = DEPTH, most: int = MOST) -> Impact:
    """Walk from the item with the key ``item`` to what its failure reaches, or up to what it stands on.

    ``at`` None is now. The walk ends after ``depth`` steps, or in the step in which it finds more than ``most`` items;
    ``most`` of those are given, the nearest and worst first.
    """
    return walk_from([item], down=down, at=at, depth=depth, most=most)


def walk_from(
    items: Sequence[int], *, down: bool = True, at: datetime | None = None, depth: int = DEPTH, most: int = MOST,
    kinds: Collection[int] | None = None,
) -> Impact:  # fmt: skip
    """Walk as :func:`walk` does, from several items that fail together; one statement for any number.

    With ``kinds`` only over relationships of these kinds, by key.
    """
    starts = sorted(set(items))
    given: dict[str, Any] = {"starts": starts, "count": len(starts), "limit": depth, "most": most, "at": at}
    with connection.cursor() as cursor:
        cursor.execute(
            _statement(down=down, past=at is not None, chosen=kinds is not None), given | {"kinds": list(kinds or ())}
        )
        ids, *columns, cut = cursor.fetchone()
    return Impact(tuple(map(Reached._make, zip(ids or (), *columns, strict=False))), bool(cut), at)


@cache
def _statement(*, down: bool, past: bool, chosen: bool) -> str:
    parts = (DOWN if down else UP) | (PAST if past else PRESENT)
    if chosen:
        parts |= {"holds": f"({parts['holds']}) AND r.type_id = ANY (%(kinds)s::bigint[])"}
    return WALK.format(**parts | {"stood": parts["stood"].format(**parts)})

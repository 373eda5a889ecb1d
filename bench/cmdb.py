"""The configuration data at its size: 100,000 items and 300,000 relationships; the impact of one item, and the list."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import ExitStack
from random import Random
from typing import Any

from bench import pages, reach
from bench.load import Sample
from bench.serving import serving

LISTS: list[str] = ["/cmdb/cis/", "/cmdb/cis/?state=live&sort=newest", "/cmdb/cis/?sort=changed"]
ITEMS: list[str] = []
LIST = pages.Page("configuration list", lambda known, count: pages.reading(known, LISTS), 2.0, 8)
NOTHING = pages.Page("words that no item has", lambda known, count: pages.reading(known, ["/cmdb/cis/?q=zqzqzq"]), 2.0)
GRAPH = pages.Page("page of an item", lambda known, count: pages.reading(known, ITEMS), 3.0)
QUEUE = next(page for page in pages.PAGES if page.name == "queue page")
#: How much longer than the queue of the same run the list may take; the rest is noise of the machine.
QUEUE_RATIO = 1.1
ROUNDS, SECONDS = 2, 2.0
#: How many items there are of each class; their order is that of their keys.
CLASSES = (
    ("room", 20), ("ups", 180), ("rack", 1_000), ("storage", 500), ("network-device", 800), ("server", 15_000),
    ("virtual-machine", 60_000), ("database", 14_000), ("web-application", 7_800), ("service", 700),
)  # fmt: skip
ITEM_ROWS = """
WITH made AS (
    INSERT INTO records_record (kind, number, created_at)
    SELECT 'ci', 'CI-202501-' || lpad((%(first)s + n)::text, 6, '0'), now() - interval '400 days'
      FROM generate_series(1, %(count)s) n ORDER BY n RETURNING id, number
)
INSERT INTO configuration_configurationitem (
    record_ptr_id, title, state, phase, version, changed_at, ci_class_id, description, release_version, place, environment,
    criticality, serial, asset_no, hostname, licence, data_classification, attributes, provenance, last_seen_source)
SELECT id, %(code)s || '-' || right(number, 6), CASE mod(id, 20) WHEN 0 THEN 'retired' WHEN 1 THEN 'planned' ELSE 'live' END,
       'done', 1, now() - make_interval(mins => mod(id * 7919, 500000)::int), %(class)s, '', '', 'B1', 'prod',
       1 + mod(id, 4), 'S' || id, '', %(code)s || id || '.example.org', '', '', '{"os": "Debian 13"}', '{}', ''
  FROM made RETURNING record_ptr_id
"""
RELATION_ROWS = """
INSERT INTO configuration_cirelation (type_id, source_id, target_id, cause_id, effect_id, weight, "group", needs, valid_from)
SELECT %(type)s, s, t, CASE %(impact)s WHEN 'to_source' THEN t WHEN 'to_target' THEN s END,
       CASE %(impact)s WHEN 'to_source' THEN s WHEN 'to_target' THEN t END, 100, %(group)s, %(needs)s,
       now() - interval '300 days'
  FROM (SELECT DISTINCT %(source)s + mod(n, %(sources)s) AS s,
               %(target)s + mod(n * %(step)s + n / %(sources)s, %(targets)s) AS t
          FROM generate_series(0, %(count)s - 1) n) made
 WHERE s <> t ON CONFLICT DO NOTHING
"""
#: kind, from class, to class, how many, redundancy group and what it needs.
RELATIONS = (
    ("located_in", "rack", "room", 1_000, "", None), ("feeds", "ups", "rack", 2_000, "power", 1),
    ("installed_in", "server", "rack", 15_000, "", None), ("runs_on", "virtual-machine", "server", 60_000, "", None),
    ("depends_on", "virtual-machine", "storage", 30_000, "", None),
    ("connected_to", "server", "network-device", 60_000, "", None),
    ("connected_to", "virtual-machine", "network-device", 60_000, "", None),
    ("runs_on", "database", "virtual-machine", 28_000, "pair", 1),
    ("runs_on", "web-application", "virtual-machine", 15_600, "pair", 1),
    ("depends_on", "web-application", "database", 15_600, "", None),
    ("sends_data_to", "web-application", "web-application", 7_800, "", None),
    ("depends_on", "service", "web-application", 5_000, "", None),
)  # fmt: skip


def run(prepare: Callable[[int], float], one: Callable[..., Sample]) -> dict[str, float]:
    """Fill throw-away servers and measure; ``prepare`` makes the cases of the floor, ``one`` measures a page."""
    from itsm.embedded.services import throwaway

    with throwaway() as servers:
        os.environ |= servers | {
            "DJANGO_SETTINGS_MODULE": "itsm.settings", "SECRET_KEY": "bench" * 12, "LOG_LEVEL": "ERROR",
            "SITE_URL": "http://127.0.0.1", "DEMO_MODE": "0",
        }  # fmt: skip
        prepare(2_000)
        spans, relations = fill()
        figures = {"items": float(sum(count for _code, count in CLASSES)), "relationships": float(relations)}
        figures |= reach.impacts(spans)
        ITEMS.extend(_pages(spans, Random(1)))
        figures |= listed(one)
        from django.db import connections

        connections.close_all()
    return figures


def fill() -> tuple[dict[str, tuple[int, int]], int]:
    """Insert all items and relationships; gives the first key and the count of each class, and the relationships."""
    from django.db import connection, transaction

    from configuration import schema
    from itsm.search.kept import keep

    known = schema.present()
    spans: dict[str, tuple[int, int]] = {}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # no locks and no history while rows are made
        for code, count in CLASSES:
            first = sum(size for size, _key in spans.values())
            row: Any = known.by_code(code)
            cursor.execute(ITEM_ROWS, {"first": first, "count": count, "code": code, "class": row.pk})
            keys = [key for (key,) in cursor.fetchall()]
            spans[code] = (count, min(keys))
        for number, given in enumerate(RELATIONS):
            cursor.execute(RELATION_ROWS, _relation(known, spans, given, number))
    keep()  # the words of what was made past the triggers
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("SELECT count(*) FROM configuration_cirelation")
        relations = int(cursor.fetchone()[0])
    return {code: (first, count) for code, (count, first) in spans.items()}, relations


def _relation(known: Any, spans: dict[str, tuple[int, int]], given: tuple[Any, ...], number: int) -> dict[str, Any]:
    code, source, target, count, group, needs = given
    kind = known.type_by_code(code)
    sources, first = spans[source]
    targets, first_target = spans[target]
    return {
        "type": kind.pk, "impact": kind.impact, "source": first, "sources": sources, "target": first_target,
        "targets": targets, "count": count, "group": group, "needs": needs, "step": 7 + 2 * number,
    }  # fmt: skip


def _pages(spans: dict[str, tuple[int, int]], random: Random) -> list[str]:
    from configuration.models import ConfigurationItem

    first, count = spans["virtual-machine"]
    keys = [first + random.randrange(count) for _time in range(40)]
    numbers = ConfigurationItem.objects.filter(pk__in=keys).values_list("number", flat=True)
    return [f"/cmdb/cis/{number}/" for number in numbers]


def listed(one: Callable[..., Sample]) -> dict[str, float]:
    """Measure the list and pages of items beside the floor and the queue of cases, in the same rounds."""
    from bench import statements

    known = pages.known()
    counted = statements.count((LIST.calls(known, 3) * 3)[:3])
    samples: dict[str, Sample] = {}
    with ExitStack() as stack:
        floor = stack.enter_context(serving("bench.floor_settings"))
        port = stack.enter_context(serving("itsm.settings"))
        for _round in range(ROUNDS):
            for page in (pages.FLOOR, QUEUE, LIST, NOTHING, GRAPH):
                sample = one(page, floor if page is pages.FLOOR else port, 1, known, SECONDS)
                samples.setdefault(page.name, Sample()).add(sample)
    return _figures({name: sample.figures()["p50_ms"] for name, sample in samples.items()}, counted)


def _figures(found: dict[str, float], counted: int) -> dict[str, float]:
    floor, queue = found[pages.FLOOR.name], found[QUEUE.name]
    listed, nothing, item = found[LIST.name], found[NOTHING.name], found[GRAPH.name]
    return {
        "floor_ms_p50": floor, "queue_ms_p50": queue, "list_ms_p50": listed, "list_ratio": round(listed / floor, 2),
        "list_to_queue": round(listed / queue, 2), "list_statements": float(counted), "no_words_ms_p50": nothing,
        "no_words_ratio": round(nothing / floor, 2), "item_page_ms_p50": item, "item_page_ratio": round(item / floor, 2),
    }  # fmt: skip


def missed(figures: dict[str, float]) -> list[str]:
    """Compare with the targets."""
    judged = (
        *reach.judged(figures),
        ("configuration list, times the floor", figures["list_ratio"], LIST.ratio),
        ("configuration list, times the queue", figures["list_to_queue"], QUEUE_RATIO),
        ("configuration list, statements", figures["list_statements"], LIST.statements or 0),
        ("words that no item has, times the floor", figures["no_words_ratio"], NOTHING.ratio),
        ("page of an item, times the floor", figures["item_page_ratio"], GRAPH.ratio),
    )
    return [f"{name}: {value}, target {target}" for name, value, target in judged if value > target]

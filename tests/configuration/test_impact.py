"""The impact that one statement computes is what a plain walk in Python finds, on random graphs with circles and groups."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import groupby, pairwise
from random import Random
from typing import Any, NamedTuple

import pytest
from django.db import connection

from configuration import impact, schema
from configuration.models import CiRelation
from itsm.records.models import Record
from tests.configuration.conftest import HOUR, Make
from tests.fixtures import MONDAY

pytestmark = pytest.mark.django_db


class Edge(NamedTuple):
    """A relationship as the plain walk sees it."""

    key: int
    cause: int
    effect: int
    weight: int
    group: str
    needs: int | None


def plain_down(edges: list[Edge], start: int, depth: int) -> dict[int, int]:
    """Give the loss of each item that is named: synchronous rounds over all items, no cleverness."""
    loss, named = {start: 100}, {start}
    for _round in range(depth):
        before = dict(loss)
        for effect in {edge.effect for edge in edges}:
            found = list(judged([edge for edge in edges if edge.effect == effect], before))
            named |= {effect for _brings, touched in found if touched}
            loss[effect] = max(loss.get(effect, 0), *(brings for brings, _touched in found))
        if loss == before:
            break
    return {item: loss.get(item, 0) for item in named}


def judged(edges: list[Edge], loss: dict[int, int]) -> Iterator[tuple[int, bool]]:
    """Give for each plain relationship, and for each group, what it takes and whether a failure touched it."""
    for group, members in groupby(sorted(edges, key=lambda edge: edge.group), key=lambda edge: edge.group):
        rows = list(members)
        takes = [loss.get(edge.cause, 0) * edge.weight // 100 for edge in rows]
        if not group:
            yield from ((one, one > 0) for one in takes)
            continue
        working = sum(loss.get(edge.cause, 0) < 100 for edge in rows)
        needed = max(edge.needs or 0 for edge in rows)
        yield (0 if working >= needed else max(takes), max(takes) > 0)


def plain_up(edges: list[Edge], start: int, depth: int) -> dict[int, int]:
    """Give what hangs on each cause at most."""
    share = {start: 100}
    for _round in range(depth):
        before = dict(share)
        for edge in edges:
            brings = before.get(edge.effect, 0) * edge.weight // 100
            if brings > 0:
                share[edge.cause] = max(share.get(edge.cause, 0), brings)
        if share == before:
            break
    return share


def drawn(random: Random, items: list[int], count: int) -> list[Edge]:
    """Draw relationships at random: circles, partial weights, several groups with their needs."""
    needs: dict[tuple[int, str], int] = {}
    pairs = {(random.choice(items), random.choice(items)) for _ in range(count)}
    found = []
    for cause, effect in sorted(pair for pair in pairs if pair[0] != pair[1]):
        group = random.choice(["", "", "a", "b"])
        need = needs.setdefault((effect, group), random.randint(1, 3)) if group else None
        found.append(Edge(0, cause, effect, random.choice([100, 100, 100, 60, 33, 0]), group, need))
    return found


def laid(edges: list[Edge], *, since: datetime = MONDAY, until: datetime | None = None) -> list[Edge]:
    """Write the relationships past the locks; ``cause`` runs on nothing, ``effect`` depends on it."""
    kind = schema.present().type_by_code("depends_on")
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('itsm.maintenance', 'a test', true)")
        rows = CiRelation.objects.bulk_create(
            CiRelation(
                type=kind, source_id=edge.effect, target_id=edge.cause, weight=edge.weight, group=edge.group,
                needs=edge.needs, valid_from=since, valid_to=until,
            )
            for edge in edges
        )  # fmt: skip
        cursor.execute("SELECT set_config('itsm.maintenance', '', true)")
    return [edge._replace(key=row.pk) for edge, row in zip(edges, rows, strict=True)]


ROWS = """
WITH made AS (
    INSERT INTO records_record (kind, number, created_at)
    SELECT 'ci', 'CI-202611-9' || n, %(at)s FROM generate_series(1001, 1012) n RETURNING id, number
)
INSERT INTO configuration_configurationitem (
    record_ptr_id, title, state, phase, version, changed_at, ci_class_id, description, release_version, place,
    environment, criticality, serial, asset_no, hostname, licence, data_classification, attributes, provenance, last_seen_source)
SELECT id, number, 'live', 'done', 1, %(at)s, %(class)s, '', '', '', 'prod', 3, '', '', '', '', '', '{}', '{}', '' FROM made
RETURNING record_ptr_id
"""


@pytest.fixture
def items(db: None) -> list[int]:
    """A dozen servers, written at once past the locks."""
    found = schema.present().by_code("server")
    assert found is not None
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('itsm.maintenance', 'a test', true)")
        cursor.execute(ROWS, {"at": MONDAY, "class": found.pk})
        keys = [key for (key,) in cursor.fetchall()]
        cursor.execute("SELECT set_config('itsm.maintenance', '', true)")
    return keys


def losses(found: impact.Impact) -> dict[int, int]:
    return {row.id: row.loss for row in found.reached}


@pytest.mark.parametrize("seed", range(60))
def test_the_statement_finds_what_a_plain_walk_finds(items: list[int], seed: int) -> None:
    random = Random(seed)
    edges = laid(drawn(random, items, random.choice([8, 18, 30, 60])))

    for start in random.sample(items, 4):
        for depth in (1, 2, 3, 12):
            assert losses(impact.walk(start, depth=depth)) == plain_down(edges, start, depth)
            assert losses(impact.walk(start, down=False, depth=depth)) == plain_up(edges, start, depth)


@pytest.mark.parametrize("seed", range(10))
def test_the_past_is_walked_as_it_was(items: list[int], seed: int) -> None:
    random = Random(seed)
    before = laid(drawn(random, items, 20), since=MONDAY, until=MONDAY + HOUR)
    after = laid(drawn(random, items, 20), since=MONDAY + HOUR)

    for start in random.sample(items, 3):
        assert losses(impact.walk(start, at=MONDAY)) == plain_down(before, start, 12)
        assert losses(impact.walk(start, at=MONDAY + HOUR)) == plain_down(after, start, 12)
        assert losses(impact.walk(start)) == plain_down(after, start, 12)
        assert losses(impact.walk(start, at=MONDAY - timedelta(days=1))) == {start: 100}


@pytest.mark.parametrize("seed", range(10))
def test_every_path_leads_from_the_start_over_relationships(items: list[int], seed: int) -> None:
    random = Random(seed)
    edges = {edge.key: edge for edge in laid(drawn(random, items, 40))}
    start = random.choice(items)

    found = impact.walk(start)

    for row in found.others:
        path = found.path(row)
        assert path[0].id == start
        for one, two in pairwise(path):
            edge = edges[two.via or 0]
            assert (edge.cause, edge.effect) == (one.id, two.id)


def test_the_last_of_a_group_takes_it_down(make: Make, join: Any) -> None:
    one, two, rack, host = make("ups", "UPS-01"), make("ups", "UPS-02"), make("rack", "R-A"), make("server", "H-1")
    feed = make("power-feed", "台電")
    for ups in (one, two):
        join(ups, "feeds", rack, group="A+B", needs=1)
        join(feed, "feeds", ups)
    join(host, "installed_in", rack)

    single, both = impact.walk(one.pk), impact.walk(feed.pk)

    assert {row.id: row.standing for row in single.others} == {rack.pk: "at_risk"}
    assert {row.id: row.standing for row in both.others} == dict.fromkeys((one.pk, two.pk, rack.pk, host.pk), "down")
    assert [row.id for row in both.path(both.by_id[host.pk])] == [feed.pk, one.pk, rack.pk, host.pk]


def test_a_walk_says_that_it_was_cut(items: list[int]) -> None:
    laid([Edge(0, items[0], item, 100, "", None) for item in items[1:]])

    cut, whole = impact.walk(items[0], most=5, depth=1), impact.walk(items[0])

    assert (cut.cut, whole.cut) == (True, False)
    assert (len(cut.reached), len(whole.reached)) == (5, Record.objects.filter(kind="ci").count())
    assert cut.start.id == items[0]


def test_one_statement_whatever_it_reaches(items: list[int], django_assert_num_queries: Any) -> None:
    laid(drawn(Random(1), items, 60))

    with django_assert_num_queries(1):
        impact.walk(items[0])

"""How long the check of one change takes against 10,000 scheduled ones, proposing free times, and the calendar's pages.

Run ``python -m bench.conflicts`` from the root; ``run()`` does so in a process of its own and gives the figures.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import calendars

CHANGES, ITEMS, RELATIONS, A_CHANGE, CHECKED = 10_000, 2_000, 6_000, 3, 200
#: Milliseconds that one check may take, at the 95th of 100.
TARGET_MS = 50
#: Over how many days the windows of the changes are spread.
DAYS = 365

COPY = """
INSERT INTO {table} SELECT (jsonb_populate_record(p, jsonb_build_object('{key}', r.id))).*
FROM {table} p, records_record r WHERE p.{key} = %s AND r.kind = %s AND r.id <> %s
"""


def run() -> dict[str, Any]:
    """Measure in a process of its own and give the figures.

    :raises subprocess.CalledProcessError: if the measurement fails
    """
    root = Path(__file__).resolve().parent.parent
    command = [sys.executable, "-m", "bench.conflicts"]
    done = subprocess.run(command, cwd=root, check=True, stdout=subprocess.PIPE, text=True)
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures


def measured() -> dict[str, Any]:
    """Fill a throw-away server and measure."""
    from itsm.embedded.services import throwaway

    with throwaway() as servers:
        os.environ |= servers | {
            "DJANGO_SETTINGS_MODULE": "itsm.settings",
            "SECRET_KEY": "bench" * 12,
            "LOG_LEVEL": "ERROR",
        }
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0, interactive=False)
        at = datetime.now(UTC).replace(microsecond=0)
        fill(at)
        return measure(at) | calendars.measure(at)


def fill(at: datetime) -> None:
    """Make the items with their relationships and the scheduled changes, in few statements and with a fixed seed."""
    from django.db import connection

    first = models(at)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        _copies(cursor, "ci", first["ci"], ITEMS, (("configuration_configurationitem", "record_ptr_id"),))
        _copies(
            cursor,
            "change",
            first["change"],
            CHANGES,
            (("tickets_ticket", "record_ptr_id"), ("changes_change", "ticket_ptr_id")),
        )
        cursor.execute("SELECT setseed(0.5)")
        cursor.execute(
            "UPDATE changes_change SET window_start = %s + random() * %s * interval '1 day', implementer_id = NULL",
            [at, DAYS],
        )
        cursor.execute("UPDATE changes_change SET window_end = window_start + (1 + random() * 4) * interval '1 hour'")
        _edges(cursor, first["type"], at)
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("ANALYZE")


def models(at: datetime) -> dict[str, int]:
    """Make the item and the change that all others are copies of, by the product itself."""
    from changes.models import Change
    from configuration.authority import loading
    from configuration.models import CiClass, RelationType
    from configuration.services import create
    from itsm.people.models import Person, RoleGrant
    from itsm.records.perform import open_record

    person = Person.objects.create(username="bench", name="bench")
    RoleGrant.objects.create(person=person, role="config_manager")
    kind = CiClass.objects.order_by("pk").first()
    item = create(
        ci_class=kind,
        title="item",
        grounds=loading(at=at, source="bench"),
        by=person,
        at=at,
        source="bench",
        state="live",
    )
    change = open_record(Change, by=person, at=at, title="change", requester=person, received_at=at, state="scheduled")
    return {
        "ci": item.pk,
        "change": change.pk,
        "type": RelationType.objects.order_by("pk").values_list("pk", flat=True)[0],
    }


def _copies(cursor: Any, kind: str, first: int, count: int, tables: tuple[tuple[str, str], ...]) -> None:
    cursor.execute(
        "INSERT INTO records_record (kind, number, created_at) SELECT %s, %s || n, now() FROM generate_series(1, %s) n",
        [kind, f"BENCH-{kind}-", count - 1],
    )
    for table, key in tables:
        cursor.execute(COPY.format(table=table, key=key), [first, kind, first])


def _edges(cursor: Any, type_id: int, at: datetime) -> None:
    """Join items at random, and name some in each change; a few items are in very many changes, as it is in life."""
    chance = random.Random(2026)
    cursor.execute("SELECT id FROM records_record WHERE kind = 'ci' ORDER BY id")
    items = [row[0] for row in cursor.fetchall()]
    cursor.execute("SELECT id FROM records_record WHERE kind = 'change' ORDER BY id")
    changes = [row[0] for row in cursor.fetchall()]
    pairs = {(chance.choice(items), chance.choice(items)) for _number in range(RELATIONS)}
    cursor.executemany(
        'INSERT INTO configuration_cirelation (type_id, source_id, target_id, cause_id, effect_id, weight, "group", valid_from) '
        "VALUES (%s, %s, %s, %s, %s, 100, '', %s)",
        [(type_id, one, other, other, one, at) for one, other in sorted(pairs) if one != other],
    )
    named = {
        (change, items[int(len(items) * chance.random() ** 2)]) for change in changes for _number in range(A_CHANGE)
    }
    cursor.executemany(
        "INSERT INTO records_link (source_id, target_id, kind, created_at, auto) VALUES (%s, %s, 'affects', %s, false)",
        [(change, item, at) for change, item in sorted(named)],
    )


def measure(at: datetime) -> dict[str, Any]:
    """Check every fiftieth change for its own window, then propose places for it."""
    from changes import conflicts, proposing, scope
    from changes.models import Change

    rows = list(Change.objects.order_by("pk")[:: CHANGES // CHECKED])
    found: list[int] = []

    def check(row: Any) -> None:
        found.append(len(conflicts.of_change(row, row.window_start, row.window_end, row.implementer_id)))

    def propose(row: Any) -> None:
        proposing.places_of(scope.subject_of(row), row.window_start, row.window_end, after=at, implementer_id=None)

    checks, proposals = _times(check, rows), _times(propose, rows)
    return {
        "scheduled": Change.objects.count(), "items": ITEMS, "relations": RELATIONS, "checked": len(rows),
        "conflicts_found": sum(found[-len(rows) :]), "check_p50_ms": _ms(statistics.median(checks)), "check_p95_ms": _ms(_p95(checks)),
        "check_most_ms": _ms(max(checks)), "check_target_p95_ms": TARGET_MS, "propose_p50_ms": _ms(statistics.median(proposals)),
        "propose_p95_ms": _ms(_p95(proposals)),
    }  # fmt: skip


def _times(work: Callable[[Any], None], rows: list[Any]) -> list[float]:
    for row in rows[:10]:
        work(row)
    spent = []
    for row in rows:
        began = time.perf_counter()
        work(row)
        spent.append(time.perf_counter() - began)
    return sorted(spent)


def _p95(seconds: list[float]) -> float:
    return seconds[-(-len(seconds) * 95 // 100) - 1]


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 2)


def missed(found: dict[str, Any]) -> list[str]:
    """Say what missed its target."""
    late = [
        f"the check of one change among {found['scheduled']:,} took {found['check_p95_ms']} ms (target {TARGET_MS})"
    ]
    return (late if found["check_p95_ms"] > TARGET_MS else []) + calendars.missed(found)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measured()) + "\n")

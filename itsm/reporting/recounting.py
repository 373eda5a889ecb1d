"""The full recount: proves the cells right against the tables, and makes them anew where they had drifted."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from itsm.reporting import facts, feed
from itsm.reporting.models import Recount

_COMPARE = """
SELECT measure, count(*), sum(abs(difference)) FROM (
    SELECT measure, sum(amount) AS difference FROM (
        SELECT {columns}, amount FROM ({wanted}) wanted
        UNION ALL SELECT {columns}, -amount FROM {table}) both_ways
    GROUP BY {columns}) cells
WHERE difference <> 0 GROUP BY measure ORDER BY measure
"""
_FACT = "record, measure, day, kind, service, team, priority, outcome"
_PLACES = {
    "days": {"columns": facts.DAY, "table": "reporting_daycell", "wanted": facts.days_of("counted")},
    "hours": {"columns": facts.HOUR, "table": "reporting_hourcell", "wanted": facts.hours_of("counted")},
    "facts": {"columns": _FACT, "table": "reporting_fact", "wanted": "SELECT * FROM counted"},
}
_MAKE = (
    f"INSERT INTO reporting_fact ({facts.COLUMNS}) SELECT {facts.COLUMNS} FROM counted",  # noqa: S608 - no values
    f"INSERT INTO reporting_daycell ({facts.DAY}, amount) {facts.days_of('counted')}",
    f"INSERT INTO reporting_hourcell ({facts.HOUR}, amount) {facts.hours_of('counted')}",
)


def recount(*, at: datetime, repair: bool) -> Recount:
    """This will count everything anew, note by how much the cells differ, and with ``repair`` put them right.

    Changes that wait for the feed are counted first; what others change meanwhile is not seen.
    """
    started = time.monotonic()
    with _alone(), connection.cursor() as cursor:
        feed_all()
        _count(cursor)
        drift = {name: found for name, place in _PLACES.items() if (found := _drift(cursor, place))}
        cursor.execute("SELECT count(*) FROM counted")
        counted = cursor.fetchone()[0]
        if drift and repair:
            _rebuild(cursor)
        cursor.execute("DROP TABLE counted")
        seconds = round(time.monotonic() - started, 2)
        return Recount.objects.create(
            at=at, seconds=seconds, facts=counted, drift=drift, repaired=bool(drift) and repair
        )


def feed_all() -> None:
    """This will count every change that waits."""
    while feed.feed():
        pass


@contextmanager
def _alone() -> Iterator[None]:
    """Keep feeders away, and look at one moment: the lock comes before the transaction that sees it."""
    _lock("pg_advisory_lock")
    try:
        with transaction.atomic():
            _see_one_moment()
            yield
    finally:
        _lock("pg_advisory_unlock")


def _lock(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {name}(%s)", [feed.LOCK])


def _see_one_moment() -> None:
    if not connection.savepoint_ids:  # a transaction of our own
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")


def _count(cursor: Any) -> None:
    cursor.execute(
        f"CREATE TEMP TABLE counted ({', '.join(_columns())})"  # names and types only
    )
    cursor.execute(f"INSERT INTO counted ({facts.COLUMNS}) {facts.statement(some=False)}", facts.parameters())
    cursor.execute("ANALYZE counted")


def _columns() -> list[str]:
    types = {"measure": "text", "day": "date", "kind": "text", "outcome": "text"}
    return [f"{name} {types.get(name, 'bigint')}" for name in facts.COLUMNS.split(", ")]


def _drift(cursor: Any, place: dict[str, str]) -> dict[str, list[int]]:
    cursor.execute(_COMPARE.format(**place))
    return {measure: [int(cells), int(amount)] for measure, cells, amount in cursor.fetchall()}


def _rebuild(cursor: Any) -> None:
    for table in ("reporting_fact", "reporting_daycell", "reporting_hourcell"):
        cursor.execute(f"DELETE FROM {table}")  # noqa: S608 - a name of ours
    for made in _MAKE:
        cursor.execute(made)

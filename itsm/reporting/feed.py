"""The feed of the roll-ups: records that changed are counted anew, and the difference goes into the cells.

Triggers note each changed record in the transaction of its change. Counting one again is harmless, whatever the order:
its old facts are taken out of the cells and its new ones put in, in one statement. One feeder works at a time.
"""

from __future__ import annotations

from django.db import connection, transaction

from itsm.reporting import facts

#: The advisory lock of whoever writes cells.
LOCK = 7_101_955_001
BATCH = 2000
FOLD = f"""
WITH gone AS (DELETE FROM reporting_fact WHERE record = ANY(%(keys)s) RETURNING {facts.COLUMNS}),
made AS (INSERT INTO reporting_fact ({facts.COLUMNS}) {facts.statement(some=True)} RETURNING {facts.COLUMNS}),
both_ways AS (SELECT {facts.COLUMNS} FROM made UNION ALL
    SELECT {facts.COLUMNS.replace("amount", "-amount")} FROM gone),
days AS (INSERT INTO reporting_daycell ({facts.DAY}, amount) {facts.days_of("both_ways")}
    ON CONFLICT ({facts.DAY}) DO UPDATE SET amount = reporting_daycell.amount + excluded.amount)
INSERT INTO reporting_hourcell ({facts.HOUR}, amount) {facts.hours_of("both_ways")}
    ON CONFLICT ({facts.HOUR}) DO UPDATE SET amount = reporting_hourcell.amount + excluded.amount
"""  # noqa: S608  (made of the texts above; values are parameters)
TAKE = """
WITH first AS (SELECT id FROM reporting_stale ORDER BY id LIMIT %s),
taken AS (DELETE FROM reporting_stale WHERE id IN (SELECT id FROM first) RETURNING record)
SELECT array_agg(DISTINCT record) FROM taken
"""


def feed(*, most: int = 100_000) -> int:
    """This will count the records that changed, up to about ``most`` notes of them; tells how many records that were.

    Does nothing while another feeder works.
    """
    done = 0
    for _round in range(-(-most // BATCH)):
        counted = _batch()
        if not counted:
            break
        done += counted
    return done


def _batch() -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(TAKE, [BATCH])
        keys = cursor.fetchone()[0]
        if not keys:
            return 0
        cursor.execute(FOLD, facts.parameters(keys=keys))
        cursor.execute("DELETE FROM reporting_daycell WHERE amount = 0")
        cursor.execute("DELETE FROM reporting_hourcell WHERE amount = 0")
    return len(keys)


def waiting() -> int:
    """Count the notes of changes that no cell holds yet, up to a thousand."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM (SELECT 1 FROM reporting_stale LIMIT 1000) AS noted")
        return int(cursor.fetchone()[0])

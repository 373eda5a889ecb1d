"""Fills the database with copies of the model cases: their rows, journal, comments and clocks, moved in time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from bench import world

THINGS = (
    "電子郵件", "公文系統", "無線網路", "投影機", "學籍系統", "差勤系統", "虛擬主機", "印表機", "Wi-Fi", "VPN", "E-mail", "Printer",
    "Web site", "Library terminal", "Database", "會議室設備", "備份", "電話", "門禁", "機房空調",
)  # fmt: skip
TROUBLES = (
    "無法登入", "速度緩慢", "出現錯誤 502", "無法連線", "畫面空白", "沒有回應", "is slow", "does not start", "shows error 500",
    "loses its connection", "無法列印", "資料不正確", "權限不足", "密碼過期", "磁碟已滿",
)  # fmt: skip
PLACES = ("教務處", "圖書館", "行政大樓 3F", "physics", "library", "第二會議室", "學生宿舍", "main campus")
#: Columns that point to a case, by table; the last column tells whether its rows have a key of their own.
TABLES = {
    "tickets_ticket": "record_ptr_id",
    "incidents_incident": "ticket_ptr_id",
    "incidents_servicerequest": "ticket_ptr_id",
    "records_event": "record_id",
    "tickets_comment": "ticket_id",
    "tickets_assignment": "ticket_id",
    "records_watcher": "record_id",
    "sla_clock": "record_id",
}
MAP = """
CREATE TEMP TABLE copy AS
SELECT n, (%(first)s + n)::bigint AS id, model.id AS model, model.kind,
       CASE WHEN n <= %(closed)s THEN -make_interval(secs => %(year)s * (%(closed)s + 1 - n) / %(closed)s)
            ELSE -make_interval(secs => 40000.0 * (%(count)s - n) / (%(open)s)) END AS shift,
       %(askers)s + mod(n::bigint * 7919, %(asker_count)s) AS requester, mod(n::bigint * 104729, %(workers)s) AS worker
  FROM generate_series(1, %(count)s) n
  JOIN LATERAL (SELECT kind, id FROM records_record WHERE id = (CASE WHEN n <= %(closed)s
       THEN (%(closed_models)s::bigint[])[1 + mod(n * 31, 100)] ELSE (%(open_models)s::bigint[])[1 + mod(n * 31, 100)] END)
       ) model ON true;
CREATE UNIQUE INDEX ON copy (id);
CREATE INDEX ON copy (model);
ANALYZE copy
"""
RECORDS = """
INSERT INTO records_record (id, kind, number, created_at)
SELECT made.id, made.kind, prefix || '-' || month || '-' ||
       lpad((row_number() OVER (PARTITION BY prefix, month ORDER BY made.id) + coalesce(last, 0))::text, 5, '0'), created
  FROM (SELECT c.id, c.kind, r.created_at + c.shift AS created,
               to_char((r.created_at + c.shift) AT TIME ZONE 'Asia/Taipei', 'YYYYMM') AS month,
               split_part(r.number, '-', 1) AS prefix
          FROM copy c JOIN records_record r ON r.id = c.model) made
  LEFT JOIN records_numberseries USING (prefix, month)
"""
SERIES = """
INSERT INTO records_numberseries (prefix, month, last)
SELECT split_part(number, '-', 1), split_part(number, '-', 2), max(split_part(number, '-', 3)::int)
  FROM records_record GROUP BY 1, 2
ON CONFLICT (prefix, month) DO UPDATE SET last = excluded.last
"""
CLOCK_EVENTS = """
INSERT INTO sla_clockevent ({columns})
SELECT {values} FROM sla_clockevent t JOIN sla_clock old ON old.id = t.clock_id JOIN copy c ON c.model = old.record_id
  JOIN sla_clock new ON new.record_id = c.id AND new.metric = old.metric AND new.cycle = old.cycle
"""
CHANGED = {
    "tickets_ticket": {
        "requester_id": "c.requester",
        "unit_id": "(SELECT unit_id FROM people_person p WHERE p.id = c.requester)",
        "assignee_id": "CASE WHEN t.assignee_id IS NULL THEN NULL ELSE (%(team)s::jsonb -> t.team_id::text ->> c.worker::int)::bigint END",
        "title": "(%(titles)s::text[])[1 + mod(c.n, %(title_count)s)] || ' ' || c.n",
        "description": "t.description || ' ' || (%(titles)s::text[])[1 + mod(c.n * 13, %(title_count)s)]",
    },
    "tickets_comment": {"body": "t.body || ' ' || (%(titles)s::text[])[1 + mod(c.n * 17 + t.id, %(title_count)s)]"},
}
#: The indexes of tables that hold no rule.
SPARE = """
SELECT i.indexrelid::regclass::text AS name, pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
 WHERE c.relname = ANY(%s) AND NOT i.indisunique
"""
NEVER_MOVED = {"due_at", "warn_at", "next_fire_at"}


def fill(*, tickets: int, open_tickets: int, at: datetime, words: bool = True) -> None:
    """Make ``tickets`` cases of which ``open_tickets`` are open, each with three comments, its journal and its clocks.

    Without ``words`` they cannot be searched, which takes most of the time.
    """
    from django.db import connection, transaction

    models = world.make(at=at)
    with transaction.atomic(), connection.cursor() as cursor, without_indexes(cursor):
        cursor.execute("SET LOCAL session_replication_role = replica")  # no checks and triggers while rows are copied
        cursor.execute(MAP, numbers(models, tickets, open_tickets))
        cursor.execute(RECORDS)
        for table, key in TABLES.items():
            copy(table, key)
        cursor.execute(CLOCK_EVENTS.format(**columns("sla_clockevent", {"clock_id": "new.id"})))
        cursor.execute(SERIES)
        for table in ("records_record",):
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")
    if words:
        index()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


@contextmanager
def without_indexes(cursor: Any) -> Iterator[None]:
    """Leave the indexes that hold no rule away while rows are copied, and build them at once afterwards."""
    cursor.execute(SPARE, [[*TABLES, "sla_clockevent", "records_record"]])
    spared = cursor.fetchall()
    for name, _definition in spared:
        cursor.execute(f'DROP INDEX "{name}"')
    yield
    cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")
    for _name, definition in spared:
        cursor.execute(definition)


def numbers(models: dict[str, int], tickets: int, open_tickets: int) -> dict[str, Any]:
    """Give the parameters of the map of copies."""
    from itsm.people.models import Person

    closed = [models[name] for name, share in world.CLOSED.items() for _ in range(share)]
    still = [models[name] for name, share in world.OPEN.items() for _ in range(share)]
    return {
        "first": max(models.values()), "count": tickets, "closed": tickets - open_tickets, "open": open_tickets,
        "year": 365 * 86400.0, "askers": Person.objects.get(username="asker0").pk, "asker_count": world.REQUESTERS,
        "workers": world.WORKERS_A_TEAM, "closed_models": closed, "open_models": still,
    }  # fmt: skip


def copy(table: str, key: str) -> None:
    """Copy the rows of the model cases in one table."""
    from django.db import connection

    parts = columns(table, {key: "c.id", **CHANGED.get(table, {})})
    statement = (
        "INSERT INTO {table} ({columns}) SELECT {values} FROM {table} t JOIN copy c ON c.model = t.{key} ORDER BY c.id"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement.format(table=table, key=key, **parts), words())


def words() -> dict[str, Any]:
    """Give the subjects of cases, and who works in which team."""
    import json

    from itsm.people.models import Team

    titles = [f"{place} {thing}{trouble}" for thing in THINGS for trouble in TROUBLES for place in PLACES]
    teams = {
        team.pk: list(team.members.filter(username__regex=r"\d$").order_by("pk").values_list("pk", flat=True))
        for team in Team.objects.all()
    }
    return {"titles": titles, "title_count": len(titles), "team": json.dumps(teams)}


def columns(table: str, changed: dict[str, str]) -> dict[str, str]:
    """List the columns of ``table`` and the expressions that fill them: changed, moved in time, or as they are."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s AND column_name <> 'id'",
            [table],
        )
        found = cursor.fetchall()
    values = {
        name: changed.get(name) or (f't."{name}" + c.shift' if moves(name, kind) else f't."{name}"')
        for name, kind in found
    }
    return {"columns": ", ".join(f'"{name}"' for name in values), "values": ", ".join(values.values())}


def moves(name: str, kind: str) -> bool:
    """Tell whether a column holds an instant that lies earlier in a copy; what is still to come does not move."""
    return kind == "timestamp with time zone" and name not in NEVER_MOVED


def index() -> None:
    """Read all words."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT min(record_ptr_id), max(record_ptr_id) FROM tickets_ticket")
        first, last = cursor.fetchone()
        for start in range(first, last + 1, 5000):
            cursor.execute("SELECT search_refresh(array_agg(g)) FROM generate_series(%s, %s) g", [start, start + 4999])

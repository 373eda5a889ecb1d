"""The triggers by which the database keeps the words of records that are no cases, made from what processes register."""

from __future__ import annotations

from typing import Any

from django.db import connection

from itsm.records.finding import plain_processes
from itsm.records.register import Process

NAME = "search_plain_words"
#: What is written into the index before any column of the process.
ALWAYS = ("title",)


def columns(process: Process) -> tuple[str, ...]:
    """Give the columns by whose words a process's records are found, the subject first."""
    return (*ALWAYS, *(name for name in process.words if name not in ALWAYS))


def keep(**_kwargs: Any) -> None:
    """Make every trigger as its process wants it, and read records that the index does not know (after migrating)."""
    for process in plain_processes():
        table = process.model._meta.db_table
        if set(columns(process)) <= _present(table):
            _make(process, table)


def _present(table: str) -> set[str]:
    """List the columns that the table has by now; migrating may have stopped half way on purpose."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = %s",
            [table],
        )
        return {name for (name,) in cursor.fetchall()}


def _make(process: Process, table: str) -> None:
    quoted, names = connection.ops.quote_name(table), columns(process)
    listed = ", ".join(connection.ops.quote_name(name) for name in names)
    arguments = ", ".join("'" + name.replace("'", "''") + "'" for name in (process.key, *names))
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE OR REPLACE TRIGGER {NAME} AFTER INSERT OR UPDATE OF {listed} ON {quoted} "
            f"FOR EACH ROW EXECUTE FUNCTION search_plain_changed({arguments})"
        )
    refresh(process)


def refresh(process: Process) -> None:
    """Read the records that the index does not know."""
    table, names = connection.ops.quote_name(process.model._meta.db_table), columns(process)
    text = ", ".join(f"t.{connection.ops.quote_name(name)}::text" for name in names)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO search_plain (record_id, kind, words) "  # noqa: S608  # names of our own tables and columns
            f"SELECT t.record_ptr_id, %s, search_tsv(concat_ws(E'\\n', {text})) FROM {table} t "
            f"WHERE NOT EXISTS (SELECT FROM search_plain e WHERE e.record_id = t.record_ptr_id)",
            [process.key],
        )

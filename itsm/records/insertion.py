"""Many rows at once, also of models that lie on top of others, which bulk_create does not write."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection, models
from django.db.models.fields import NOT_PROVIDED

PAGE = 500


def insert(model: type[models.Model], rows: Sequence[models.Model]) -> None:
    """This will insert ``rows`` into the one table of ``model``; their keys must be set already.

    Rows may be of a model on top of ``model``: only the columns of this table are written, values go as parameters.
    """
    fields = [field for field in model._meta.local_concrete_fields if _is_written(field)]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    into = f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES "  # noqa: S608  (names of our own tables)
    places = f"({', '.join(['%s'] * len(fields))})"
    with connection.cursor() as cursor:
        for start in range(0, len(rows), PAGE):
            page = rows[start : start + PAGE]
            values = [field.get_db_prep_save(field.pre_save(row, True), connection) for row in page for field in fields]
            cursor.execute(into + ", ".join([places] * len(page)), values)


def insert_whole(rows: Sequence[models.Model]) -> None:
    """This will insert ``rows`` into every table of their model, from the lowest up."""
    if rows:
        model = type(rows[0])
        for table in reversed([model, *model._meta.get_parent_list()]):
            insert(table, rows)


def keys_for(model: type[models.Model], *, count: int) -> list[int]:
    """This will reserve ``count`` keys of a table; unused ones are lost, which harms nothing."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [model._meta.db_table, model._meta.pk.column if model._meta.pk else "id", count],
        )
        return [key for (key,) in cursor.fetchall()]


def measure(*tables: type[models.Model]) -> None:
    """This will let the planner know what many new rows have changed; without it the first questions are slow."""
    with connection.cursor() as cursor:
        for model in tables:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")


def _is_written(field: models.Field[Any, Any]) -> bool:
    return not field.generated and getattr(field, "db_default", NOT_PROVIDED) is NOT_PROVIDED

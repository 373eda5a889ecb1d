"""Small settings tables that every move reads: kept by each process until the history of one of them grows."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import connection, models

T = TypeVar("T")


class Remembered(Generic[T]):
    """What ``read`` makes of some tables whose every change leaves a row of history (``pghistory.track``).

    One short statement tells whether anything changed; the answer counts as of the caller's transaction.
    """

    def __init__(self, *tables: type[models.Model], read: Callable[[], T]) -> None:
        self._tables, self._read = tables, read
        self._kept: tuple[Any, T] | None = None

    def get(self) -> T:
        """Give what was read, read anew after a change; it is shared by threads, so nobody may alter it."""
        stamp, kept = self._stamp(), self._kept
        if kept is None or kept[0] != stamp:
            kept = self._kept = (stamp, self._read())
        return kept[1]

    def _stamp(self) -> Any:
        with connection.cursor() as cursor:
            cursor.execute(self._asked)
            return cursor.fetchone()

    @cached_property
    def _asked(self) -> str:
        """Ask each history for its last key and its length: a late commit of an earlier key makes it longer."""
        histories = [model.pgh_event_model._meta.db_table for model in self._tables]  # type: ignore[attr-defined]
        parts = [f'(SELECT (max(pgh_id), count(*))::text FROM "{table}")' for table in histories]  # noqa: S608 - our own names
        parts.insert(0, "(SELECT oid FROM pg_database WHERE datname = current_database())")
        return f"SELECT {', '.join(parts)}"

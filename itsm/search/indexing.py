"""Loading much at once: the index is left alone and read anew afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def later() -> Iterator[None]:
    """Leave the index of words alone until the transaction ends; the caller reads the cases anew by ``refresh``.

    It must be used inside a transaction.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL itsm.search = 'later'")
        yield
        cursor.execute("SET LOCAL itsm.search = ''")


def refresh(keys: Iterable[int]) -> None:
    """Read some cases anew."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT search_refresh(%s)", [list(keys)])

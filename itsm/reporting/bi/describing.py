"""The description of the views, written from their definitions and from what the database says of their types."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection

from itsm.reporting.bi.definitions import VIEWS
from itsm.reporting.bi.installing import ROLE, SCHEMA
from itsm.reporting.bi.shape import View

HEAD = f"""# Reporting views

Written by `manage.py reporting_schema` from `itsm/reporting/bi/definitions.py`; change that.

The schema `{SCHEMA}` holds views that other programs may read through the role `{ROLE}`, which cannot sign in itself and sees
nothing else of the database. `manage.py reporting_login bi_NAME` makes a login (five connections, a minute for each question,
read only, valid for a year unless `--days` says otherwise) and shows its password once; again: a new password; `--drop`: gone.

No names, subjects or texts of people stand in the views, confidential cases are left out (only the roll-up `days` counts them),
and of answers to surveys there are only counts of five and more. All times are in UTC. The views are dropped while migrations
run and made again after them; a view's columns only grow.
"""


def described() -> str:
    """Write the whole description."""
    return "".join(_pieces())


def _pieces() -> Iterator[str]:
    yield HEAD
    types = _types()
    for view in VIEWS:
        yield f"\n## {SCHEMA}.{view.name}\n\nEach row is {view.row}.\n\n| column | type | meaning |\n|---|---|---|\n"
        yield from _lines(view, types)


def _lines(view: View, types: dict[tuple[str, str], str]) -> Iterator[str]:
    for name, _expression, meaning in view.columns:
        yield f"| `{name}` | {types[view.name, name]} | {meaning} |\n"


def _types() -> dict[tuple[str, str], str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = %s",
            [SCHEMA],
        )
        return {(view, column): kind for view, column, kind in cursor.fetchall()}

"""Making the views and their role after migrating, and taking the views away before: tables change freely beneath them."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext

from itsm.reporting.bi.definitions import VIEWS

SCHEMA, ROLE = "reporting", "itsm_reporting"
#: Where the role cannot be made, it is left out; another database of the same server may make it at the same time.
MAKE_ROLE = f"""
DO $$ BEGIN
    CREATE ROLE {ROLE} NOLOGIN NOINHERIT;
EXCEPTION WHEN duplicate_object OR unique_violation OR insufficient_privilege THEN NULL;
END $$
"""


def take_away(*, plan: Any = (), **_told: Any) -> None:
    """Drop the views before tables change; does nothing where nothing is to be migrated."""
    if plan:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")


def put_up(*, verbosity: int = 1, **_told: Any) -> None:
    """Make the views anew where all migrations are made, and let the role read them."""
    if _is_incomplete():
        return
    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
        cursor.execute(f"CREATE SCHEMA {SCHEMA}")
        for view in VIEWS:
            cursor.execute(view.statement)
        cursor.execute(MAKE_ROLE)
    if grant() or verbosity == 0:
        return
    print(lacking())  # noqa: T201 - said beside what migrate says


def _is_incomplete() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def grant() -> bool:
    """Let the role read the views and nothing else; tells whether there is the role."""
    with connection.cursor() as cursor:
        if not has_role():
            return False
        cursor.execute(f"REVOKE ALL ON SCHEMA {SCHEMA} FROM PUBLIC")
        cursor.execute(f"GRANT USAGE ON SCHEMA {SCHEMA} TO {ROLE}")
        cursor.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA {SCHEMA} TO {ROLE}")
    return True


def has_role() -> bool:
    """Tell whether the role is there."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE])
        return cursor.fetchone() is not None


def lacking() -> str:
    """Say what to do where the role could not be made."""
    return gettext(
        "The role %(role)s of the reporting views could not be made: the database's user may not make roles. Let its "
        "administrator say CREATE ROLE %(role)s NOLOGIN, then run migrate again. Everything else works without it."
    ) % {"role": ROLE}

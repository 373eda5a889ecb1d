"""The test database: migrated once for all workers, then copied by each."""

import fcntl
import os
from pathlib import Path

import pytest

pytest_plugins = ["tests.fixtures"]

TEMPLATE = "itsm_test_template"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: object) -> None:
    """Make the migrated template database once for all workers, and let each worker copy it."""
    from django.db import connection

    with open(Path(os.environ["VAR_DIR"]) / "template.lock", "a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with django_db_blocker.unblock():  # type: ignore[attr-defined]
            if lock.seek(0) == 0 and not lock.read():
                _make_template()
                lock.write("made")
    connection.settings_dict["TEST"]["TEMPLATE"] = TEMPLATE


def _make_template() -> None:
    from django.core.management import call_command
    from django.db import connection

    with connection._nodb_cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute(f"DROP DATABASE IF EXISTS {TEMPLATE}")
        cursor.execute(f"CREATE DATABASE {TEMPLATE}")
    name = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = TEMPLATE
    try:
        call_command("migrate", verbosity=0, interactive=False)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = name

"""The migrated database that every test database is a copy of.

Migrating takes many seconds, so its result is kept as a dump until a migration, or a module that one reads, changes.
"""

import fcntl
import hashlib
import os
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import connection

from itsm.embedded import addresses

PROJECT = Path(__file__).resolve().parent.parent
KEPT = PROJECT / ".pytest_cache" / "template"
NAME, DEMO = "itsm_test_template", "itsm_test_demo"
#: The demo's dates are those of its loading: after so many seconds it is loaded anew.
DEMO_LASTS = 600
#: When the demo was loaded that a worker's own database of it is a copy of.
COPIED: dict[str, str] = {}


def make_template() -> None:
    """Make the template database, from the dump if there is one that fits.

    Migrating goes on where the dump ends: nothing to apply, but what follows every migration is done anew.
    """
    dump = KEPT / f"{_fingerprint()}.dump"
    url = os.environ["DATABASE_URL"].replace(f"/{addresses.DATABASE}?", f"/{NAME}?")
    _create(NAME, template="template0")
    if fits := dump.exists() and f"/{NAME}?" in url:
        _run("pg_restore", "--no-owner", "--exit-on-error", f"--dbname={url}", str(dump))
    name = connection.settings_dict["NAME"]
    connection.settings_dict["NAME"] = NAME
    try:
        call_command("migrate", verbosity=0, interactive=False)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = name
    if not fits and f"/{NAME}?" in url:
        _keep(url, dump)


def copy_template() -> None:
    """Put a fresh copy in the place of the test database."""
    name = connection.settings_dict["NAME"]
    connection.close()
    _create(name, template=NAME)


@contextmanager
def with_demo() -> Iterator[None]:
    """Work in a database with the small demo, loaded once for all workers and copied once for each; tests take back what they do."""
    name = connection.settings_dict["NAME"]
    own, loaded_at = f"{name}_demo", _load_demo(DEMO)
    connection.close()
    if COPIED.get(own) != loaded_at:
        _copy_demo(own)
        COPIED[own] = loaded_at
    connection.settings_dict["NAME"] = own
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = name


def put_demo() -> None:
    """Put a database with the small demo in the place of the test database; what replaces it after the test takes it back."""
    _load_demo(DEMO)
    name = connection.settings_dict["NAME"]
    connection.close()
    _copy_demo(name)


def _copy_demo(name: str) -> None:
    with _alone():
        _create(name, template=DEMO)


@contextmanager
def _alone() -> Iterator[Any]:
    """Keep other workers from the demo for the length of the block; gives the file that says when it was loaded."""
    with open(Path(os.environ["VAR_DIR"]) / "demo.lock", "a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.seek(0)
        yield lock


def _load_demo(database: str) -> str:
    """Load the demo where no worker has, or where that was too long ago; gives when it was loaded."""
    with _alone() as lock:
        said = lock.read()
        if said and time.time() - float(said) < DEMO_LASTS:
            return str(said)
        _create(database, template=NAME)
        name = connection.settings_dict["NAME"]
        connection.close()
        connection.settings_dict["NAME"] = database
        try:
            call_command("load_demo", "--small", stdout=StringIO())
        finally:
            connection.close()
            connection.settings_dict["NAME"] = name
        lock.truncate(0)
        lock.write(said := str(time.time()))
        return said


def _create(name: str, *, template: str) -> None:
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        # copying the files takes a third of the time that writing them to the log does
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')


def drop(name: str) -> None:
    """This will remove a test database, ending whatever is still connected to it."""
    with connection._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _keep(url: str, dump: Path) -> None:
    """Keep the dump, in the place of older ones."""
    KEPT.mkdir(parents=True, exist_ok=True)
    draft = KEPT / f"{os.getpid()}.draft"
    _run("pg_dump", "--format=custom", "--compress=1", "--no-privileges", f"--file={draft}", f"--dbname={url}")
    for old in KEPT.glob("*.dump"):
        old.unlink(missing_ok=True)
    draft.replace(dump)


def _run(program: str, *arguments: str) -> None:
    subprocess.run([addresses.postgres_binary(program), *arguments], check=True)


def _fingerprint() -> str:
    digest = hashlib.sha256((PROJECT / "requirements.txt").read_bytes())
    migrations = sorted([*PROJECT.glob("*/migrations/*.py"), *PROJECT.glob("itsm/*/migrations/*.py")])
    for path in dict.fromkeys([*migrations, *_read_by(migrations)]):
        digest.update(f"{path.relative_to(PROJECT)}\n".encode() + path.read_bytes())
    return digest.hexdigest()[:32]


def _read_by(migrations: list[Path]) -> Iterator[Path]:
    """Find the modules of ours that migrations import."""
    for path in migrations:
        for module, name in re.findall(r"^\s*from ([\w.]+) import (\w+)", path.read_text(), re.MULTILINE):
            place = PROJECT / module.replace(".", "/")
            yield from (found for found in (place / f"{name}.py", place.with_suffix(".py")) if found.exists())

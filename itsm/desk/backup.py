"""One file that holds everything: the database as PostgreSQL's own dump, the attachments, and what to expect of both."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext

from itsm.embedded import addresses
from itsm.people.models import Person
from itsm.records.attachments import path_of
from itsm.records.models import Record

FORMAT = 1
MANIFEST, DUMP, FILES = "manifest.json", "database.dump", "files/"
PIECE = 1024 * 1024
HASH = re.compile(r"[0-9a-f]{64}")


class BackupRefused(Exception):
    """It cannot be done; the message says why."""


def write(target: Path, *, at: datetime) -> dict[str, Any]:
    """Write a backup to ``target``, whole or not at all, readable by its owner only; gives its manifest.

    The database is dumped first and files are never removed, so every attachment of the dump is in it.

    :raises BackupRefused: if PostgreSQL's program fails
    """
    with tempfile.TemporaryDirectory(dir=target.absolute().parent, prefix="backup-") as folder:
        dump, draft = Path(folder) / DUMP, Path(folder) / "draft"
        _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={dump}")
        files = sorted(_kept())
        manifest = {
            "format": FORMAT, "made_at": at.isoformat(), "postgresql": _server_version(), "database_sha256": _hash(dump),
            "records": Record.objects.count(), "people": Person.objects.count(), "files": files,
        }  # fmt: skip
        _pack(draft, manifest, dump)
        draft.replace(target)
    return manifest


def _pack(draft: Path, manifest: dict[str, Any], dump: Path) -> None:
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        with tarfile.open(fileobj=out, mode="w") as archive:
            _add_text(archive, MANIFEST, json.dumps(manifest, indent=1))
            archive.add(dump, DUMP)
            for sha256 in manifest["files"]:
                archive.add(path_of(sha256), FILES + sha256)
        out.flush()
        os.fsync(out.fileno())


def restore(source: Path, *, force: bool = False) -> dict[str, Any]:
    """Put the database and the attachments of a backup in the place of what is here; gives its manifest.

    The database changes in one transaction. Everything is compared with the manifest's hashes before.

    :raises BackupRefused: if there are cases or people already (unless ``force``), or the file is not as it was written
    """
    if not force and (Record.objects.exists() or Person.objects.exists()):
        raise BackupRefused(
            gettext("There are cases or people here already. Add --force to replace everything by the backup.")
        )
    with tempfile.TemporaryDirectory(prefix="restore-") as folder, _opened(source) as archive:
        dump = Path(folder) / DUMP
        manifest = _manifest(archive)
        _unpack(archive, DUMP, dump, sha256=manifest["database_sha256"])
        for sha256 in manifest["files"]:
            _place(archive, sha256)
        connection.close()
        _run("pg_restore", "--clean", "--if-exists", "--single-transaction", "--no-owner", "--no-privileges", str(dump))
    return manifest


@contextmanager
def _opened(source: Path) -> Iterator[tarfile.TarFile]:
    try:
        archive = tarfile.open(source, "r:")  # noqa: SIM115 - closed below
    except (OSError, tarfile.TarError) as error:
        raise BackupRefused(
            gettext("%(file)s cannot be read as a backup: %(error)s") % {"file": source, "error": error}
        ) from None
    with archive:
        yield archive


def _manifest(archive: tarfile.TarFile) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_member(archive, MANIFEST).read())
    if found.get("format") != FORMAT or not all(HASH.fullmatch(sha256) for sha256 in found["files"]):
        raise BackupRefused(gettext("This backup has a form that is not known here."))
    return found


def _member(archive: tarfile.TarFile, name: str) -> IO[bytes]:
    try:
        found = archive.extractfile(name)
    except KeyError:
        found = None
    if found is None:
        raise BackupRefused(gettext("The backup is damaged: %(name)s is missing or changed.") % {"name": name})
    return found


def _unpack(archive: tarfile.TarFile, name: str, target: Path, *, sha256: str) -> None:
    digest = hashlib.sha256()
    with _member(archive, name) as read, open(target, "wb") as out:
        while piece := read.read(PIECE):
            digest.update(piece)
            out.write(piece)
    if digest.hexdigest() != sha256:
        raise BackupRefused(gettext("The backup is damaged: %(name)s is missing or changed.") % {"name": name})


def _place(archive: tarfile.TarFile, sha256: str) -> None:
    place = path_of(sha256)
    place.parent.mkdir(parents=True, exist_ok=True)
    draft = place.with_name(f"{sha256}.draft")
    try:
        _unpack(archive, FILES + sha256, draft, sha256=sha256)
        draft.replace(place)
    finally:
        draft.unlink(missing_ok=True)


def _kept() -> Iterator[str]:
    """List the contents that are kept on disk."""
    for path in Path(settings.MEDIA_ROOT).glob("sha256/*/*/*"):
        if HASH.fullmatch(path.name):
            yield path.name


def _hash(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _add_text(archive: tarfile.TarFile, name: str, text: str) -> None:
    content = text.encode()
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(content), 0o600
    archive.addfile(entry, io.BytesIO(content))


def _server_version() -> int:
    connection.ensure_connection()
    return int(connection.pg_version) // 10_000  # type: ignore[attr-defined]


def _program(name: str) -> str:
    """Choose PostgreSQL's program of the server's own version where there is one, else the one that is carried."""
    found = shutil.which(name)
    if found:
        said = subprocess.run([found, "--version"], capture_output=True, text=True, check=True).stdout
        version = re.search(r"\) (\d+)", said)
        if version and int(version[1]) == _server_version():
            return found
    return str(addresses.postgres_binary(name))


def _run(name: str, *arguments: str) -> None:
    chosen = connection.get_connection_params()
    program = _program(name)
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "sslmode": "PGSSLMODE"}
    env = os.environ | {variable: str(chosen[key]) for key, variable in names.items() if chosen.get(key)}
    if name == "pg_restore":
        connection.close()
    done = subprocess.run(
        [program, f"--dbname={chosen['dbname']}", *arguments], env=env, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BackupRefused(f"{name}: {done.stderr.strip()[-1000:]}")

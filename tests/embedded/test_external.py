"""Servers named by DATABASE_URL and REDIS_URL are used instead, down to PostgreSQL 15."""

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from itsm.embedded import account, addresses
from itsm.embedded.child import Child, wait_until
from itsm.embedded.services import throwaway
from tests.embedded.conftest import Supervised, free_port, wait_for
from tests.embedded.test_run import status

DEBIAN_15 = Path("/usr/lib/postgresql/15/bin")


@pytest.fixture
def postgres_15() -> Iterator[str]:
    """Debian's PostgreSQL 15, without any of the settings that ours has; gives its URL."""
    if not (DEBIAN_15 / "postgres").exists():
        pytest.skip("this test needs the package postgresql-15")
    owner = account.of_servers()
    with tempfile.TemporaryDirectory(prefix="itsm-test-", dir="/dev/shm") as top:
        os.chown(top, owner.uid, owner.gid)
        data = Path(top) / "data"
        enter = account.entering(owner, death_signal=signal.SIGINT)
        initdb = [
            str(DEBIAN_15 / "initdb"),
            "-D",
            str(data),
            "-U",
            addresses.OWNER,
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-sync",
        ]
        subprocess.run(initdb, check=True, capture_output=True, preexec_fn=enter, cwd="/")
        argv = [str(DEBIAN_15 / "postgres"), "-D", str(data), "-k", top, "-h", "", "-F"]
        server = Child("postgres", argv, Path(top) / "log", account=owner, stop_signal=signal.SIGINT)
        server.start()
        url = addresses.database_url_at(Path(top))
        try:
            assert wait_until(lambda: _created(url), child=server, seconds=30, pause=time.sleep), server.last_words()
            yield url
        finally:
            server.stop()


def _created(url: str) -> bool:
    """Create the database as soon as the server answers."""
    try:
        connection = psycopg2.connect(url.replace(f"/{addresses.DATABASE}?", "/postgres?"))
    except psycopg2.OperationalError:
        return False
    connection.autocommit = True
    connection.cursor().execute(f"CREATE DATABASE {addresses.DATABASE}")
    connection.close()
    return True


@pytest.mark.slow
def test_external_servers_are_used_and_none_is_started(postgres_15: str, var_dir: Path) -> None:
    port = free_port()
    with throwaway() as elsewhere:
        redis_url = elsewhere["REDIS_URL"]
        desk = Supervised(var_dir, "run", PORT=str(port), DATABASE_URL=postgres_15, REDIS_URL=redis_url, DEMO_MODE="0")

        wait_for(lambda: "runs at" in desk.said() or desk.process.poll() is not None, what="the address", seconds=180)

        assert "runs at" in desk.said(), desk.said()
        assert status(port, "/readyz") == 200
        assert not desk.pid_of("postgres -D")
        assert not (var_dir / "servers").exists() or not any((var_dir / "servers").glob("postgres"))
        assert desk.stop(signal.SIGINT) == 0

"""The embedded servers under the supervisor: started, watched, stopped."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg2
import pytest
import redis

from itsm.embedded import addresses
from tests.embedded.conftest import PROJECT, Supervised, own_environment, wait_for

Start = Callable[..., Supervised]
READY = "The servers run"


def ask_postgres(var_dir: Path, statement: str = "SELECT 1") -> object:
    connection = psycopg2.connect(addresses.database_url(var_dir))
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchone() if cursor.description else None
    finally:
        connection.close()


def redis_of(var_dir: Path) -> redis.Redis:
    return redis.Redis(unix_socket_path=urlsplit(addresses.redis_url(var_dir)).path)


def answers(var_dir: Path) -> bool:
    try:
        return ask_postgres(var_dir) == (1,) and redis_of(var_dir).ping() is True
    except (psycopg2.OperationalError, redis.ConnectionError):
        return False


def test_data_is_kept_from_one_start_to_the_next(supervise: Start, var_dir: Path) -> None:
    first = supervise("services").ready(READY)
    ask_postgres(var_dir, "CREATE TABLE kept AS SELECT 42 AS answer")
    redis_of(var_dir).set("kept", "42")
    first.stop(signal.SIGTERM)

    supervise("services").ready(READY)

    assert ask_postgres(var_dir, "SELECT answer FROM kept") == (42,)
    assert redis_of(var_dir).get("kept") == b"42"


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda by: by.name)
def test_one_signal_stops_everything_and_leaves_no_orphan(supervise: Start, by: signal.Signals) -> None:
    supervisor = supervise("services").ready(READY)
    assert supervisor.pid_of("postgres -D")
    assert supervisor.pid_of("redis-server")

    code = supervisor.stop(by)

    assert code == 0
    assert supervisor.processes() == {}
    assert supervisor.said().rstrip().endswith("Stopped.")


@pytest.mark.parametrize("name", ["postgres -D", "redis-server"])
def test_a_killed_server_is_started_again(supervise: Start, var_dir: Path, name: str) -> None:
    supervisor = supervise("services").ready(READY)
    killed = supervisor.pid_of(name)

    os.kill(killed, signal.SIGKILL)

    wait_for(lambda: supervisor.pid_of(name) not in (0, killed) and answers(var_dir), what="an answer")
    assert "is started again" in supervisor.said()


def test_servers_end_with_a_killed_supervisor(supervise: Start) -> None:
    supervisor = supervise("services").ready(READY)

    supervisor.stop(signal.SIGKILL)

    wait_for(lambda: not supervisor.processes(), what="the end of every process")


def test_it_starts_over_what_a_power_cut_left(supervise: Start, var_dir: Path) -> None:
    supervisor = supervise("services").ready(READY)
    ask_postgres(var_dir, "CREATE TABLE kept AS SELECT 42 AS answer")
    victims = [supervisor.process.pid, supervisor.pid_of("postgres -D"), supervisor.pid_of("redis-server")]
    for victim in victims:
        os.kill(victim, signal.SIGKILL)
    supervisor.process.wait()

    supervise("services").ready(READY)

    assert ask_postgres(var_dir, "SELECT answer FROM kept") == (42,)


def test_a_command_finds_the_servers_that_run(supervise: Start, var_dir: Path) -> None:
    supervise("services").ready(READY)

    done = subprocess.run(
        [sys.executable, "-m", "itsm.embedded", "with", "--", "sh", "-c", "echo $VAR_DIR; exit 3"],
        cwd=PROJECT,
        env=own_environment(var_dir),
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout.strip()) == (3, str(var_dir))
    assert answers(var_dir)


def test_a_command_runs_beside_throw_away_servers(var_dir: Path) -> None:
    script = "import os, psycopg2; psycopg2.connect(os.environ['DATABASE_URL']).close(); print(os.environ['VAR_DIR'])"

    done = subprocess.run(
        [sys.executable, "-m", "itsm.embedded", "with", "--throwaway", "--", sys.executable, "-c", script],
        cwd=PROJECT,
        env=own_environment(var_dir),
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert not Path(done.stdout.strip()).exists()
    assert not var_dir.exists()


def test_a_deep_folder_gets_short_sockets(supervise: Start, var_dir: Path) -> None:
    deep = var_dir.with_name("d" * 60) / ("e" * 60) / "var"
    deep.parent.mkdir(parents=True)

    supervise("services", folder=deep).ready(READY)

    assert answers(deep)
    sockets = parse_qs(urlsplit(addresses.database_url(deep)).query)["host"][0]
    assert len(sockets) < 80
    assert os.stat(sockets).st_mode & 0o077 == 0

"""What cannot start says in one sentence what to do, with exit code 2 and without a traceback."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from itsm.embedded.options import from_environment
from itsm.embedded.refusal import Refusal, explain
from tests.embedded.conftest import PROJECT, Supervised, own_environment

Start = Callable[..., Supervised]


def refuse(var_dir: Path, what: str = "services", **environment: str) -> str:
    """Start it where it cannot run; give the one sentence that it says."""
    done = subprocess.run(
        [sys.executable, "-m", "itsm.embedded", what],
        cwd=PROJECT,
        env=own_environment(var_dir, **environment),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 2, done.stdout + done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    return done.stderr


@pytest.fixture
def used(supervise: Start, var_dir: Path) -> Path:
    """A data folder that has been used and is at rest."""
    supervise("services").ready("The servers run").stop(signal.SIGTERM)
    return var_dir


def test_a_second_supervisor_is_refused(supervise: Start, var_dir: Path) -> None:
    first = supervise("services").ready("The servers run")

    sentence = refuse(var_dir)

    assert "already runs" in sentence
    assert first.process.poll() is None


def test_a_taken_port_names_another(var_dir: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        sentence = refuse(var_dir, "run", PORT=str(port))

    assert f"Port {port} is taken" in sentence
    assert f"PORT={port + 1}" in sentence


@pytest.mark.parametrize("wrong", [{"PORT": "web"}, {"PORT": "70000"}, {"BIND": "192.0.2.1"}])
def test_a_wrong_address_is_named(var_dir: Path, wrong: dict[str, str]) -> None:
    assert next(iter(wrong)) in refuse(var_dir, "run", **wrong)


def test_data_of_another_version_is_left_alone(used: Path) -> None:
    (used / "servers" / "postgres" / "PG_VERSION").write_text("15\n")

    sentence = refuse(used)

    assert "PostgreSQL 15" in sentence
    assert (used / "servers" / "postgres" / "base").exists()


def test_a_folder_of_something_else_is_left_alone(var_dir: Path) -> None:
    (var_dir / "servers" / "postgres").mkdir(parents=True)
    (var_dir / "servers" / "postgres" / "letters.txt").write_text("mine")

    sentence = refuse(var_dir)

    assert "not a PostgreSQL data folder" in sentence
    assert (var_dir / "servers" / "postgres" / "letters.txt").read_text() == "mine"


@pytest.mark.parametrize("part", ["global/pg_control", "base", "pg_wal"])
def test_damaged_data_is_said_to_be_so(used: Path, part: str) -> None:
    damaged = used / "servers" / "postgres" / part
    shutil.rmtree(damaged) if damaged.is_dir() else damaged.write_bytes(b"\0" * 100)

    assert "The database does not start" in refuse(used)


def test_a_file_in_the_place_of_the_folder_is_named(var_dir: Path) -> None:
    var_dir.write_text("")

    assert str(var_dir) in refuse(var_dir)


@pytest.mark.parametrize("number", [28, 30, 13, 122])
def test_errors_of_the_system_say_what_to_do(number: int) -> None:
    sentence = str(explain(OSError(number, os.strerror(number), "var/log")))

    assert "VAR_DIR" in sentence
    assert "var/log" in sentence


def test_other_errors_are_not_hidden() -> None:
    with pytest.raises(OSError, match="Bad file"):
        explain(OSError(9, os.strerror(9)))


def test_an_empty_option_counts_as_none() -> None:
    options = from_environment({"PORT": "", "SITE_URL": "", "BIND": ""})

    assert (options.port, options.site_url, options.demo) == (8000, "http://127.0.0.1:8000", True)


@pytest.mark.parametrize(("public", "demo"), [("", False), ("1", True)])
def test_demo_logins_need_loopback_or_a_word(public: str, demo: bool) -> None:
    assert from_environment({"BIND": "192.0.2.1", "DEMO_PUBLIC": public}).demo is demo


def test_a_port_out_of_range_is_refused() -> None:
    with pytest.raises(Refusal, match="PORT=0"):
        from_environment({"PORT": "0"})

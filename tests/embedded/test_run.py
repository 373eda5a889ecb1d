"""Everything that `make run` starts: web, worker and beat beside the servers."""

import http.client
import os
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.embedded.conftest import Supervised, free_port, wait_for

pytestmark = pytest.mark.slow
CHILDREN = {
    "web": "-m gunicorn",
    "worker": "-A itsm worker",
    "beat": "-A itsm.beat beat",
    "redis": "redis-server",
    "postgres": "postgres -D",
}


def status(port: int, path: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


@pytest.fixture(scope="module")
def port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def desk(port: int) -> Iterator[Supervised]:
    """The whole service desk, without the demo organisation."""
    with tempfile.TemporaryDirectory(prefix="itsm-test-", dir="/dev/shm") as top:
        os.chmod(top, 0o755)
        desk = Supervised(Path(top) / "var", "run", PORT=str(port), DEMO_MODE="0")
        wait_for(lambda: "runs at" in desk.said() or desk.process.poll() is not None, what="the address", seconds=180)
        assert "runs at" in desk.said(), desk.said()
        yield desk
        if desk.process.poll() is None:
            assert desk.stop(signal.SIGINT) == 0
        wait_for(lambda: not desk.processes(), what="the end of every process")


def test_it_prints_an_address_that_answers(desk: Supervised, port: int) -> None:
    assert f"http://127.0.0.1:{port}/" in desk.said()
    assert status(port, "/livez") == 200
    assert status(port, "/readyz") == 200


@pytest.mark.parametrize("name", CHILDREN)
def test_a_killed_child_is_started_again(desk: Supervised, port: int, name: str) -> None:
    wait_for(lambda: all(desk.pid_of(words) for words in CHILDREN.values()), what="all children")
    killed = desk.pid_of(CHILDREN[name])

    os.kill(killed, signal.SIGKILL)

    wait_for(lambda: desk.pid_of(CHILDREN[name]) not in (0, killed), what=f"another {name}")
    wait_for(lambda: status(port, "/readyz") == 200, what="an answer")


def test_another_port_does_not_let_a_second_one_in(desk: Supervised) -> None:
    second = Supervised(desk.var_dir, "run", PORT=str(free_port()))

    assert second.process.wait(60) == 2
    assert "already runs" in second.said()
    assert desk.process.poll() is None

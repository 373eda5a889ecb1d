"""A supervisor as a person would start it, in a data folder of its own."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 60.0
NAMED_ELSEWHERE = (
    "DATABASE_URL",
    "REDIS_URL",
    "ITSM_TEST_SERVERS",
    "BIND",
    "PORT",
    "SITE_URL",
    "SECRET_KEY",
    "DEMO_MODE",
)


def wait_for(condition: Callable[[], object], *, what: str, seconds: float = PATIENCE) -> None:
    """Ask again and again until it is so."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"waited {seconds:.0f} s for {what}"
        time.sleep(0.02)  # the pace of asking, nothing depends on it


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def own_environment(var_dir: Path, **more: str) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if name not in NAMED_ELSEWHERE}
    return clean | {"VAR_DIR": str(var_dir)} | more


class Supervised:
    """A running supervisor and what it has said."""

    def __init__(self, var_dir: Path, *arguments: str, **environment: str) -> None:
        self.var_dir = var_dir
        handle, name = tempfile.mkstemp(suffix=".out", dir=var_dir.parent)
        self.output = Path(name)
        with open(handle, "w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "itsm.embedded", *arguments],
                cwd=PROJECT,
                env=own_environment(var_dir, **environment),
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def said(self) -> str:
        return self.output.read_text()

    def ready(self, words: str) -> "Supervised":
        wait_for(lambda: words in self.said() or self.process.poll() is not None, what=words)
        assert words in self.said(), self.said()
        return self

    def stop(self, by: signal.Signals) -> int:
        self.process.send_signal(by)
        return self.process.wait(PATIENCE)

    def processes(self) -> dict[int, str]:
        """Give every living process that knows this data folder, whoever its parent is."""
        return {pid: words for pid, words in living() if str(self.var_dir) in words and pid != self.process.pid}

    def pid_of(self, words: str) -> int:
        return min((pid for pid, line in self.processes().items() if words in line), default=0)


def living() -> Iterator[tuple[int, str]]:
    """Go through the processes of this machine: number, and command line with environment where readable."""
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            state = (entry / "stat").read_text().rpartition(")")[2].split()[0]
            words = (entry / "cmdline").read_bytes() + b" " + (entry / "environ").read_bytes()
        except OSError:
            continue
        if state not in "ZX":
            yield int(entry.name), words.replace(b"\0", b" ").decode(errors="replace")


@pytest.fixture
def var_dir() -> Iterator[Path]:
    """Give a short path in memory, which the servers' account may pass."""
    top = Path(tempfile.mkdtemp(prefix="itsm-test-", dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None))
    top.chmod(0o755)
    yield top / "var"
    shutil.rmtree(top, ignore_errors=True)


@pytest.fixture
def supervise(var_dir: Path) -> Iterator[Callable[..., Supervised]]:
    """Start supervisors; those that a test leaves are killed."""
    started: list[Supervised] = []

    def start(*arguments: str, folder: Path = var_dir, **environment: str) -> Supervised:
        started.append(Supervised(folder, *arguments, **environment))
        return started[-1]

    yield start
    for one in started:
        if one.process.poll() is None:
            one.process.kill()
            one.process.wait()
    for one in started:
        wait_for(lambda one=one: not one.processes(), what="the end of every process")  # type: ignore[misc]

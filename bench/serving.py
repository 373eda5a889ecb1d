"""The production web server on a port of its own, as `make run` starts it."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from itsm.embedded.supervisor import WEB_LIMITS

ROOT = Path(__file__).resolve().parent.parent
PATIENCE_SECONDS = 60


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(settings: str) -> Iterator[int]:
    """Run gunicorn with these settings for the length of the block; gives its port."""
    port = free_port()
    env = os.environ | {"DJANGO_SETTINGS_MODULE": settings, "PORT": str(port), "PGOPTIONS": WEB_LIMITS}
    argv = [sys.executable, "-m", "gunicorn", "--config", "python:itsm.embedded.web", "itsm.wsgi:application"]
    process = subprocess.Popen(argv, cwd=ROOT, env=env)
    try:
        wait_for(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=30)


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until it answers.

    :raises TimeoutError: if it does not within a minute
    """
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until and process.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            connection.request("GET", "/livez")
            connection.getresponse()
            return
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    raise TimeoutError("the web server does not start")

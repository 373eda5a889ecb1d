"""Pytest plugin: throw-away PostgreSQL and Redis for one run, started before anything reads the settings.

It must be named with ``-p``; a conftest would come too late, because pytest-django loads the settings first.
With xdist the controller starts the servers and every worker inherits their addresses. ``TEST_DATABASE_URL`` and
``TEST_REDIS_URL`` name servers to be used instead. The migrations run once; each worker's database is a copy.
"""

import os
import signal
import sys
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType

import pytest

from itsm.embedded.services import throwaway

READY = "ITSM_TEST_SERVERS"
OWN_SETTINGS = {
    "DJANGO_SETTINGS_MODULE": "itsm.settings",
    "STATICFILES_BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage",
    "EMAIL_BACKEND": "django.core.mail.backends.locmem.EmailBackend",
    "SITE_URL": "http://testserver",
    "SECRET_KEY": "only-for-tests-" + "0123456789" * 5,
    "DEMO_MODE": "0",
    "CONN_MAX_AGE": "0",
    "LOG_LEVEL": "WARNING",
    "PDF_WITH": "",  # printing takes seconds: the tests that are about it say so
}
LEFT_OUT = ("ALLOWED_HOSTS", "BEHIND_PROXY", "BIND", "DEBUG", "DEMO_PUBLIC", "LANGUAGE_CODE", "TIME_ZONE")


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None, object, object]:
    """Start the servers before pytest-django asks for the settings."""
    if READY not in os.environ and not early_config.known_args_namespace.help:
        servers = ExitStack()
        servers.enter_context(_ended_in_order())
        servers.enter_context(_environment())
        early_config.add_cleanup(servers.close)
    return (yield)


@contextmanager
def _environment() -> Iterator[None]:
    """Put the addresses of the servers, and the settings that tests need, into the environment."""
    with throwaway() as found:
        for name in LEFT_OUT:
            os.environ.pop(name, None)
        os.environ.update(found | OWN_SETTINGS | {READY: "1"})
        os.environ["DATABASE_URL"] = os.environ.get("TEST_DATABASE_URL") or found["DATABASE_URL"]
        os.environ["REDIS_URL"] = os.environ.get("TEST_REDIS_URL") or found["REDIS_URL"]
        (Path(os.environ["VAR_DIR"]) / "staticfiles").mkdir(exist_ok=True)  # WhiteNoise warns of a missing folder
        yield
        os.environ.pop(READY)


@contextmanager
def _ended_in_order() -> Iterator[None]:
    """Let SIGTERM unwind like Ctrl-C does, so that the servers are stopped and their folder removed."""

    def leave(number: int, frame: FrameType | None) -> None:
        sys.exit(128 + number)

    before = signal.signal(signal.SIGTERM, leave)
    yield
    signal.signal(signal.SIGTERM, before)

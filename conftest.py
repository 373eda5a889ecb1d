"""The test database: migrated once for all workers, then copied by each; and what browser tests need.

A test with real transactions leaves rows behind. Emptying the tables, as Django does, would take the seeded rows too
(and journal tables refuse it), so the database is copied afresh instead.
"""

import fcntl
import gc
import os
import shutil
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from pytest_django import DjangoDbBlocker

# what is loaded and collected stays: looking for garbage in it would take a quarter of the time until pytest_collection_finish
gc.disable()

# properties judge what comes out, not how busy the machine is
hypothesis.settings.register_profile("desk", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("desk")

pytest_plugins = ["tests.fixtures", "tests.browser_fixtures"]

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
NO_BROWSER = "browser tests need the packages chromium and fonts-noto-cjk"
#: Modules that one worker runs whole: what all their tests share takes long to make.
WHOLE = ("tests/embedded/test_run.py", "tests/test_shape.py")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--all-combinations``: every page in every language, theme and width."""
    parser.addoption("--all-combinations", action="store_true", help="accessibility of every page in all combinations")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Deal tests out one by one, modules of ``WHOLE`` in one piece.

    The mark xdist_group does not do it: what xdist 3.8 writes behind the name of a marked test, pytest 9 no longer reads.
    """
    from xdist.scheduler import LoadGroupScheduling  # type: ignore[import-untyped]  # it says nothing of its types

    class Scheduling(LoadGroupScheduling):  # type: ignore[misc]  # for the same reason
        def _split_scope(self, nodeid: str) -> str:
            path = nodeid.partition("::")[0]
            return path if path in WHOLE else nodeid

    return Scheduling(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put long tests before short ones of their random order, so that no worker is left waiting for the other at the end.

    Those that drive a browser come last, as before: its driver keeps a loop in the thread. Without a browser they are skipped.
    Those that read the demo stand together in the middle, so that it is loaded once and not again when it has grown old.
    """
    items.sort(key=_place)
    if any(shutil.which(name) for name in BROWSERS):
        return
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason=NO_BROWSER))


def _place(item: pytest.Item) -> tuple[bool, bool, bool]:
    browser = item.get_closest_marker("browser") is not None
    demo = "demo" in getattr(item, "fixturenames", ())
    return browser, demo != browser, item.get_closest_marker("slow") is None


def pytest_collection_finish() -> None:
    """Leave what is loaded for good out of every later search for garbage: it took an eighth of the processor's time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    gc.enable()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: DjangoDbBlocker
) -> None:
    """Make the migrated template database once for all workers, and let each worker copy it."""
    from django.db import connection
    from django.test import TransactionTestCase

    from tests import database

    with open(Path(os.environ["VAR_DIR"]) / "template.lock", "a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with django_db_blocker.unblock():
            if lock.seek(0) == 0 and not lock.read():
                database.make_template()
                lock.write("made")
    connection.settings_dict["TEST"]["TEMPLATE"] = database.NAME
    setattr(TransactionTestCase, "_fixture_teardown", lambda case: database.copy_template())  # noqa: B010 - unknown to the stubs
    # a thread of a live server may keep its connection a moment longer than the last test
    setattr(connection.creation, "_destroy_test_db", lambda name, verbosity: database.drop(name))  # noqa: B010 - the same

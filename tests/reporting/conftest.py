"""The demo with little history, loaded once: something happened in every process."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from pytest_django import DjangoDbBlocker

from tests import database


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The demo, loaded once for several modules."""
    with django_db_blocker.unblock(), database.with_demo():
        yield


@pytest.fixture
def demo(loaded: None, db: None) -> Iterator[None]:
    """The demo, as it was loaded; what a test changes is taken back."""
    cache.clear()
    yield
    cache.clear()

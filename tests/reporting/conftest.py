"""The demo with little history, loaded once: something happened in every process."""

from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import transaction
from pytest_django import DjangoDbBlocker


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The demo, taken back when the module ends."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_demo", "--small", stdout=StringIO())
        yield
        transaction.set_rollback(True)


@pytest.fixture
def demo(loaded: None, db: None) -> Iterator[None]:
    """The demo, as it was loaded; what a test changes is taken back."""
    cache.clear()
    yield
    cache.clear()

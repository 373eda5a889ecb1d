"""What tests of the portal share: clean memories, and people who read English."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.test import Client

from itsm.people.models import Person


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    """Forget what processes remember between pages."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def visitor(client: Client, requester: Person) -> Client:
    """The browser of the requester, who reads English."""
    Person.objects.filter(pk=requester.pk).update(language="en")
    client.force_login(requester)
    return client

"""What tests of the portal share: clean memories, and people who read English."""

import pytest
from django.test import Client

from itsm.people.models import Person


@pytest.fixture
def visitor(client: Client, requester: Person) -> Client:
    """The browser of the requester, who reads English."""
    Person.objects.filter(pk=requester.pk).update(language="en")
    client.force_login(requester)
    return client

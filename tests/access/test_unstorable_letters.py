"""A letter that no text of the database can hold, in the address of a list, is left out: the page opens."""

import pytest
from django.test import Client

from tests.fixtures import make_person

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "address", ["/reports/outages/?service=%00", "/reports/sla/?customer=%00", "/simulator/new/?agreement=%00"]
)
def test_a_list_opens_whatever_its_address_asks_for(client: Client, address: str) -> None:
    client.force_login(make_person("keeper", "slm"))

    assert client.get(address).status_code == 200

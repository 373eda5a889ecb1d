"""The catalogue tells which SLA covers a service and what may be ordered, its version and its last review."""

import pytest
from django.test import Client

from catalogue.models import RequestItem, Service
from itsm.people.models import Person
from itsm.records.perform import perform
from sla.coverage import covers, of_item, of_service
from sla.models import ServiceAgreement
from tests.agreements.conftest import DAY, Draft, clock_promise, sheet
from tests.fixtures import MONDAY


@pytest.fixture
def reviewed(put_in_force: Draft, slm: Person) -> ServiceAgreement:
    """An agreement of the service that was reviewed on the Tuesday."""
    made = put_in_force(sheet(valid_to="2099-12-31"))
    made = perform(made, "begin_review", by=slm, at=MONDAY)
    found: ServiceAgreement = perform(made, "confirm_unchanged", by=slm, at=MONDAY + DAY, minutes="續行")
    return found


def test_the_version_and_the_last_review_of_a_service_are_told(
    reviewed: ServiceAgreement, agent: Person, service: Service
) -> None:
    [cover] = of_service(covers(person=agent, at=MONDAY + 2 * DAY), service.pk)

    assert (cover.number, cover.edition) == (reviewed.number, "01.00")
    assert str(cover.reviewed_on) == "2026-11-24"


def test_before_its_first_review_none_is_told(put_in_force: Draft, agent: Person, service: Service) -> None:
    put_in_force()

    assert [one.reviewed_on for one in covers(person=agent, at=MONDAY)] == [None]


def test_an_offering_is_covered_by_the_row_that_names_it_and_by_that_of_its_service(
    put_in_force: Draft, agent: Person, service: Service, mailbox_item: RequestItem, password_item: RequestItem
) -> None:
    contents = sheet(service.code)
    contents["rows"].append(
        {"service": service.code, "offerings": ["mailbox"], "promises": [clock_promise("fulfilment", 1000)]}
    )
    put_in_force(contents)
    found = covers(person=agent, at=MONDAY)

    assert [one.item_codes for one in of_item(found, service.pk, mailbox_item.pk)] == [("mailbox",), ()]
    assert [one.item_codes for one in of_item(found, service.pk, password_item.pk)] == [()]


def test_pages_and_rest_tell_it_with_a_link(
    reviewed: ServiceAgreement, agent: Person, requester: Person, service: Service
) -> None:
    client = Client()
    client.force_login(agent)

    for path in ("/catalogue/", f"/catalogue/{service.code}/"):
        shown = client.get(path).content.decode()
        assert f"/agreements/{reviewed.number}/" in shown
        assert "01.00" in shown
    [told] = client.get(f"/api/v1/services/{service.code}").json()["agreements"]
    assert (told["number"], told["version"], told["last_review_on"]) == (reviewed.number, "01.00", "2026-11-24")
    client.force_login(requester)
    assert client.get(f"/api/v1/services/{service.code}").json()["agreements"] == []

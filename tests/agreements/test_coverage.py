"""The catalogue tells which SLA covers a service and what may be ordered, its version and its last review."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.timezone import localdate

from catalogue.models import RequestItem, Service
from itsm.people.models import Person
from itsm.records.perform import perform
from sla.coverage import covers, of_item, of_service
from sla.models import ServiceAgreement
from tests.agreements.conftest import DAY, SIGNED, Draft, clock_promise, sheet
from tests.fixtures import MONDAY


@pytest.fixture
def reviewed(put_in_force: Draft, slm: Person) -> ServiceAgreement:
    """An agreement of the service that was reviewed on the Tuesday."""
    made = put_in_force()
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


@pytest.fixture
def running(draft: Draft, slm: Person) -> tuple[ServiceAgreement, str]:
    """An agreement in force on the day of the test that was reviewed on the day before, and that day."""
    begun = timezone.now().replace(microsecond=0) - 3 * DAY
    contents = sheet(valid_from=localdate(begun).isoformat(), valid_to="2099-12-31", next_review_on="2099-01-01")
    made = perform(draft(contents, at=begun), "open_negotiation", by=slm, at=begun)
    made = perform(made, "sign", by=slm, at=begun, provider_signer=slm, **SIGNED)
    made = perform(made, "activate", by=slm, at=begun, effective_on=localdate(begun))
    made = perform(made, "begin_review", by=slm, at=begun + DAY)
    made = perform(made, "confirm_unchanged", by=slm, at=begun + 2 * DAY, minutes="續行")
    return made, localdate(begun + 2 * DAY).isoformat()


def test_pages_and_rest_tell_it_with_a_link(
    running: tuple[ServiceAgreement, str], agent: Person, requester: Person, service: Service
) -> None:
    reviewed, day = running
    client = Client()
    client.force_login(agent)

    for path in ("/catalogue/", f"/catalogue/{service.code}/"):
        shown = client.get(path).content.decode()
        assert f"/agreements/{reviewed.number}/" in shown
        assert "01.00" in shown
    [told] = client.get(f"/api/v1/services/{service.code}").json()["agreements"]
    assert (told["number"], told["version"], told["last_review_on"]) == (reviewed.number, "01.00", day)
    client.force_login(requester)
    assert client.get(f"/api/v1/services/{service.code}").json()["agreements"] == []


@pytest.fixture
def cases(put_in_force: Draft, requester: Person, agent: Person, service: Service, password_item: RequestItem) -> Any:
    """An incident, a request and a change of the service under an agreement of the requester's unit."""
    from changes.models import Change
    from incidents import services
    from itsm.records.perform import open_record

    contents = sheet(service.code, clock_promise("resolution", 8 * 3600), clock_promise("response", 900))
    made = put_in_force(contents)
    given: dict[str, Any] = {"by": requester, "requester": requester, "at": MONDAY}
    incident = services.raise_incident(title="公文系統無法登入", service=service, **given)
    request = services.raise_request(item=password_item, **given)
    change = open_record(
        Change, by=agent, at=MONDAY, channel="portal", title="更新公文系統", requester=requester, unit=requester.unit, service=service,
        received_at=MONDAY,
    )  # fmt: skip
    return made, [incident, request, change]


def test_a_case_tells_which_agreement_applies_and_why(cases: Any, agent: Person, slm: Person) -> None:
    made, found = cases
    client = Client()
    client.force_login(agent)

    for case in found:
        words = client.get(f"/t/{case.number}/clocks/").content.decode()
        if case.service_id == found[0].service_id:
            assert f"/agreements/{made.number}/" in words, case.kind
            assert "電子公文" in words

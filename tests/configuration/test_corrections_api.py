"""Corrections over REST: listed for who works cases, judged by a second person who keeps the data."""

from typing import Any

import pytest
from django.test import Client

from configuration import corrections
from configuration.models import ConfigurationItem, Correction
from itsm.people.models import Person
from tests.configuration.conftest import Make
from tests.fixtures import MONDAY

pytestmark = pytest.mark.django_db
JSON = "application/json"
AT = "/api/v1/ci-corrections"


def signed(person: Person) -> Client:
    """A program that acts for somebody."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(person)
    return client


@pytest.fixture
def ups(make: Make) -> ConfigurationItem:
    """An item whose place is wrong."""
    return make("ups", "UPS-02")


@pytest.fixture
def reported(ups: ConfigurationItem, agent: Person) -> Correction:
    """The report of the desk."""
    return corrections.report(ups, field="place", recorded="B1", found="B2", by=agent, at=MONDAY)


def test_it_is_verified_by_a_second_person_and_settled_by_a_change(
    reported: Correction, ups: ConfigurationItem, config_manager: Person, agent: Person, change: Any
) -> None:
    keeper = signed(config_manager)
    listed = signed(agent).get(AT).json()

    early = keeper.post(f"{AT}/{reported.pk}/settle", {"change": change.number}, content_type=JSON)
    verified = keeper.post(f"{AT}/{reported.pk}/verify")
    again = keeper.post(f"{AT}/{reported.pk}/verify")
    settled = keeper.post(f"{AT}/{reported.pk}/settle", {"change": change.number}, content_type=JSON)

    assert [(row["item"], row["field"], row["recorded"], row["found"]) for row in listed] == [
        (ups.number, "place", "B1", "B2")
    ]
    assert (early.status_code, again.status_code, settled.status_code) == (422, 422, 204)
    assert verified.json()["verified_by"]["username"] == config_manager.username
    assert keeper.get(AT).json() == []


def test_it_is_refused_with_a_reason(reported: Correction, config_manager: Person) -> None:
    keeper = signed(config_manager)

    assert keeper.post(f"{AT}/{reported.pk}/refuse", {}, content_type=JSON).status_code == 400
    assert keeper.post(f"{AT}/{reported.pk}/refuse", {"reason": "B1 是對的"}, content_type=JSON).status_code == 204
    reported.refresh_from_db()
    assert (reported.refused_by, reported.reason) == (config_manager, "B1 是對的")


def test_who_does_not_keep_the_data_judges_nothing(reported: Correction, agent: Person, requester: Person) -> None:
    assert signed(requester).get(AT).status_code == 403
    assert signed(requester).post(f"{AT}/{reported.pk}/verify").status_code == 403
    assert signed(agent).post(f"{AT}/{reported.pk}/verify").status_code == 403
    reported.refresh_from_db()
    assert reported.verified_at is None


def test_who_reported_it_does_not_verify_it(ups: ConfigurationItem, config_manager: Person) -> None:
    own = corrections.report(ups, field="place", found="B2", by=config_manager, at=MONDAY)

    assert signed(config_manager).post(f"{AT}/{own.pk}/verify").status_code == 422

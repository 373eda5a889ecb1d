"""What a new item may already be is shown while it is written, and before it is kept."""

from typing import Any

import pytest
from django.test import Client

from configuration.alike import alike
from configuration.models import CiAttribute, ConfigurationItem
from configuration.schema import present
from itsm.people.models import Person
from tests.configuration.conftest import Make

pytestmark = pytest.mark.django_db


def found(code: str, person: Person, **values: Any) -> list[tuple[str, str]]:
    """Give name and reason of everything that may be meant."""
    of = present().by_code(code)
    assert of is not None
    return [(one.item.title, one.why) for one in alike(of.pk, values, person=person)]


@pytest.fixture
def english(config_manager: Person) -> Person:
    """The keeper, who reads English."""
    Person.objects.filter(pk=config_manager.pk).update(language="en")
    config_manager.refresh_from_db()
    return config_manager


def test_the_rules_of_the_class_name_what_is_meant(make: Make, config_manager: Person) -> None:
    make("server", "host-1", serial="SN-77", given={"manufacturer": "Dell"})
    make("server", "host-2", serial="SN-77", given={"manufacturer": "HPE"})
    make("server", "host-3", asset_no="A-3")
    make("web-application", "App", asset_no="A-3")

    serial = found("server", config_manager, title="", serial="sn-77", manufacturer="Dell")
    asset = found("storage", config_manager, title="", asset_no=" A-3 ")

    assert [title for title, _why in serial] == ["host-1"]
    assert [title for title, _why in asset] == ["host-3"]


def test_what_says_nothing_and_what_is_out_of_use_is_nobody(make: Make, config_manager: Person) -> None:
    make("server", "host-1", serial="N/A", given={"manufacturer": "Dell"})
    make("server", "host-2", asset_no="A-2", state="retired")

    assert found("server", config_manager, title="", serial="N/A", manufacturer="Dell") == []
    assert found("server", config_manager, title="", asset_no="A-2") == []


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("WEB 01", ["web-01"]),
        ("web-1", ["web-01"]),
        ("wbe-01", []),
        ("web-02", ["web-02"]),
        ("we", []),
        ("mail-01", []),
    ],
)
def test_names_that_are_nearly_the_same_and_differ_in_no_number(
    typed: str, expected: list[str], make: Make, config_manager: Person
) -> None:
    for name in ("web-01", "web-02", "webmail-01"):
        make("server", name)

    assert [title for title, _why in found("server", config_manager, title=typed)] == expected


def test_a_rule_over_what_the_person_does_not_read_tells_nothing(
    make: Make, config_manager: Person, engineer: Person, service: Any
) -> None:
    CiAttribute.objects.filter(code="uuid").update(is_sensitive=True)
    make("virtual-machine", "vm-1", given={"uuid": "4711-x"})

    assert [title for title, _why in found("virtual-machine", config_manager, uuid="4711-x")] == ["vm-1"]
    assert found("virtual-machine", engineer, uuid="4711-x") == []


def test_it_is_shown_while_it_is_typed(make: Make, english: Person, client: Client) -> None:
    twin = make("server", "host-1", serial="SN-77", given={"manufacturer": "Dell"})
    client.force_login(english)

    piece = client.get("/cmdb/cis/new/alike/?class=server&serial=SN-77&own_manufacturer=Dell").content.decode()
    form = client.get("/cmdb/cis/new/?class=server").content.decode()

    assert str(twin.number) in piece
    assert "the same serial number, Manufacturer" in piece
    assert 'hx-get="/cmdb/cis/new/alike/?class=server"' in form
    assert str(twin.number) not in form


def test_without_scripts_it_is_shown_before_it_is_kept_and_kept_anyway(
    make: Make, change: Any, english: Person, client: Client
) -> None:
    twin = make("server", "host-1")
    client.force_login(english)
    given = {"change": change.number, "title": "HOST 1", "environment": "prod", "criticality": "3"}

    first = client.post("/cmdb/cis/new/?class=server", given)
    before = ConfigurationItem.objects.count()
    second = client.post("/cmdb/cis/new/?class=server", given | {"anyway": "1"})

    assert (first.status_code, before) == (422, 1)
    body = first.content.decode()
    assert str(twin.number) in body
    assert "Register anyway" in body
    assert 'value="HOST 1"' in body
    assert second.status_code in (302, 303)
    assert ConfigurationItem.objects.filter(title="HOST 1").exists()


def test_an_item_like_none_is_kept_at_once(make: Make, change: Any, config_manager: Person, client: Client) -> None:
    make("server", "host-1")
    client.force_login(config_manager)
    given = {"change": change.number, "title": "host-2", "environment": "prod", "criticality": "3"}

    answer = client.post("/cmdb/cis/new/?class=server", given)

    assert answer.status_code in (302, 303)
    assert ConfigurationItem.objects.filter(title="host-2").exists()

"""The item that stands for a service: walks reach the service by it, availability begins at it, and both interfaces choose it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from catalogue import roots
from catalogue.models import Service
from configuration import impact, served
from itsm.people.models import Person
from itsm.records.refusals import NotAllowed, Objected
from tests.configuration.conftest import Make, change, config_manager, draft_change, grounds, join, make
from tests.fixtures import make_person

__all__ = ["change", "config_manager", "draft_change", "grounds", "join", "make"]
pytestmark = pytest.mark.django_db
Join = Callable[..., Any]


def names(found: Any) -> list[tuple[str, str]]:
    """Give item and service of everything that was touched."""
    return [(one.item.title, one.service.code if one.service else "") for one in found]


@pytest.fixture
def standing(make: Make, join: Join) -> Any:
    """An application on a machine."""
    application, machine = make("web-application", "公文前端"), make("virtual-machine", "vm-doc")
    join(application, "runs_on", machine)
    return application, machine


def test_a_walk_reaches_the_service_that_names_an_item_as_its_root(
    standing: Any, service: Service, config_manager: Person, agent: Person
) -> None:
    application, machine = standing
    before = served.touched(impact.walk(machine.pk), person=agent)

    roots.choose(service, application, by=config_manager)

    assert before == []
    [one] = served.touched(impact.walk(machine.pk), person=agent)
    assert (one.item.title, one.service and one.service.code) == ("公文前端", service.code)
    assert one.service is not None
    assert one.service.url == f"/services/{service.code}/"


def test_the_root_counts_before_the_code_that_another_item_bears(
    standing: Any, make: Make, join: Join, service: Service, config_manager: Person, agent: Person
) -> None:
    application, machine = standing
    coded = make("service", "舊公文項目", given={"service_code": service.code})
    join(coded, "depends_on", application)
    before = names(served.touched(impact.walk(machine.pk), person=agent))

    roots.choose(service, application, by=config_manager)

    assert before == [("舊公文項目", service.code)]
    assert sorted(names(served.touched(impact.walk(machine.pk), person=agent))) == [
        ("公文前端", service.code), ("舊公文項目", ""),
    ]  # fmt: skip
    assert roots.items_of(Service.objects.get(pk=service.pk)) == [application.pk]


def test_without_a_root_the_items_that_bear_the_code_stand_for_the_service(make: Make, service: Service) -> None:
    coded = make("service", "公文", given={"service_code": service.code})

    assert roots.items_of(service) == [coded.pk]


def test_one_item_stands_for_one_service_only(
    standing: Any, service: Service, config_manager: Person, network_team: Any
) -> None:
    application, _machine = standing
    other = Service.objects.create(
        code="other", name_zh="他務", hours=service.hours, support_team=network_team, owner=service.owner
    )
    roots.choose(service, application, by=config_manager)

    with pytest.raises(Objected, match=str(application.number)):
        roots.choose(other, application, by=config_manager)
    with pytest.raises(IntegrityError), transaction.atomic():
        Service.objects.filter(pk=other.pk).update(root_ci=application)


def test_who_keeps_neither_entry_nor_items_does_not_choose(standing: Any, service: Service, agent: Person) -> None:
    application, _machine = standing

    with pytest.raises(NotAllowed):
        roots.choose(service, application, by=agent)


def test_a_retired_item_is_not_chosen(make: Make, service: Service, config_manager: Person) -> None:
    gone = make("web-application", "舊前端", state="retired")

    with pytest.raises(Objected, match=str(gone.number)):
        roots.choose(service, gone, by=config_manager)


@pytest.mark.parametrize("interface", ["html", "api"])
def test_both_interfaces_choose_and_show_it(
    interface: str, standing: Any, service: Service, config_manager: Person, client: Client
) -> None:
    application, _machine = standing
    client.force_login(config_manager)

    if interface == "html":
        answer = client.post(f"/services/{service.code}/root-item/", {"item": "公文前端"})
        assert answer.status_code in (302, 303)
        shown = client.get(f"/services/{service.code}/").content.decode()
        assert str(application.number) in shown
    else:
        address = f"/api/v1/services/{service.code}"
        answer = client.post(f"{address}/root-item", {"item": application.number}, content_type="application/json")
        assert answer.status_code == 200, answer.content
        assert client.get(address).json()["root_item"] == application.number

    assert Service.objects.get(pk=service.pk).root_ci_id == application.pk


@pytest.mark.parametrize("interface", ["html", "api"])
def test_neither_interface_lets_others_choose(
    interface: str, standing: Any, service: Service, agent: Person, client: Client
) -> None:
    application, _machine = standing
    client.force_login(agent)

    if interface == "html":
        answer = client.post(f"/services/{service.code}/root-item/", {"item": application.number})
    else:
        answer = client.post(
            f"/api/v1/services/{service.code}/root-item", {"item": application.number}, content_type="application/json"
        )

    assert answer.status_code == 403
    assert Service.objects.get(pk=service.pk).root_ci_id is None


def test_a_number_that_is_not_there_gets_a_sentence(service: Service, config_manager: Person, client: Client) -> None:
    client.force_login(config_manager)

    page = client.post(f"/services/{service.code}/root-item/", {"item": "CI-000000-00000"})
    api = client.post(
        f"/api/v1/services/{service.code}/root-item", {"item": "CI-000000-00000"}, content_type="application/json"
    )

    assert (page.status_code, api.status_code) == (422, 422)
    assert "CI-000000-00000" in page.content.decode()


def test_an_administrator_names_it_by_its_number(standing: Any, service: Service, client: Client) -> None:
    from catalogue.admin import ItemField

    application, _machine = standing

    field = ItemField(required=False)

    assert field.clean(str(application.number).lower()) == application
    assert field.clean("") is None
    assert field.prepare_value(application.pk) == application.number
    client.force_login(make_person("admin", is_staff=True, is_superuser=True))
    assert "root_ci" in client.get(f"/admin/catalogue/service/{service.pk}/change/").content.decode()

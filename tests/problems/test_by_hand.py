"""Problems that no incident brought are registered by hand, on the page and over REST, by the same service."""

import pytest
from django.test import Client

from catalogue.models import Category, Service
from itsm.people.models import Person
from itsm.records.refusals import NotAllowed, Objected
from problems.models import Problem
from problems.services import register_problem
from tests.api.conftest import Caller
from tests.api.conftest import caller as caller
from tests.configuration.conftest import Make
from tests.configuration.conftest import change as change
from tests.configuration.conftest import config_manager as config_manager
from tests.configuration.conftest import draft_change as draft_change
from tests.configuration.conftest import grounds as grounds
from tests.configuration.conftest import make as make

pytestmark = pytest.mark.django_db


def test_an_engineer_registers_what_a_supplier_advised(
    client: Client, engineer: Person, service: Service, category: Category, make: Make
) -> None:
    item = make("ups", "UPS-02")
    client.force_login(engineer)

    answer = client.post("/problems/new/", {
        "origin": "supplier", "title": "電池批號召回", "description": "原廠通知", "service": service.code, "category": category.code,
        "item": str(item.number).lower(),
    })  # fmt: skip

    made = Problem.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, f"/problems/{made.number}/")
    assert (made.state, made.origin, made.requester, made.causal_component) == (
        "registered",
        "supplier",
        engineer,
        "UPS-02",
    )
    assert list(made.links_out.values_list("target", "kind")) == [(item.pk, "affects")]


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(client: Client, engineer: Person, service: Service) -> None:
    client.force_login(engineer)

    answer = client.post("/problems/new/", {
        "origin": "major_incident", "title": "", "description": "打了很久的字", "service": service.code, "item": "CI-000000-00009",
    })  # fmt: skip

    assert answer.status_code == 422
    assert "打了很久的字" in answer.content.decode()
    assert set(answer.context["form"].errors) == {"origin", "title", "item"}
    assert not Problem.objects.exists()


def test_requesters_register_none(client: Client, requester: Person, service: Service) -> None:
    client.force_login(requester)

    assert client.get("/problems/new/").status_code == 403
    with pytest.raises(NotAllowed):
        register_problem(title="x", description="", origin="trend", service=service, by=requester)


def test_the_flow_alone_gives_the_other_origins(engineer: Person, service: Service) -> None:
    with pytest.raises(Objected):
        register_problem(title="x", description="", origin="major_incident", service=service, by=engineer)


def test_it_is_registered_over_rest(caller: Caller, engineer: Person, service: Service, make: Make) -> None:
    item, client = make("application", "AP-2"), caller(engineer)
    body = {"title": "連線池漏失", "origin": "trend", "service": service.code, "configuration_item": item.number}

    made = client.post("/api/v1/problems", body)
    wrong = client.post("/api/v1/problems", body | {"configuration_item": "CI-1"})

    assert (made.status_code, made.json()["origin"], made.json()["causal_component"]) == (201, "trend", "AP-2")
    assert wrong.status_code == 422
    assert Problem.objects.count() == 1

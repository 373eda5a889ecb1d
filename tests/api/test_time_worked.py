"""Time worked over REST, by the rules of the pages."""

from __future__ import annotations

from typing import Any

import pytest

from itsm.api.scopes import Scope
from itsm.people.models import Person
from itsm.tickets.models import RoleRate, WorkEntry
from tests.fixtures import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def address(outage: Any) -> str:
    return f"/api/v1/tickets/{outage.number}/time"


def test_time_is_entered_and_listed(caller: Any, address: str, agent: Person) -> None:
    RoleRate.objects.create(role="agent", since="2026-01-01", rate=500)
    client = caller(agent)

    made = client.post(address, {"minutes": 50, "note": "遠端協助"})
    listed = client.get(address).json()["results"]

    assert made.status_code == 201, made.content
    told = made.json()
    assert (told["minutes"], told["rate"], told["cost"], told["role"]) == (50, "500.00", "416.67", "agent")
    assert told["person"] == told["entered_by"] == {"username": "agent", "name": "林怡君"}
    assert listed == [told]


def test_without_a_rate_the_cost_is_null(caller: Any, address: str, agent: Person) -> None:
    made = caller(agent).post(address, {"minutes": 50}).json()

    assert (made["rate"], made["cost"]) == (None, None)


def test_time_of_a_colleague_is_entered(caller: Any, address: str, agent: Person) -> None:
    make_person("colleague", "agent", "engineer")

    made = caller(agent).post(address, {"minutes": 5, "person": "colleague", "role": "agent"})
    unknown = caller(agent).post(address, {"minutes": 5, "person": "nobody"})

    assert (made.json()["person"]["username"], made.json()["entered_by"]["username"]) == ("colleague", "agent")
    assert unknown.status_code == 422
    assert "person" in unknown.json()["errors"]


@pytest.mark.parametrize(
    "body", [{"minutes": 0}, {"minutes": 1441}, {"minutes": 5, "rate": "1"}, {"minutes": 5, "role": "engineer"},
             {"minutes": 5, "worked_on": "2999-01-01"}, {}],
)  # fmt: skip
def test_bad_input_is_refused(caller: Any, address: str, agent: Person, body: dict[str, Any]) -> None:
    answer = caller(agent).post(address, body)

    assert answer.status_code in (400, 422), answer.content
    assert not WorkEntry.objects.exists()


def test_a_day_has_24_hours_over_rest_too(caller: Any, address: str, agent: Person) -> None:
    client = caller(agent)
    client.post(address, {"minutes": 1440})

    answer = client.post(address, {"minutes": 1})

    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["minutes"])


def test_time_is_taken_back(caller: Any, address: str, agent: Person) -> None:
    client = caller(agent)
    key = client.post(address, {"minutes": 50}).json()["id"]

    taken = client.post(f"{address}/{key}/take-back", {"reason": "重複"})
    again = client.post(f"{address}/{key}/take-back", {"reason": "重複"})

    assert (taken.status_code, again.status_code) == (200, 422)
    assert (taken.json()["taken_back_because"], taken.json()["taken_back_by"]["username"]) == ("重複", "agent")


def test_a_requester_reads_and_enters_none_of_the_own_case(
    caller: Any, address: str, requester: Person, other_requester: Person, agent: Person
) -> None:
    caller(agent).post(address, {"minutes": 50})

    assert caller(requester).get(address).status_code == 403
    assert caller(requester).post(address, {"minutes": 50}).status_code == 403
    assert caller(other_requester).get(address).status_code == 404


def test_a_token_needs_leave_for_internal_things(caller: Any, address: str, agent: Person) -> None:
    client = caller(agent, Scope.TICKETS_READ, Scope.TICKETS_WRITE)

    assert client.get(address).status_code == client.post(address, {"minutes": 5}).status_code == 403

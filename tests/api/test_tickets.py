"""Cases over REST: who sees what, what may be written, versions, pages."""

from __future__ import annotations

from typing import Any

import pytest

from incidents.models import Incident
from incidents.services import raise_incident
from itsm.api.scopes import Scope
from itsm.people.models import Person, Team
from itsm.tickets.comments import note, reply

pytestmark = pytest.mark.django_db
API = "/api/v1"


def numbers(response: Any) -> set[str]:
    assert response.status_code == 200, response.content
    return {row["number"] for row in response.json()["results"]}


@pytest.mark.parametrize("address", ["tickets", "incidents"])
def test_every_list_begins_at_what_the_caller_may_know_of(
    address: str,
    caller: Any,
    outage: Any,
    requester: Person,
    other_requester: Person,
    agent: Person,
    engineer: Person,
    unit: Any,
) -> None:
    seen = {
        person.username: numbers(caller(person).get(f"{API}/{address}"))
        for person in (requester, other_requester, agent, engineer, unit.lead)
    }

    assert seen == {
        "requester": {outage.number}, "stranger": set(), "agent": {outage.number}, "engineer": set(), "head": {outage.number},
    }  # fmt: skip


def test_a_confidential_case_does_not_exist_for_the_rest_of_the_desk(
    caller: Any, requester: Person, agent: Person
) -> None:
    secret = raise_incident(by=requester, requester=requester, title="HR", confidential=True)
    absent = caller(agent).get(f"{API}/incidents/INC-202611-99999")
    hidden = caller(agent).get(f"{API}/incidents/{secret.number}")

    assert numbers(caller(agent).get(f"{API}/tickets")) == set()
    assert hidden.status_code == absent.status_code == 404
    assert hidden.json() == absent.json()


def test_requesters_do_not_see_who_of_the_desk_has_it(
    caller: Any, outage: Any, requester: Person, agent: Person
) -> None:
    mine = caller(requester).get(f"{API}/incidents/{outage.number}").json()
    theirs = caller(agent).get(f"{API}/incidents/{outage.number}").json()

    assert mine["team"] is None
    assert theirs["team"]["code"] == "desk"


def test_internal_notes_need_the_role_and_the_scope(caller: Any, outage: Any, requester: Person, agent: Person) -> None:
    reply(outage, body="We look into it.", by=agent)
    note(outage, body="CANARY", by=agent)
    address = f"{API}/tickets/{outage.number}/comments"
    for client, count in (
        (caller(requester), 1),
        (caller(agent, Scope.TICKETS_READ), 1),
        (caller(agent, Scope.TICKETS_READ, Scope.INTERNAL_READ), 2),
    ):
        response = client.get(address)

        assert len(response.json()["results"]) == count
        assert ("CANARY" in response.content.decode()) is (count == 2)


def test_no_answer_to_a_requester_holds_an_internal_note(
    caller: Any, outage: Any, requester: Person, agent: Person
) -> None:
    note(outage, body="CANARY", by=agent)
    client = caller(requester)
    for path in (
        "tickets",
        "incidents",
        f"tickets/{outage.number}",
        f"incidents/{outage.number}",
        f"incidents/{outage.number}/transitions",
    ):
        assert b"CANARY" not in client.get(f"{API}/{path}").content


def test_a_case_is_raised_for_oneself_and_only_the_desk_raises_for_others(
    caller: Any, requester: Person, other_requester: Person, agent: Person, service: Any
) -> None:
    body = {"title": "No mail", "service": service.code, "still_working": "no"}
    mine = caller(requester).post(f"{API}/incidents", body)
    foreign = caller(requester).post(f"{API}/incidents", body | {"requester": other_requester.username})
    theirs = caller(agent).post(f"{API}/incidents", body | {"requester": other_requester.username})

    assert (mine.status_code, foreign.status_code, theirs.status_code) == (201, 403, 201)
    assert mine.json()["requester"]["username"] == "requester"
    assert mine.headers["Location"] == f"{API}/incidents/{mine.json()['number']}"
    assert theirs.json()["requester"]["username"] == "stranger"
    assert Incident.objects.get(number=mine.json()["number"]).channel == "api"


def test_a_catalogue_item_is_ordered_at_once(caller: Any, requester: Person, password_item: Any, category: Any) -> None:
    response = caller(requester).post(f"{API}/service-requests", {"item": "password", "category": category.code})

    assert response.status_code == 201, response.content
    assert response.json()["request_item"] == {"code": "password", "name": "Reset a password"}
    assert response.json()["state"]["code"] == "classified"


@pytest.mark.parametrize(
    "field", ["state", "phase", "version", "number", "priority", "team", "assignee", "requester_id"]
)
def test_fields_that_nobody_offers_are_refused(field: str, caller: Any, outage: Any, agent: Person) -> None:
    created = caller(agent).post(f"{API}/incidents", {"title": "x", field: "1"})
    patched = caller(agent).patch(f"{API}/incidents/{outage.number}", {field: "1"}, headers={"If-Match": "*"})

    assert (created.status_code, patched.status_code) == (400, 400)
    assert field in created.json()["errors"]
    assert Incident.objects.count() == 1


def test_an_edit_names_the_version_that_was_seen(caller: Any, outage: Any, agent: Person) -> None:
    client, address = caller(agent), f"{API}/incidents/{outage.number}"
    tag = client.get(address).headers["ETag"]
    unnamed = client.patch(address, {"title": "Neu"})
    first = client.patch(address, {"title": "Sign-in fails"}, headers={"If-Match": tag})
    late = client.patch(address, {"title": "Other"}, headers={"If-Match": tag})

    assert (unnamed.status_code, first.status_code, late.status_code) == (428, 200, 412)
    assert first.json()["title"] == "Sign-in fails"
    assert late.json()["version"] == 2
    assert Incident.objects.get().title == "Sign-in fails"


def test_what_has_not_changed_is_not_sent_again(caller: Any, outage: Any, agent: Person) -> None:
    client, address = caller(agent), f"{API}/incidents/{outage.number}"
    tag = client.get(address).headers["ETag"]
    same = client.get(address, headers={"If-None-Match": tag})
    reply(outage, body="Hello", by=agent)
    other = client.get(address, headers={"If-None-Match": tag})

    assert (same.status_code, same.content, other.status_code) == (304, b"", 200)


def test_pages_follow_each_other_without_gap_or_repeat(
    caller: Any, requester: Person, agent: Person, monday: Any
) -> None:
    made = [raise_incident(by=requester, requester=requester, title=f"Case {n}", at=monday).number for n in range(7)]
    client, address, read = caller(agent), f"{API}/incidents?limit=3", []
    while address:
        page = client.get(address).json()
        read += [row["number"] for row in page["results"]]
        address = page["next"]

    assert read == made[::-1]


@pytest.mark.parametrize("ordering", ["received_at", "-changed_at", "due_at", "priority"])
def test_every_order_pages_through_all(ordering: str, caller: Any, requester: Person, agent: Person) -> None:
    made = {raise_incident(by=requester, requester=requester, title=f"Case {n}").number for n in range(5)}
    client, address, read = caller(agent), f"{API}/incidents?limit=2&ordering={ordering}", []
    while address:
        page = client.get(address).json()
        read += [row["number"] for row in page["results"]]
        address = page["next"]

    assert len(read) == 5
    assert set(read) == made


@pytest.mark.parametrize(
    "query",
    ["nonsense=1", "limit=0", "limit=101", "ordering=requester__password", "after=x", "after=WzEsMl0", "team__members=1", "phase=odd",
     "limit=1&limit=2", "received_from=0001-01-01T00:00:00Z", "team=none", "service=%00", "service=", "open=perhaps", "format=json"],
)  # fmt: skip
def test_parameters_that_are_not_declared_or_wrong_are_refused(query: str, caller: Any, agent: Person) -> None:
    response = caller(agent).get(f"{API}/tickets?{query}")

    assert response.status_code == 400
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json()["errors"]


def test_filters_keep_what_they_name(caller: Any, outage: Any, order: Any, agent: Person, requester: Person) -> None:
    client = caller(agent)

    assert numbers(client.get(f"{API}/tickets?kind=incident")) == {outage.number}
    assert numbers(client.get(f"{API}/tickets?kind=service_request&phase=new")) == {order.number}
    assert numbers(client.get(f"{API}/tickets?requester=requester&open=true")) == {outage.number, order.number}
    assert numbers(client.get(f"{API}/tickets?open=false")) == set()
    assert numbers(client.get(f"{API}/incidents?state=reported&team=desk&service=documents&unassigned=true")) == {
        outage.number
    }
    assert numbers(client.get(f"{API}/tickets?received_from=2199-01-01T00:00:00Z")) == set()


def test_a_list_costs_the_same_queries_for_one_and_many(
    caller: Any, requester: Person, agent: Person, django_assert_max_num_queries: Any, service: Any
) -> None:
    client = caller(agent)
    client.get(f"{API}/tickets")
    for count in (1, 20):
        for n in range(count):
            raise_incident(by=requester, requester=requester, title=f"Case {n}", service=service)
        with django_assert_max_num_queries(8):
            client.get(f"{API}/tickets")

    assert len(client.get(f"{API}/tickets").json()["results"]) == 21


def test_a_case_is_taken_and_handed_to_a_colleague(
    caller: Any, outage: Any, agent: Person, requester: Person, network_team: Team
) -> None:
    client, address = caller(agent), f"{API}/tickets/{outage.number}"
    taken = client.post(f"{address}/take")
    wrong = client.post(f"{address}/assign", {"team": network_team.code, "assignee": agent.username})
    laid_down = client.post(f"{address}/assign", {"assignee": None})
    foreign = caller(requester).post(f"{address}/take")

    assert (taken.status_code, wrong.status_code, laid_down.status_code, foreign.status_code) == (200, 422, 200, 403)
    assert taken.json()["assignee"]["username"] == "agent"
    assert list(wrong.json()["errors"]) == ["assignee"]
    assert laid_down.json()["assignee"] is None

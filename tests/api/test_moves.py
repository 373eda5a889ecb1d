"""Transitions over REST: the same judgement and the same sentences as the pages."""

from __future__ import annotations

from typing import Any

import pytest

from incidents.models import Incident
from itsm.people.models import Person, Team
from itsm.records.models import Event

pytestmark = pytest.mark.django_db
API = "/api/v1"


def move(client: Any, number: str, name: str, body: Any = None, **headers: str) -> Any:
    return client.post(f"{API}/incidents/{number}/transitions/{name}", body or {}, headers=headers)


def test_an_incident_is_worked_from_report_to_closure(
    caller: Any, outage: Any, agent: Person, engineer: Person, requester: Person, network_team: Team, classify: Any
) -> None:
    desk, line, asker, number = caller(agent), caller(engineer), caller(requester), outage.number
    steps = [
        move(desk, number, "classify", classify),
        move(
            desk,
            number,
            "escalate_second_line",
            {"team": "network", "assignee": "engineer", "note": "Restarted, no use."},
        ),
        move(
            line,
            number,
            "hold",
            {"hold_reason": "awaiting_user", "follow_up_at": "2199-01-05T09:00", "comment": "Which room?"},
        ),
        move(line, number, "resume"),
        move(line, number, "resolve", {"resolution_code": "fixed", "resolution_note": "New cable."}),
        move(asker, number, "confirm_resolution", {"confirmation": "portal"}),
    ]

    assert [step.status_code for step in steps] == [200] * 6, [step.content for step in steps]
    assert [step.json()["state"]["code"] for step in steps] == [
        "classified", "l2_processing", "on_hold", "l2_processing", "awaiting_confirmation", "closed",
    ]  # fmt: skip
    assert set(Event.objects.moves().filter(record=outage.pk).values_list("channel", flat=True)) == {"api"}


def test_who_lacks_the_role_is_told_before_any_input_is_read(caller: Any, outage: Any, requester: Person) -> None:
    response = move(caller(requester), outage.number, "classify", {"impact": 9, "odd": 1})

    assert response.status_code == 403
    assert response.json()["reasons"] == ["Your role may not do this on this record."]


def test_a_record_that_moved_on_says_where_it_is(caller: Any, outage: Any, agent: Person) -> None:
    response = move(caller(agent), outage.number, "resolve")

    assert (response.status_code, response.json()["code"]) == (409, "moved_on")
    assert "Reported" in response.json()["detail"]


def test_every_missing_input_and_guard_is_named_at_once(caller: Any, outage: Any, agent: Person) -> None:
    response = move(caller(agent), outage.number, "classify", {"service": "nothing", "impact": "7"})

    assert response.status_code == 422
    assert set(response.json()["errors"]) == {"service", "category", "impact", "urgency"}
    assert "“Category” is needed." in response.json()["reasons"]


def test_sentences_come_in_the_language_asked_for(caller: Any, outage: Any, requester: Person) -> None:
    client = caller(requester, language="zh-hant")

    assert client.get(f"{API}/incidents/{outage.number}").json()["state"]["label"] == "已通報"


def test_an_unknown_input_or_transition_is_refused(caller: Any, outage: Any, agent: Person, classify: Any) -> None:
    odd = move(caller(agent), outage.number, "classify", classify | {"state": "closed"})
    unknown = move(caller(agent), outage.number, "explode")

    assert (odd.status_code, unknown.status_code) == (400, 404)
    assert unknown.json()["reasons"] == ["There is no step called “explode” here."]
    assert Incident.objects.get().state == "reported"


def test_a_move_on_an_older_version_is_refused(caller: Any, outage: Any, agent: Person, classify: Any) -> None:
    client = caller(agent)
    tag = client.get(f"{API}/incidents/{outage.number}").headers["ETag"]
    client.post(f"{API}/tickets/{outage.number}/take")

    assert move(client, outage.number, "classify", classify, **{"If-Match": tag}).status_code == 412
    assert move(client, outage.number, "classify", classify, **{"If-Match": "*"}).status_code == 200


def test_offers_say_what_may_be_done_and_what_objects(
    caller: Any, outage: Any, agent: Person, requester: Person
) -> None:
    desk = {offer["name"]: offer for offer in caller(agent).get(f"{API}/incidents/{outage.number}/transitions").json()}
    mine = [offer["name"] for offer in caller(requester).get(f"{API}/incidents/{outage.number}/transitions").json()]

    assert desk["classify"]["open"] is True
    assert [item["name"] for item in desk["classify"]["inputs"]] == [
        "service",
        "category",
        "impact",
        "urgency",
        "component",
        "reason",
    ]
    assert mine == ["withdraw"]


def test_a_program_does_not_approve(
    caller: Any, requester: Person, unit: Any, mailbox_item: Any, category: Any
) -> None:
    number = (
        caller(requester)
        .post(f"{API}/service-requests", {"item": "mailbox", "category": category.code})
        .json()["number"]
    )
    response = caller(unit.lead).post(f"{API}/service-requests/{number}/transitions/approve_request", {})

    assert (response.status_code, response.json()["code"]) == (403, "only_in_person")


def test_the_other_process_has_no_such_case(caller: Any, outage: Any, agent: Person) -> None:
    response = caller(agent).post(f"{API}/service-requests/{outage.number}/transitions/cancel", {"reason": "x"})

    assert response.status_code == 404

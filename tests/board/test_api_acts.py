"""What is done at a meeting over REST: hearing, the timer, remarks, calls, and planning a further meeting."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils.dateparse import parse_datetime

from changes import agendas
from changes.board_models import CabMeeting
from changes.call_models import ItemCall
from itsm.people.models import Person
from itsm.records.perform import perform
from tests.api.conftest import Caller
from tests.api.conftest import caller as caller
from tests.board.conftest import APPROVAL, DAY, HOUR, THURSDAY, vote
from tests.board.test_api import send, session_of

pytestmark = pytest.mark.django_db

ACTS = ("items/{item}/hearing", "pause", "next")


def at(meeting: Any, act: str) -> str:
    """The address of an act at a meeting."""
    return f"/api/v1/cab-meetings/{meeting.number}/{act}"


def heard(answer: Any) -> list[bool]:
    """Which items of the agenda are being heard."""
    assert answer.status_code == 200, answer.json()
    return [row["heard_since"] is not None for row in answer.json()]


def test_an_item_is_heard_paused_and_gone_on_with(session: Any, people: dict[str, Person]) -> None:
    item, client = session.items.get(), session_of(people["chair"])

    assert heard(send(client, at(session, f"items/{item.pk}/hearing"), {})) == [True]
    assert agendas.running(session) == item
    assert heard(send(client, at(session, "pause"), {})) == [False]
    assert heard(send(client, at(session, "next"), {})) == [True]
    assert heard(client.get(at(session, "items"))) == [True]


@pytest.mark.parametrize("act", ACTS)
def test_only_who_leads_the_meeting_hears_and_never_a_program(
    act: str, session: Any, people: dict[str, Person], agent: Person, caller: Caller
) -> None:
    address = at(session, act.format(item=session.items.get().pk))

    by_people = [send(session_of(who), address, {}).status_code for who in (people["lin"], agent)]
    by_program = caller(people["chair"]).post(address, {})

    assert by_people == [403, 404]
    assert (by_program.status_code, by_program.json()["code"]) == (403, "only_in_person")
    assert agendas.running(session) is None


def test_nothing_is_heard_before_the_meeting_or_of_another_agenda(
    change: Any, meeting: Any, people: dict[str, Person]
) -> None:
    item, client = meeting.items.get(), session_of(people["chair"])

    early = send(client, at(meeting, f"items/{item.pk}/hearing"), {})
    unknown = send(client, at(meeting, f"items/{item.pk + 1}/hearing"), {})

    assert (early.status_code, unknown.status_code) == (422, 404)
    assert "Items are heard while the meeting is in session." in str(early.json())


def test_a_remark_stands_in_the_minutes(
    session: Any, change: Any, people: dict[str, Person], change_manager: Person
) -> None:
    client, address = session_of(people["lin"]), at(session, "remarks")

    silent, said = send(client, address, {"text": " "}), send(client, address, {"text": "備品到貨"})

    assert (silent.status_code, said.status_code) == (422, 204)
    assert "Write what was said." in str(silent.json())
    vote(change, people, chair="yes", lin="yes", security="yes")
    decision = at(session, f"items/{session.items.get().pk}/decision")
    assert send(session_of(people["chair"]), decision, {"decision": "approve", **APPROVAL}).status_code == 200
    ended = perform(session, "end_meeting", by=change_manager, at=THURSDAY + HOUR)
    assert [row["text"] for row in ended.minutes["remarks"]] == ["備品到貨"]


def test_a_remark_waits_for_the_meeting_and_is_the_boards(
    meeting: Any, people: dict[str, Person], caller: Caller
) -> None:
    from tests.fixtures import make_person

    address, body = at(meeting, "remarks"), {"text": "x"}

    assert send(session_of(people["lin"]), address, body).status_code == 409
    assert send(session_of(make_person("audits", "auditor")), address, body).status_code == 403
    assert caller(people["lin"]).post(address, body).status_code == 403
    assert not meeting.events.filter(name="remark").exists()


def test_a_call_is_asked_for_and_taken_back(session: Any, people: dict[str, Person]) -> None:
    client, address = session_of(people["wu"]), at(session, f"items/{session.items.get().pk}/call")

    asked = send(client, address, {})
    assert (asked.status_code, asked.json(), ItemCall.objects.get().person) == (200, {"called": True}, people["wu"])
    assert send(client, address, {}).json() == {"called": False}
    assert not ItemCall.objects.exists()


# ---- planning -------------------------------------------------------------------------------
def plan(**more: Any) -> dict[str, Any]:
    """A meeting on the day before the usual one."""
    start = THURSDAY - DAY
    return {"board": "cab", "starts_at": start.isoformat(), "ends_at": (start + HOUR).isoformat()} | more


def test_a_meeting_is_planned_beside_the_recurrence(board: Any, change_manager: Person, caller: Caller) -> None:
    client = caller(change_manager)

    made = client.post("/api/v1/cab-meetings", plan(), headers={"Idempotency-Key": "one"})
    again = client.post("/api/v1/cab-meetings", plan(), headers={"Idempotency-Key": "one"})

    body = made.json()
    assert (made.status_code, body["kind"], body["board"]["code"]) == (201, "emergency", "cab"), body
    assert parse_datetime(body["starts_at"]) == THURSDAY - DAY
    assert (again.status_code, again.json()["number"]) == (201, body["number"])
    assert client.get(made["Location"]).json()["number"] == body["number"]
    assert CabMeeting.objects.get().kind_of == "emergency"


def test_a_meeting_that_cannot_be_is_refused_with_its_sentence(
    board: Any, change_manager: Person, caller: Caller
) -> None:
    client = caller(change_manager)
    backwards = {"ends_at": (THURSDAY - DAY - timedelta(minutes=1)).isoformat()}
    assert client.post("/api/v1/cab-meetings", plan()).status_code == 201

    answers = [
        (client.post("/api/v1/cab-meetings", plan(**more)), sentence)
        for more, sentence in (
            ({}, "The board has a meeting at that time already."),
            (backwards, "A meeting must end after it begins."),
            ({"board": "none"}, "There is nothing by this name: none."),
        )
    ]

    assert [answer.status_code for answer, _sentence in answers] == [422, 422, 422]
    assert [sentence for answer, sentence in answers if sentence not in str(answer.json())] == []
    assert CabMeeting.objects.count() == 1


def test_who_does_not_own_the_process_plans_no_meeting(board: Any, people: dict[str, Person], agent: Person) -> None:
    answers = [send(session_of(who), "/api/v1/cab-meetings", plan()).status_code for who in (people["chair"], agent)]

    assert answers == [403, 403]
    assert not CabMeeting.objects.exists()

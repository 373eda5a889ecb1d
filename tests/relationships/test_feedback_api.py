"""Suggestions and praise over REST: the same services, readers and sentences as on the pages."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from itsm.api.scopes import Scope
from itsm.notices.models import Notification
from itsm.people.models import Person
from relationships.complaints import give_feedback
from relationships.models import Feedback
from tests.api.conftest import caller as caller
from tests.fixtures import MONDAY, make_person

pytestmark = pytest.mark.django_db
PLACE = "/api/v1/feedback"
SAID: dict[str, Any] = {"kind": "suggestion", "title": "夜間也要有人", "text": "假日打不通"}


@pytest.fixture
def given(requester: Person) -> Feedback:
    """A suggestion of a requester."""
    return give_feedback(by=requester, at=MONDAY, **SAID)


@pytest.mark.parametrize("kind", ["suggestion", "compliment"])
def test_it_is_given_read_and_answered(caller: Any, requester: Person, agent: Person, service: Any, kind: str) -> None:
    made = caller(requester).post(PLACE, SAID | {"kind": kind, "service": service.code})
    desk = caller(agent)

    listed = desk.get(PLACE).json()["results"]
    answer = desk.post(f"{PLACE}/{made.json()['id']}/answer", {"answer": "謝謝您"})

    assert made.status_code == 201, made.content
    assert listed == [made.json()]
    assert (listed[0]["kind"], listed[0]["by"]["username"]) == (kind, requester.username)
    assert listed[0]["service"]["code"] == service.code
    assert (answer.status_code, answer.json()["answered_by"]["username"]) == (200, "agent")
    assert Feedback.objects.get().answer == "謝謝您"
    assert Notification.objects.filter(person=requester, template="feedback_answered").count() == 1


def test_others_than_its_readers_see_their_own_alone(
    caller: Any, given: Feedback, requester: Person, other_requester: Person, engineer: Person, agent: Person
) -> None:
    seen = {
        person.username: [row["id"] for row in caller(person).get(PLACE).json()["results"]]
        for person in (requester, other_requester, engineer, agent)
    }

    assert seen == {
        requester.username: [given.pk], other_requester.username: [], engineer.username: [], agent.username: [given.pk],
    }  # fmt: skip


def test_only_its_readers_answer(
    caller: Any, given: Feedback, requester: Person, other_requester: Person, engineer: Person
) -> None:
    place, body = f"{PLACE}/{given.pk}/answer", {"answer": "x"}

    statuses = [caller(person).post(place, body).status_code for person in (requester, other_requester, engineer)]

    assert statuses == [403, 404, 404]
    assert Feedback.objects.get().answered_at is None


def test_who_gave_it_reads_the_answer_and_not_who_wrote_it(
    caller: Any, given: Feedback, requester: Person, agent: Person
) -> None:
    caller(agent).post(f"{PLACE}/{given.pk}/answer", {"answer": "好"})

    [row] = caller(requester).get(PLACE).json()["results"]

    assert (row["answer"], row["answered_by"]) == ("好", None)


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "complaint"},
        {"title": ""},
        {"title": "x" * 161},
        {"service": "absent"},
        {"by": "agent"},
        {"title": None},
    ],
)
def test_bad_input_is_refused_with_its_field(caller: Any, requester: Person, change: dict[str, Any]) -> None:
    answer = caller(requester).post(PLACE, SAID | change)

    assert answer.status_code in (400, 422)
    assert list(answer.json()["errors"]) == list(change)
    assert not Feedback.objects.exists()


def test_an_empty_answer_is_refused(caller: Any, given: Feedback, agent: Person) -> None:
    answer = caller(agent).post(f"{PLACE}/{given.pk}/answer", {"answer": " "})

    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["answer"])
    assert Feedback.objects.get().answer == ""


def test_the_same_request_with_a_key_has_one_effect(caller: Any, requester: Person) -> None:
    client = caller(requester)

    for _again in range(2):
        answer = client.post(PLACE, SAID, headers={"Idempotency-Key": "once"})

    assert answer["Idempotency-Replayed"] == "true"
    assert Feedback.objects.count() == 1


def test_the_list_is_narrowed_by_kind_and_by_what_waits_for_an_answer(
    caller: Any, given: Feedback, requester: Person, agent: Person
) -> None:
    praise = give_feedback(kind="compliment", by=requester, title="很快", text="", at=MONDAY)
    client = caller(agent)
    client.post(f"{PLACE}/{praise.pk}/answer", {"answer": "謝謝"})

    asked = ("kind=compliment", "unanswered=true", "unanswered=false")
    found = [[row["id"] for row in client.get(f"{PLACE}?{query}").json()["results"]] for query in asked]

    assert found == [[praise.pk], [given.pk], [praise.pk]]


def test_a_token_for_reading_gives_and_answers_nothing(caller: Any, given: Feedback, agent: Person) -> None:
    client = caller(agent, Scope.TICKETS_READ)

    assert client.get(PLACE).status_code == 200
    assert client.post(PLACE, SAID).status_code == 403
    assert client.post(f"{PLACE}/{given.pk}/answer", {"answer": "x"}).status_code == 403


def test_a_long_list_costs_no_more_statements(caller: Any, given: Feedback, agent: Person) -> None:
    client = caller(agent)
    client.get(PLACE)  # notes the use of the token
    counts = []
    for number in (0, 5):
        for one in range(number):
            give_feedback(by=make_person(f"giver{one}"), at=MONDAY, **SAID)
        with CaptureQueriesContext(connection) as statements:
            client.get(PLACE)
        counts.append(len(statements))

    assert counts[0] == counts[1]

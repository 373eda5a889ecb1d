"""Meetings, agendas and votes over REST: the same rules and sentences as on the pages."""

from typing import Any

import pytest
from django.test import Client

from changes.models import Change
from itsm.people.models import Person
from tests.api.conftest import Caller
from tests.api.conftest import caller as caller
from tests.board.conftest import THURSDAY, vote

pytestmark = pytest.mark.django_db


def session_of(person: Person) -> Client:
    """A client that is signed in, as the browser is."""
    person.language = "en"
    person.save()
    client = Client()
    client.force_login(person)
    return client


def send(client: Client, address: str, body: dict[str, Any]) -> Any:
    """Post JSON."""
    return client.post(address, body, content_type="application/json")


def test_meetings_are_listed_and_read_with_their_agenda(
    change: Any, meeting: Any, auditor: Person, caller: Caller
) -> None:
    client = caller(auditor)

    listed = client.get("/api/v1/cab-meetings?state=planned&limit=1&ordering=starts_at").json()["results"]
    whole = client.get(f"/api/v1/cab-meetings/{meeting.number}").json()
    agenda = client.get(f"/api/v1/cab-meetings/{meeting.number}/items").json()

    assert [row["number"] for row in listed] == [meeting.number]
    assert (whole["board"]["code"], whole["state"]["code"], whole["kind"]) == ("cab", "planned", "regular")
    assert [(row["change"], row["purpose"], row["decision"]) for row in agenda] == [(change.number, "decide", "")]


def test_the_desk_knows_of_no_meeting(meeting: Any, agent: Person, caller: Caller) -> None:
    client = caller(agent)

    assert client.get("/api/v1/cab-meetings").json()["results"] == []
    assert client.get(f"/api/v1/cab-meetings/{meeting.number}").status_code == 404


def test_a_member_votes_and_reads_what_it_comes_to(change: Any, people: dict[str, Person]) -> None:
    ballot = change.ballots.get()
    client = session_of(people["lin"])

    refused = send(client, f"/api/v1/ballots/{ballot.pk}/votes", {"vote": "condition"})
    given = send(client, f"/api/v1/ballots/{ballot.pk}/votes", {"vote": "yes", "paper": ballot.paper})

    assert refused.status_code == 422
    assert "Say what the condition is." in str(refused.json())
    body = given.json()
    assert (given.status_code, body["there"], body["needed"], body["carries"]) == (200, 1, 3, "")
    assert [row["vote"] for row in body["votes"] if row["member"]["username"] == "lin"] == ["yes"]


def test_who_asked_for_it_does_not_vote_over_rest(change: Any, board: Any, engineer: Person) -> None:
    board.members.create(person=engineer)
    ballot = change.ballots.get()

    answer = send(session_of(engineer), f"/api/v1/ballots/{ballot.pk}/votes", {"vote": "yes"})

    assert answer.status_code == 422
    assert "Conflict of interest" in str(answer.json())
    assert not ballot.votes.filter(vote="yes").exists()


def test_a_program_does_not_vote(change: Any, people: dict[str, Person], caller: Caller) -> None:
    ballot = change.ballots.get()

    answer = caller(people["lin"]).post(f"/api/v1/ballots/{ballot.pk}/votes", {"vote": "yes"})

    assert answer.status_code == 403
    assert not ballot.votes.exists()


def test_a_decision_counts_the_votes_over_rest_too(session: Any, change: Any, people: dict[str, Person]) -> None:
    item, client = session.items.get(), session_of(people["chair"])
    address = f"/api/v1/cab-meetings/{session.number}/items/{item.pk}/decision"
    body = {"decision": "approve", "reason": "電力設備", "needs_transition": "no"}

    early = send(client, address, body)
    vote(change, people, chair="yes", lin="yes", security="yes")
    late = send(client, address, body)

    assert (early.status_code, late.status_code, late.json()["decision"]) == (422, 200, "approve")
    assert Change.objects.get(pk=change.pk).state == "implementation_review"


def test_a_meeting_is_moved_with_the_sentences_of_its_guards(
    session: Any, change_manager: Person, caller: Caller
) -> None:
    client = caller(change_manager)
    address = f"/api/v1/cab-meetings/{session.number}/transitions"

    offered = client.get(address).json()
    refused = client.post(f"{address}/end_meeting", {})

    assert [(row["name"], row["open"]) for row in offered] == [("end_meeting", False)]
    assert refused.status_code == 422
    assert "Some items have no decision." in str(refused.json())


def test_the_rounds_of_a_change_are_listed(session: Any, change: Any, people: dict[str, Person]) -> None:
    vote(change, people, chair="yes")
    Change.objects.filter(pk=change.pk).update(plan="一次全換")
    from changes.ballots import recheck_all

    recheck_all(at=THURSDAY)

    rounds = session_of(people["lin"]).get(f"/api/v1/changes/{change.number}/ballots").json()

    assert [(row["round"], row["outcome"]) for row in rounds] == [(1, "void"), (2, "")]


@pytest.fixture
def auditor(db: None) -> Person:
    """Somebody who reads everything."""
    from tests.fixtures import make_person

    return make_person("auditor", "auditor")

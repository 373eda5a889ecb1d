"""Being reminded of a vote, being called before an item, and the list of all votes that are open."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from changes import agendas, ballots, calls, chairing, open_ballots
from changes.board_models import Ballot
from changes.call_models import ItemCall
from changes.models import Change
from itsm.notices.models import Outbox
from itsm.people.models import Person
from itsm.records.perform import open_record
from itsm.records.refusals import MovedOn, Objected
from tests.board.conftest import DAY, HOUR, THURSDAY, vote
from tests.fixtures import MONDAY, make_person

pytestmark = pytest.mark.django_db


def told(template: str) -> list[str]:
    """Name who was told what the template says."""
    rows = Outbox.objects.filter(template=template)
    return sorted(rows.values_list("person__username", flat=True))


# ---- reminders ------------------------------------------------------------------------------
def test_who_has_not_voted_is_reminded_a_day_before_and_once_it_is_over(change: Any, people: dict[str, Person]) -> None:
    vote(change, people, chair="yes", lin="no")
    closes = Ballot.objects.get().closes_at

    ballots.recheck_all(at=closes - DAY - HOUR)
    assert told("board_vote_soon") == []
    ballots.recheck_all(at=closes - DAY)
    ballots.recheck_all(at=closes - HOUR)
    assert told("board_vote_soon") == ["chou", "security", "wu"]
    assert told("board_vote_late") == []
    vote(change, people, wu="yes")
    ballots.recheck_all(at=closes + HOUR)
    assert told("board_vote_late") == ["chou", "security"]


def test_a_short_round_reminds_at_half_its_time(change: Any) -> None:
    Ballot.objects.update(closes_at=MONDAY + 4 * HOUR)

    ballots.recheck_all(at=MONDAY + HOUR)
    assert told("board_vote_soon") == []
    ballots.recheck_all(at=MONDAY + 2 * HOUR)
    assert told("board_vote_soon") != []


def test_the_count_says_what_the_quorum_lacks(change: Any, people: dict[str, Person]) -> None:
    vote(change, people, lin="yes")

    with translation.override("en"):
        said = ballots.tally(Ballot.objects.get(), change, at=MONDAY + HOUR).words

    assert said == "No quorum yet: the chair has not voted, 2 more votes are needed."


# ---- being called before an item ------------------------------------------------------------
@pytest.fixture
def agenda(session: Any, to_board: Callable[..., Any], engineer: Person, service: Any) -> list[Any]:
    """Three items of the meeting in session."""
    for number in (2, 3):
        draft = open_record(
            Change, by=engineer, at=MONDAY, channel="portal", title=f"變更 {number}", description="x", requester=engineer,
            service=service, received_at=MONDAY,
        )  # fmt: skip
        agendas.put(session, to_board(draft, at=MONDAY + HOUR), purpose="decide")
    return list(session.items.order_by("position"))


def test_presenter_and_who_asked_are_called_when_the_item_before_is_heard(
    session: Any, agenda: list[Any], people: dict[str, Person], engineer: Person
) -> None:
    assert calls.toggle(session, agenda[1].pk, by=people["wu"], at=THURSDAY)
    chairing.hear(session, agenda[0].pk, by=people["chair"], at=THURSDAY)
    chairing.hear(session, agenda[0].pk, by=people["chair"], at=THURSDAY + timedelta(minutes=1))

    assert told("board_item_next") == sorted(["wu", engineer.username])
    facts = Outbox.objects.filter(template="board_item_next").values_list("facts", flat=True)
    assert {row["number"] for row in facts} == {agenda[1].change.number}
    assert ItemCall.objects.get().told_at == THURSDAY


def test_going_on_calls_for_the_item_after_the_next(session: Any, agenda: list[Any], people: dict[str, Person]) -> None:
    calls.toggle(session, agenda[2].pk, by=people["lin"], at=THURSDAY)
    chairing.proceed(session, by=people["chair"], at=THURSDAY)
    assert "lin" not in told("board_item_next")

    chairing.proceed(session, by=people["chair"], at=THURSDAY + timedelta(minutes=8))

    assert "lin" in told("board_item_next")


def test_the_wish_is_taken_back_by_asking_again(session: Any, agenda: list[Any], people: dict[str, Person]) -> None:
    assert calls.toggle(session, agenda[1].pk, by=people["wu"], at=THURSDAY)
    assert not calls.toggle(session, agenda[1].pk, by=people["wu"], at=THURSDAY)

    assert not ItemCall.objects.exists()


def test_no_call_for_what_is_decided_or_over(session: Any, agenda: list[Any], people: dict[str, Person]) -> None:
    agenda[1].decision = "noted"
    agenda[1].save()

    with pytest.raises(Objected):
        calls.toggle(session, agenda[1].pk, by=people["wu"], at=THURSDAY)
    type(session).objects.filter(pk=session.pk).update(phase="done")
    with pytest.raises((MovedOn, Objected)):
        calls.toggle(session, 0, by=people["wu"], at=THURSDAY)


def test_the_page_offers_the_call(session: Any, agenda: list[Any], people: dict[str, Person]) -> None:
    client = Client()
    people["wu"].language = "en"
    people["wu"].save()
    client.force_login(people["wu"])
    here = f"/cab/{session.number}/?item={agenda[1].pk}"

    assert "Call me before this item" in client.get(here).content.decode()
    assert client.post(f"/cab/{session.number}/act/call/", {"item": agenda[1].pk}).status_code == 303
    assert "You are called before this item" in client.get(here).content.decode()


# ---- the list of open votes -----------------------------------------------------------------
def test_open_votes_are_listed_with_what_waits_for_the_caller(
    change: Any, people: dict[str, Person], change_manager: Person, django_assert_num_queries: Any
) -> None:
    vote(change, people, lin="yes")

    for name, waits in (("lin", False), ("wu", True)):
        client = Client()
        client.force_login(people[name])
        rows = client.get("/api/v1/ballots").json()
        assert [(row["change"], row["votes"], row["awaits_you"]) for row in rows] == [(change.number, 1, waits)]
    assert open_ballots.waiting(change_manager)[0]["needs_me"] is False
    with django_assert_num_queries(2):
        open_ballots.waiting(change_manager)


def test_people_without_a_seat_see_no_votes(change: Any, engineer: Person, requester: Person) -> None:
    for person in (engineer, requester):
        client = Client()
        client.force_login(person)
        answer = client.get("/api/v1/ballots")
        assert answer.status_code in (200, 403)
        assert answer.status_code == 403 or answer.json() == []


def test_a_confidential_change_is_listed_for_its_board_only(change: Any, people: dict[str, Person]) -> None:
    Change.objects.filter(pk=change.pk).update(confidential=True)
    outsider = make_person("outsider", "service_owner")

    assert open_ballots.waiting(outsider) == []
    assert len(open_ballots.waiting(people["wu"])) == 1

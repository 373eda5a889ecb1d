"""Voting by the link of a mail: without sign-in, once, for one round, by whom it was sent to."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from changes.models import Change
from itsm.notices import links
from itsm.notices.models import Outbox
from itsm.notices.rendering import letter
from itsm.people.models import Person
from tests.board.conftest import vote
from tests.fixtures import make_person

pytestmark = pytest.mark.django_db


def link_of(change: Any, person: Person) -> str:
    """The path of the link in the newest mail to ``person``."""
    row = Outbox.objects.filter(template="board_vote_asked", person=person, record=change.pk).latest("pk")
    token = links.sign("vote", record=change, person=person, at=row.created_at)
    assert token in letter(row).body
    return f"/a/{token}/"


@pytest.fixture
def now(change: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The clock of the page stands at the opening of the round."""
    opened = change.ballots.get().opened_at
    monkeypatch.setattr("django.utils.timezone.now", lambda: opened)
    return opened


def test_every_seat_gets_a_link_and_votes_without_signing_in(change: Any, people: dict[str, Person], now: Any) -> None:
    path, ballot = link_of(change, people["lin"]), change.ballots.get()
    page = Client().get(path)
    assert page.status_code == 200
    assert "更換 UPS-02 電池組" in page.content.decode()

    answer = Client().post(path, {"choice": "condition", "condition": "先移轉負載", "paper": ballot.paper})

    assert answer.status_code == 200
    made = ballot.votes.get(member=people["lin"])
    assert (made.vote, made.condition, made.channel) == ("condition", "先移轉負載", "mail")


def test_a_link_votes_once(change: Any, people: dict[str, Person], now: Any) -> None:
    path = link_of(change, people["lin"])
    Client().post(path, {"choice": "yes"})

    again = Client().post(path, {"choice": "no"})

    assert again.status_code == 409
    assert change.ballots.get().votes.get(member=people["lin"]).vote == "yes"


def test_opening_a_link_decides_nothing(change: Any, people: dict[str, Person], now: Any) -> None:
    Client().get(link_of(change, people["lin"]))

    assert not change.ballots.get().votes.exists()


def test_a_refused_vote_leaves_the_link_good(change: Any, people: dict[str, Person], now: Any) -> None:
    path = link_of(change, people["lin"])

    refused = Client().post(path, {"choice": "condition"})
    taken = Client().post(path, {"choice": "yes"})

    assert (refused.status_code, taken.status_code) == (422, 200)


def test_the_link_of_a_void_round_is_over(change: Any, people: dict[str, Person], now: Any) -> None:
    path = link_of(change, people["lin"])
    Change.objects.filter(pk=change.pk).update(plan="一次全換")

    assert Client().get(path).status_code == 410
    assert Client().post(path, {"choice": "yes"}).status_code == 409


def test_who_lost_the_seat_has_no_link_any_more(change: Any, board: Any, people: dict[str, Person], now: Any) -> None:
    path = link_of(change, people["lin"])
    board.members.filter(person=people["lin"]).delete()

    assert Client().get(path).status_code == 404


def test_a_link_does_not_let_the_requester_vote(change: Any, board: Any, engineer: Person, now: Any) -> None:
    board.members.create(person=engineer)
    token = links.sign("vote", record=change, person=engineer, at=now)

    assert Client().post(f"/a/{token}/", {"choice": "yes"}).status_code == 422
    assert not change.ballots.get().votes.filter(vote="yes").exists()


def test_a_link_for_somebody_else_is_not_found(change: Any, now: Any) -> None:
    stranger = make_person("stranger")
    token = links.sign("vote", record=change, person=stranger, at=now)

    assert Client().get(f"/a/{token}/").status_code == 404


def test_who_has_a_conflict_is_not_asked(change: Any, engineer: Person) -> None:
    assert not Outbox.objects.filter(template="board_vote_asked", person=engineer).exists()


def test_votes_by_mail_count_like_others(change: Any, people: dict[str, Person], now: Any) -> None:
    vote(change, people, chair="yes", security="yes")
    Client().post(link_of(change, people["lin"]), {"choice": "yes"})

    from changes import ballots

    assert ballots.decision(Change.objects.get(pk=change.pk), now) == "approved"


def test_an_old_link_leads_to_the_vote_of_who_signs_in(change: Any, people: dict[str, Person], now: Any) -> None:
    token = links.sign("vote", record=change, person=people["lin"], at=now - links.VALID_FOR - timedelta(days=1))

    page = Client().get(f"/a/{token}/?lang=en")

    assert page.status_code == 410
    assert "too old" in page.content.decode()
    assert f'href="/cab/ballots/{change.ballots.get().pk}/"' in page.content.decode()

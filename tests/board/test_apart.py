"""Nobody votes on an own change: not through a proxy, in bulk, in the administration or in raw SQL."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client

from catalogue.models import Service
from changes import chairing
from changes.board_models import Ballot, CabVote, Proxy
from changes.models import Change
from itsm.people.models import Person
from itsm.records.perform import open_record, perform
from itsm.records.refusals import MovedOn
from tests.board.conftest import APPROVAL, HOUR, THURSDAY, vote
from tests.fixtures import MONDAY

pytestmark = pytest.mark.django_db


def insert(ballot: Any, member: Person, cast_by: Person, word: str = "yes", proxy: int | None = None) -> None:
    """Write a vote past every page and service."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO changes_cabvote (ballot_id, member_id, cast_by_id, proxy_id, vote, reason, condition, channel, at)"
            " VALUES (%s, %s, %s, %s, %s, '', '', 'sql', %s)",
            [ballot.pk, member.pk, cast_by.pk, proxy, word, MONDAY],
        )


def test_raw_sql_does_not_vote_on_an_own_change(change: Any, engineer: Person) -> None:
    with pytest.raises(IntegrityError, match="own change"):
        insert(change.ballots.get(), engineer, engineer)


def test_raw_sql_does_not_vote_on_an_own_change_through_a_proxy(
    change: Any, board: Any, engineer: Person, people: dict[str, Person]
) -> None:
    proxy = board.proxies.create(
        member=people["lin"], person=engineer, starts_on=date(2026, 11, 1), ends_on=date(2026, 12, 1)
    )

    with pytest.raises(IntegrityError, match="own change"):
        insert(change.ballots.get(), people["lin"], engineer, proxy=proxy.pk)


def test_raw_sql_does_not_vote_for_a_member_without_a_proxy(change: Any, people: dict[str, Person]) -> None:
    with pytest.raises(IntegrityError, match="proxy of that day"):
        insert(change.ballots.get(), people["lin"], people["wu"])


def at_once(statement: str, *given: Any) -> None:
    """Do it as the database would at the end of the transaction, and undo it."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, given)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_raw_sql_does_not_make_a_voter_the_implementer(change: Any, people: dict[str, Person]) -> None:
    vote(change, people, chair="yes")

    with pytest.raises(IntegrityError, match="voted"):
        at_once("UPDATE changes_change SET implementer_id = %s WHERE ticket_ptr_id = %s", people["chair"].pk, change.pk)


def test_raw_sql_does_not_make_a_voter_the_requester(change: Any, people: dict[str, Person]) -> None:
    vote(change, people, chair="yes")

    with pytest.raises(IntegrityError, match="voted"):
        at_once("UPDATE tickets_ticket SET requester_id = %s WHERE record_ptr_id = %s", people["chair"].pk, change.pk)


def test_a_bulk_update_does_not_turn_a_recusal_into_a_vote(
    draft: Any, board: Any, engineer: Person, meeting: Any, to_board: Callable[..., Any]
) -> None:
    board.members.create(person=engineer)
    change = to_board(draft)

    with pytest.raises(IntegrityError, match="own change"):
        CabVote.objects.filter(ballot__change=change.pk).update(vote="yes", cast_by=engineer)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE changes_cabvote SET vote = 'yes'",
        "DELETE FROM changes_cabvote",
        "UPDATE changes_ballot SET outcome = 'approved'",
    ],
)
def test_an_ended_round_is_neither_altered_nor_removed(
    session: Any, change: Any, people: dict[str, Person], statement: str
) -> None:
    vote(change, people, chair="no", lin="no", security="no")
    chairing.decide(session, session.items.get().pk, "reject", by=people["chair"], at=THURSDAY, reason="備品不足")

    with pytest.raises(IntegrityError):
        at_once(statement)


def test_a_member_is_no_proxy_and_one_proxy_acts_on_a_day(
    board: Any, people: dict[str, Person], agent: Person, handler: Person
) -> None:
    days = {"starts_on": date(2026, 11, 1), "ends_on": date(2026, 11, 30)}
    with pytest.raises(ValidationError):
        Proxy(board=board, member=people["lin"], person=people["wu"], **days).full_clean()
    board.proxies.create(member=people["lin"], person=agent, **days)
    with pytest.raises(IntegrityError, match="One proxy"):
        board.proxies.create(member=people["lin"], person=handler, **days)


def test_a_member_cannot_be_made_a_proxy_in_the_database(board: Any, people: dict[str, Person]) -> None:
    with pytest.raises(IntegrityError, match="no seat"):
        board.proxies.create(
            member=people["lin"], person=people["wu"], starts_on=date(2026, 11, 1), ends_on=date(2026, 11, 30)
        )


def test_the_administration_has_no_votes(db: None) -> None:
    assert not {CabVote, Ballot} & set(admin.site._registry)


def test_the_last_votes_make_one_outcome(change: Any, people: dict[str, Person]) -> None:
    vote(change, people, chair="yes", lin="yes", security="yes")
    perform(Change.objects.get(pk=change.pk), "cab_approve", by=people["chair"], at=MONDAY + HOUR, **APPROVAL)

    with pytest.raises(MovedOn):
        perform(change, "cab_reject", by=people["lin"], at=MONDAY + HOUR + timedelta(minutes=1), reason="晚到")


class TestMany:
    """Several changes, several votes at once."""

    def test_the_board_members_own_change_stays_when_many_are_approved(
        self, change: Any, board: Any, engineer: Person, people: dict[str, Person], client: Client,
        draft_of: Callable[[Person], Any], to_board: Callable[..., Any],
    ) -> None:  # fmt: skip
        own = to_board(draft_of(people["lin"]), asker=people["lin"])
        vote(change, people, chair="yes", lin="yes", security="yes", wu="yes")
        vote(own, people, chair="yes", security="yes", wu="yes", chou="yes")
        Person.objects.filter(pk=people["lin"].pk).update(language="en")
        client.force_login(people["lin"])

        answer = client.post(
            "/desk/q/act/step/cab_approve/",
            {"pick": [str(own.number), str(change.number)], "next": "/changes/", **APPROVAL},
        )

        said = client.get(answer["Location"]).content.decode()
        states = dict(Change.objects.values_list("number", "state"))
        assert states == {own.number: "cab_review", change.number: "implementation_review"}
        assert f"{own.number}: Separation of duties: you cannot approve your own record." in said

    def test_votes_written_in_bulk_are_judged_each(self, change: Any, board: Any, engineer: Person) -> None:
        ballot = change.ballots.get()
        proxy = board.proxies.create(
            member=board.members.get(person__username="lin").person, person=engineer, starts_on=date(2026, 11, 1),
            ends_on=date(2026, 12, 1),
        )  # fmt: skip
        theirs = CabVote(
            ballot=ballot, member_id=proxy_free(board).pk, cast_by_id=proxy_free(board).pk, vote="yes", at=MONDAY
        )
        for own in (
            CabVote(ballot=ballot, member=engineer, cast_by=engineer, vote="yes", at=MONDAY),
            CabVote(ballot=ballot, member=proxy.member, cast_by=engineer, proxy=proxy, vote="yes", at=MONDAY),
        ):
            with pytest.raises(IntegrityError, match="own change"), transaction.atomic():
                CabVote.objects.bulk_create([theirs, own])

        assert not ballot.votes.exclude(vote="recused").exists()

    def test_a_bulk_update_hands_no_vote_to_somebody_with_an_interest(
        self, change: Any, engineer: Person, people: dict[str, Person]
    ) -> None:
        vote(change, people, chair="yes")

        with pytest.raises(IntegrityError, match="own change"), transaction.atomic():
            CabVote.objects.filter(ballot__change=change.pk).update(cast_by=engineer)


def proxy_free(board: Any) -> Person:
    """A member for whom nobody acts."""
    found: Person = board.members.get(person__username="wu").person
    return found


@pytest.fixture
def draft_of(service: Service) -> Callable[[Person], Any]:
    """Draft a change for somebody."""

    def make(person: Person) -> Any:
        return open_record(
            Change, by=person, at=MONDAY, channel="portal", title="更換交換器", description="汰換", requester=person, service=service,
            received_at=MONDAY,
        )  # fmt: skip

    return make

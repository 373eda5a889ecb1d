"""Votes and decisions at one instant, on real connections: one seat one vote, and nothing counts after the round."""

from typing import Any

import pytest

from changes import ballots, chairing, minutes_files
from changes.board_models import Ballot, CabItem, CabVote
from changes.casting import cast
from changes.models import Change
from itsm.people.models import Person
from itsm.records.models import Event
from itsm.records.perform import perform
from itsm.records.refusals import MovedOn, Objected
from tests.board.conftest import APPROVAL, HOUR, THURSDAY, vote
from tests.sla.test_races import together

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_members_vote_at_once_and_both_count(change: Any, people: dict[str, Person]) -> None:
    together(*(lambda name=name: cast(change, by=people[name], vote="yes") for name in ("chair", "lin", "chou", "wu")))

    assert CabVote.objects.filter(vote="yes").count() == 4
    assert Event.objects.filter(name="board_vote").count() == 4
    assert ballots.tally(Ballot.objects.get(), Change.objects.get(pk=change.pk), at=THURSDAY).decision == "approved"


def test_one_seat_has_one_vote_though_it_speaks_twice_at_once(change: Any, people: dict[str, Person]) -> None:
    together(*(lambda word=word: cast(change, by=people["lin"], vote=word) for word in ("yes", "no", "abstain", "yes")))

    assert CabVote.objects.filter(member=people["lin"]).count() == 1
    assert Event.objects.filter(name="board_vote").count() == 4


def test_a_member_and_their_proxy_share_one_vote(change: Any, board: Any, people: dict[str, Person]) -> None:
    from tests.fixtures import make_person

    stand_in = make_person("standin", "engineer")
    day = change.received_at.date()
    board.proxies.create(
        member=people["lin"], person=stand_in, starts_on=day.replace(year=2020), ends_on=day.replace(year=2099)
    )

    together(
        lambda: cast(change, by=people["lin"], vote="yes"), lambda: cast(change, by=stand_in, vote="no"),
    )  # fmt: skip

    assert CabVote.objects.filter(ballot__ended_at=None, member=people["lin"]).count() == 1


@pytest.mark.parametrize("turn", range(4))
def test_the_last_vote_and_the_decision_never_pass_each_other(
    session: Any, change: Any, people: dict[str, Person], turn: int
) -> None:
    """Either the no came first and the veto stands in the way, or the round was over and takes no vote."""
    vote(change, people, chair="yes", lin="yes", wu="yes")
    item, seen = session.items.get().pk, []

    def veto() -> None:
        try:
            cast(change, by=people["security"], vote="no")
            seen.append("veto")
        except MovedOn:
            seen.append("too late")

    def approve() -> None:
        try:
            chairing.decide(session, item, "approve", by=people["chair"], **APPROVAL)
            seen.append("approved")
        except Objected:
            seen.append("not carried")

    together(*((veto, approve) if turn % 2 else (approve, veto)))

    ballot, state = Ballot.objects.get(), Change.objects.get(pk=change.pk).state
    vetoed = ballot.votes.filter(member=people["security"], vote="no").exists()
    if "approved" in seen:
        assert (sorted(seen), vetoed, state) == (["approved", "too late"], False, "implementation_review")
        assert ballot.outcome == "approved"
    else:
        assert (sorted(seen), vetoed, state) == (["not carried", "veto"], True, "cab_review")
        assert ballot.ended_at is None


def test_a_decision_is_recorded_once(
    session: Any, change: Any, people: dict[str, Person], change_manager: Person
) -> None:
    vote(change, people, chair="yes", lin="yes", wu="yes")
    item, seen = session.items.get().pk, []

    def approve(by: Person) -> None:
        try:
            chairing.decide(session, item, "approve", by=by, **APPROVAL)
            seen.append("approved")
        except (MovedOn, Objected):
            seen.append("refused")

    together(lambda: approve(people["chair"]), lambda: approve(people["lin"]))

    assert sorted(seen) == ["approved", "refused"]
    assert CabItem.objects.get(pk=item).decision == "approve"
    assert Event.objects.filter(name="cab_approve").count() == 1


def test_two_workers_draw_the_minutes_once(
    session: Any, change: Any, people: dict[str, Person], change_manager: Person
) -> None:
    vote(change, people, chair="yes", lin="yes", wu="yes")
    chairing.decide(session, session.items.get().pk, "approve", by=people["chair"], at=THURSDAY, **APPROVAL)
    ended = perform(session, "end_meeting", by=change_manager, at=THURSDAY + HOUR)
    signed = perform(ended, "approve_minutes", by=people["chair"], at=THURSDAY + HOUR)
    drawn: list[bool] = []

    together(*(lambda: drawn.append(minutes_files.draw(signed, at=THURSDAY + 2 * HOUR)) for _worker in range(2)))

    assert sorted(drawn) == [False, True]
    assert signed.attachments.count() == 2

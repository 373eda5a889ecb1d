"""Votes: quorum, veto, conflicts of interest, proxies, voids, and what no interface lets anybody do."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from catalogue.models import Service
from changes import ballots, chairing, meetings
from changes.casting import cast
from changes.models import Change
from itsm.notices.models import Outbox
from itsm.people.models import Person
from itsm.records.models import Event
from itsm.records.perform import perform
from itsm.records.refusals import MovedOn, NotAllowed, Objected
from itsm.tickets.edits import edit
from itsm.tickets.parts_of import end_task
from tests.board.conftest import APPROVAL, DAY, HOUR, RFC, THURSDAY, vote
from tests.fixtures import MONDAY, make_person

pytestmark = pytest.mark.django_db


def now_decided(change: Any) -> str:
    """What the votes carry."""
    return ballots.decision(Change.objects.get(pk=change.pk), MONDAY + HOUR)


def test_the_owner_of_the_process_cannot_vote_and_nothing_is_decided_without_votes(
    change: Any, change_manager: Person
) -> None:
    with pytest.raises(NotAllowed):
        cast(change, by=change_manager, vote="yes", at=MONDAY)
    assert now_decided(change) == ""


@pytest.mark.parametrize(
    ("said", "decided"),
    [
        ({"chair": "yes", "lin": "yes"}, ""),
        ({"chair": "yes", "lin": "yes", "chou": "yes"}, "approved"),
        ({"chair": "yes", "lin": "condition", "chou": "abstain"}, "approved"),
        ({"chair": "yes", "lin": "yes", "chou": "yes", "security": "no"}, "rejected"),
        ({"chair": "no", "lin": "no", "chou": "yes"}, "rejected"),
        ({"lin": "yes", "chou": "yes", "wu": "yes", "security": "yes"}, ""),
        ({"chair": "defer", "lin": "defer", "chou": "yes"}, "deferred"),
    ],
)
def test_votes_carry(change: Any, people: dict[str, Person], said: dict[str, str], decided: str) -> None:
    vote(change, people, **said)

    assert now_decided(change) == decided


def test_approval_goes_through_the_change_and_its_guards(session: Any, change: Any, people: dict[str, Person]) -> None:
    item = session.items.get()
    vote(change, people, chair="yes")
    with translation.override("en"), pytest.raises(Objected, match="quorum or majority"):
        chairing.decide(session, item.pk, "approve", by=people["chair"], at=THURSDAY, **APPROVAL)
    vote(change, people, lin="yes", security="yes")

    decided = chairing.decide(session, item.pk, "approve", by=people["chair"], at=THURSDAY, **APPROVAL)

    assert (decided.decision, Change.objects.get(pk=change.pk).state) == ("approve", "implementation_review")
    assert change.ballots.get().outcome == "approved"


def test_refusal_ends_the_change(session: Any, change: Any, people: dict[str, Person]) -> None:
    vote(change, people, chair="no", lin="no", security="no")

    chairing.decide(session, session.items.get().pk, "reject", by=people["chair"], at=THURSDAY, reason="備品不足")

    assert Change.objects.get(pk=change.pk).state == "rejected"
    assert session.items.get().decision == "reject"


def test_deferral_begins_a_new_round_and_goes_to_the_next_meeting(
    session: Any, change: Any, people: dict[str, Person]
) -> None:
    vote(change, people, chair="yes")

    chairing.decide(
        session,
        session.items.get().pk,
        "defer",
        by=people["chair"],
        at=THURSDAY,
        reason="補測試",
        next_meeting=date(2026, 12, 3),
    )

    assert list(change.ballots.values_list("round", "outcome")) == [(1, "deferred"), (2, "")]
    assert [row.meeting.starts_at for row in change.board_items.order_by("pk")] == [THURSDAY, THURSDAY + 7 * DAY]


def test_conditions_become_tasks_that_keep_the_work_from_beginning(
    session: Any, change: Any, people: dict[str, Person], change_manager: Person, handler: Person
) -> None:
    vote(change, people, chair="yes", lin="condition", security="yes")
    chairing.decide(session, session.items.get().pk, "approve", by=people["chair"], at=THURSDAY, **APPROVAL)
    given = {name: RFC[name] for name in ("window_start", "window_end", "communication_plan", "backout_plan")}
    record = perform(
        Change.objects.get(pk=change.pk), "approve_implementation", by=change_manager, at=THURSDAY, implementer=handler,
        backout_tested=True, test_result="通過", **given,
    )  # fmt: skip
    begin = {"by": handler, "at": RFC["window_start"], "actual_start": RFC["window_start"]}

    with translation.override("en"), pytest.raises(Objected, match="Conditions of the board are open: 先完成負載移轉"):
        perform(record, "start_implementation", **begin)
    end_task(record.tasks.get(title_zh="先完成負載移轉"), state="done", by=change_manager, at=THURSDAY)
    assert perform(record, "start_implementation", **begin).state == "implementing"


# ---- conflicts of interest ------------------------------------------------------------------
def test_whoever_asked_or_carries_out_is_recused_by_themselves(
    draft: Any, board: Any, engineer: Person, handler: Person, meeting: Any, to_board: Callable[..., Any]
) -> None:
    board.members.create(person=engineer)
    board.members.create(person=handler)
    Change.objects.filter(pk=draft.pk).update(implementer=handler)

    change = to_board(draft)

    rows = change.ballots.get().votes.values_list("member__username", "vote", "reason")
    assert set(rows) == {("engineer", "recused", "requester"), ("handler", "recused", "implementer")}
    for person in (engineer, handler):
        with translation.override("en"), pytest.raises(Objected, match="Conflict of interest"):
            cast(change, by=person, vote="yes", at=MONDAY + HOUR)


def test_a_proxy_inherits_the_conflicts_of_the_member(
    draft: Any, board: Any, engineer: Person, agent: Person, meeting: Any, to_board: Callable[..., Any]
) -> None:
    board.members.create(person=engineer)
    board.proxies.create(member=engineer, person=agent, starts_on=date(2026, 11, 1), ends_on=date(2026, 12, 31))
    change = to_board(draft)

    with translation.override("en"), pytest.raises(Objected, match="Conflict of interest"):
        cast(change, by=agent, vote="yes", at=MONDAY + HOUR)


def test_who_asked_does_not_vote_through_the_seat_of_another(
    change: Any, board: Any, engineer: Person, people: dict[str, Person]
) -> None:
    board.proxies.create(member=people["lin"], person=engineer, starts_on=date(2026, 11, 1), ends_on=date(2026, 12, 31))

    with translation.override("en"), pytest.raises(Objected, match="Conflict of interest"):
        cast(change, by=engineer, vote="yes", at=MONDAY + HOUR)


def test_a_proxy_votes_on_the_days_of_the_proxy_only(
    change: Any, board: Any, agent: Person, people: dict[str, Person]
) -> None:
    board.proxies.create(member=people["lin"], person=agent, starts_on=date(2026, 11, 24), ends_on=date(2026, 11, 27))

    with pytest.raises(NotAllowed):
        cast(change, by=agent, vote="yes", at=MONDAY)
    made = cast(change, by=agent, vote="yes", at=THURSDAY)

    assert (made.member, made.cast_by) == (people["lin"], agent)


def test_a_declared_interest_recuses_and_the_alternate_sits(change: Any, board: Any, people: dict[str, Person]) -> None:
    vice = make_person("vice", "cab")
    board.members.create(person=vice, alternate_for=people["chair"])
    with pytest.raises(NotAllowed):
        cast(change, by=vice, vote="yes", at=MONDAY)
    vote(change, people, chair="recused", lin="yes", chou="yes")
    assert now_decided(change) == ""

    cast(change, by=vice, vote="yes", at=MONDAY + HOUR)

    assert now_decided(change) == "approved"


def test_with_nobody_left_it_is_blocked_and_escalated_never_approved(
    draft: Any, board: Any, engineer: Person, meeting: Any, to_board: Callable[..., Any], people: dict[str, Person]
) -> None:
    boss = make_person("boss", "management_rep")
    Change.objects.filter(pk=draft.pk).update(implementer=people["chair"])

    change = to_board(draft)
    vote(change, people, lin="yes", chou="yes", wu="yes", security="yes")

    assert change.ballots.get().blocked_at == MONDAY
    assert now_decided(change) == ""
    assert Event.objects.filter(record=change.pk, name="board_blocked").exists()
    assert Outbox.objects.filter(template="board_blocked", person=boss).exists()
    board.members.filter(person=people["lin"]).update(alternate_for=people["chair"])
    ballots.recheck_all(at=MONDAY + HOUR)
    assert change.ballots.get().blocked_at is None


def test_the_owner_of_a_critical_service_must_have_spoken(
    draft: Any, service: Service, meeting: Any, to_board: Callable[..., Any], people: dict[str, Person]
) -> None:
    Service.objects.filter(pk=service.pk).update(criticality=1)
    change = to_board(draft)
    vote(change, people, chair="yes", lin="yes", chou="yes", security="yes")
    assert now_decided(change) == ""

    cast(change, by=service.owner, vote="no", at=MONDAY + HOUR)

    assert now_decided(change) == "rejected"


def test_whoever_is_given_the_change_after_voting_counts_no_more(change: Any, people: dict[str, Person]) -> None:
    vote(change, people, chair="yes", lin="yes", security="yes")

    Change.objects.filter(pk=change.pk).update(assignee=people["chair"])

    assert now_decided(change) == ""


# ---- an edit voids --------------------------------------------------------------------------
def test_a_material_edit_voids_the_votes_and_says_so(
    change: Any, people: dict[str, Person], change_manager: Person, client: Client
) -> None:
    vote(change, people, chair="yes", lin="yes", security="yes")

    edit(Change.objects.get(pk=change.pk), {"description": "三組電池逾期"}, by=change_manager, at=MONDAY + 2 * HOUR)

    first, second = change.ballots.order_by("round")
    assert (first.outcome, second.outcome, second.votes.count()) == ("void", "", 0)
    assert now_decided(change) == ""
    said = Event.objects.get(record=change.pk, name="votes_void")
    assert (said.facts["fields"], said.facts["votes"]) == (["description"], 3)
    assert Outbox.objects.filter(template="board_votes_void").count() == 3
    told = Outbox.objects.filter(template="board_votes_void").first()
    assert told is not None
    assert told.facts["reason"] == {"zh_hant": "說明", "en": "description"}
    for language, words in ("zh-hant", "· 說明"), ("en", "the change was edited · description"):
        Person.objects.filter(pk=change_manager.pk).update(language=language)
        client.force_login(change_manager)
        assert words in client.get(f"/t/{change.number}/history/").content.decode()


def test_an_edit_past_every_page_counts_as_well(change: Any, people: dict[str, Person]) -> None:
    vote(change, people, chair="yes", lin="yes", security="yes")

    Change.objects.filter(pk=change.pk).update(plan="一次全換")

    assert now_decided(change) == ""
    assert ballots.recheck_all(at=MONDAY + 2 * HOUR) == 1


def test_an_immaterial_edit_voids_nothing(change: Any, people: dict[str, Person]) -> None:
    vote(change, people, chair="yes", lin="yes", security="yes")

    Change.objects.filter(pk=change.pk).update(resources="兩人兩小時")

    assert now_decided(change) == "approved"


def test_nothing_is_cast_on_a_paper_that_was_not_read(change: Any, people: dict[str, Person]) -> None:
    with translation.override("en"), pytest.raises(Objected, match="edited since you read it"):
        cast(change, by=people["chair"], vote="yes", at=MONDAY, paper="0" * 64)


def test_what_the_board_approved_is_what_may_be_done(
    session: Any, change: Any, people: dict[str, Person], change_manager: Person, handler: Person
) -> None:
    vote(change, people, chair="yes", lin="yes", security="yes")
    chairing.decide(session, session.items.get().pk, "approve", by=people["chair"], at=THURSDAY, **APPROVAL)
    given = {name: RFC[name] for name in ("window_start", "window_end", "communication_plan")}

    with translation.override("en"), pytest.raises(Objected, match="approved another version"):
        perform(
            Change.objects.get(pk=change.pk), "approve_implementation", by=change_manager, at=THURSDAY, implementer=handler,
            backout_tested=True, test_result="通過", backout_plan="不回復", **given,
        )  # fmt: skip


def test_an_ended_round_takes_no_vote(session: Any, change: Any, people: dict[str, Person]) -> None:
    vote(change, people, chair="no", lin="no", security="no")
    chairing.decide(session, session.items.get().pk, "reject", by=people["chair"], at=THURSDAY, reason="備品不足")

    with pytest.raises(MovedOn):
        cast(change, by=people["wu"], vote="yes", at=THURSDAY)


# ---- emergencies ----------------------------------------------------------------------------
def emergency(draft: Any, engineer: Person, handler: Person, by: Person) -> Any:
    """An emergency that the duty manager let go ahead alone."""
    record = perform(
        draft, "submit_emergency", by=engineer, at=MONDAY, justification="弱點遭利用", emergency_basis="vulnerability", impact_text="中",
        backout_plan="還原", implementer=handler,
    )  # fmt: skip
    return perform(
        record,
        "authorize_emergency",
        by=by,
        at=MONDAY,
        authoriser=by,
        auth_channel="tap",
        break_glass=True,
        reason="夜間無人",
    )


def test_an_emergency_is_ratified_by_votes_at_the_next_meeting(
    draft: Any, engineer: Person, handler: Person, meeting: Any, people: dict[str, Person], change_manager: Person
) -> None:
    change = emergency(draft, engineer, handler, change_manager)
    item = change.board_items.get()
    assert (item.meeting, item.purpose, change.break_glass) == (meeting, "ratify", True)
    session = perform(meeting, "open_meeting", by=change_manager, at=THURSDAY, attendees="chair lin security")

    with translation.override("en"), pytest.raises(Objected, match="do not carry"):
        chairing.decide(session, item.pk, "approve", by=people["chair"], at=THURSDAY, reason="必要")
    vote(change, people, chair="yes", lin="yes", security="yes")
    chairing.decide(session, item.pk, "approve", by=people["chair"], at=THURSDAY, reason="必要")

    item.refresh_from_db()
    assert item.decision == "approve"
    assert Change.objects.get(pk=change.pk).state == "emergency_implementing"


def test_a_deferral_goes_to_the_meeting_of_the_day_that_is_named(
    session: Any, change: Any, people: dict[str, Person]
) -> None:
    vote(change, people, chair="yes")

    chairing.decide(
        session, session.items.get().pk, "defer", by=people["chair"], at=THURSDAY, reason="等供應商", next_meeting=date(2026, 12, 9),
    )  # fmt: skip
    meetings.tend(at=THURSDAY + HOUR)

    assert [row.meeting.starts_at for row in change.board_items.order_by("pk")] == [THURSDAY, THURSDAY + 14 * DAY]

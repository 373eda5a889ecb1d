"""Who hears of what: those concerned, never the actor, never anybody who may not know."""

from datetime import timedelta
from typing import Any

import pytest

from catalogue.models import Category, RequestItem
from incidents import services, updates
from itsm.notices import outbox
from itsm.notices.models import Announcement, Notification, Outbox
from itsm.people.models import Person, Team
from itsm.records.models import Watcher
from itsm.records.perform import perform
from itsm.tickets import comments
from itsm.tickets.assignments import assign
from itsm.tickets.models import HoldReason
from tests.fixtures import MONDAY, make_person

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(hours=2)


def mails() -> set[tuple[str, str]]:
    """Read (template, user name) of what the journal sends (clocks send their own), and empty the outbox."""
    rows = told().select_related("person")
    found = {(row.template, row.person.username if row.person else row.email) for row in rows}
    Outbox.objects.all().delete()
    return found


def told() -> Any:
    """Leave out what clocks and deadlines send."""
    return Outbox.objects.filter(dedupe_key__startswith="event:")


def lines() -> set[tuple[str, str]]:
    """Read (template, user name) of what is shown in the page, and empty it."""
    found = {
        (row.template, row.person.username)
        for row in Notification.objects.filter(dedupe_key__startswith="event:").select_related("person")
    }
    Notification.objects.all().delete()
    return found


def test_the_requester_gets_an_acknowledgement_by_mail_alone(outage: Any) -> None:
    assert mails() == {("opened", "requester")}
    assert lines() == set()


def test_a_case_raised_by_the_desk_is_also_shown_to_its_requester(agent: Person, requester: Person) -> None:
    services.raise_incident(by=agent, requester=requester, title="電話報修", channel="phone", at=MONDAY)

    assert mails() == {("opened", "requester")}
    assert lines() == {("opened", "requester")}


def test_an_answer_of_the_desk_reaches_requester_and_watchers(
    worked: Any, agent: Person, requester: Person, unit: Any
) -> None:
    Watcher.objects.create(record=worked, person=unit.lead)
    mails(), lines()

    comments.reply(worked, body="處理中", by=agent, at=LATER)

    assert mails() == lines() == {("reply", "requester"), ("reply", "head")}


def test_an_answer_of_the_requester_reaches_the_assignee(worked: Any, agent: Person, requester: Person) -> None:
    mails(), lines()

    comments.reply(worked, body="還是不行", by=requester, at=LATER)

    assert mails() == {("reply", "agent")}


def test_an_answer_on_a_case_without_assignee_is_shown_to_the_team(
    outage: Any, agent: Person, requester: Person
) -> None:
    mails(), lines()

    comments.reply(outage, body="補充說明", by=requester, at=LATER)

    assert mails() == set()
    assert lines() == {("reply", "agent")}


def test_a_note_is_never_told_to_the_requester_not_even_when_mentioned(
    worked: Any, agent: Person, requester: Person, desk: Team
) -> None:
    colleague = make_person("colleague", "agent")
    mails(), lines()

    comments.note(worked, body="@colleague @requester @nobody 請看", by=agent, at=LATER)

    assert mails() == lines() == {("mention", "colleague")}
    assert colleague.pk


def test_being_given_a_case_is_told_and_taking_one_is_not(worked: Any, agent: Person, desk: Team) -> None:
    colleague = make_person("colleague", "agent")
    desk.members.add(colleague)
    mails(), lines()

    assign(worked, by=agent, team=desk, assignee=colleague, at=LATER)
    assert mails() == lines() == {("assigned", "colleague")}

    assign(worked, by=colleague, team=desk, assignee=colleague, at=LATER)
    assert mails() == set()


def test_a_team_hears_of_a_hand_over_at_its_own_address(
    worked: Any, agent: Person, engineer: Person, network_team: Team
) -> None:
    mails(), lines()
    Team.objects.filter(pk=network_team.pk).update(email="network@example.org")
    network_team.refresh_from_db()

    perform(worked, "escalate_second_line", by=agent, at=LATER, team=network_team, note="機密說明")

    assert mails() == {("handed_over", "network@example.org")}
    assert lines() == {("handed_over", "engineer"), ("accepted", "requester")}


def test_a_question_is_one_message_with_its_words(worked: Any, agent: Person) -> None:
    mails(), lines()

    perform(
        worked, "hold", by=agent, at=LATER, hold_reason=HoldReason.objects.get(code="awaiting_user"),
        follow_up_at=LATER + timedelta(days=1), comment="請問錯誤訊息為何？",
    )  # fmt: skip

    row = told().get()
    assert (row.template, row.person.username) == ("question", "requester")
    assert row.facts["comment"]


def test_a_resolved_case_asks_for_confirmation_and_says_what_became_of_it(
    resolved: Any, agent: Person, requester: Person
) -> None:
    row = told().get(template="resolved")
    assert (row.person, row.facts["link"], row.facts["resolution"]) == (requester, "confirm", "已重啟服務")
    mails(), lines()

    rejected = perform(resolved, "reject_resolution", by=requester, at=LATER, reason="還是不行")
    assert mails() == {("not_solved", "agent")}

    again = perform(rejected, "resolve", by=agent, at=LATER, resolution_code="fixed", resolution_note="好了")
    mails(), lines()
    perform(again, "confirm_resolution", by=None, at=LATER, confirmation="timer")

    assert mails() == {("closed", "requester")}
    assert lines() == {("closed", "requester"), ("closed", "agent")}


def test_a_reclassified_case_is_one_message_with_the_new_number(outage: Any, agent: Person) -> None:
    mails(), lines()

    perform(outage, "judge_as_request", by=agent, at=LATER, reason="是申請")

    row = told().get()
    assert row.template == "reclassified"
    assert row.facts["before"] == outage.number
    assert row.record.number.startswith("SR-")


def test_an_approver_is_asked_with_a_link_and_the_requester_hears_the_answer(
    requester: Person, unit: Any, mailbox_item: RequestItem, category: Category
) -> None:
    request = services.raise_request(by=requester, requester=requester, item=mailbox_item, category=category, at=MONDAY)
    assert mails() == {("opened", "requester"), ("approval_asked", "head")}

    perform(request, "reject_request", by=unit.lead, at=LATER, reason="無此需要")

    assert mails() == {("rejected", "requester")}


def test_a_major_incident_is_told_to_those_who_run_it_and_its_updates_to_everyone_when_asked(
    worked: Any, agent: Person, incident_manager: Person, requester: Person
) -> None:
    mails(), lines()
    proposed = perform(worked, "propose_major", by=agent, at=LATER, criterion="many_users")
    assert mails() == {("major_proposed", "manager")}

    declared = perform(
        proposed, "declare_major", by=incident_manager, at=LATER, criterion="many_users", lead=agent, comms_owner=agent,
        next_update_at=LATER + timedelta(minutes=30),
    )  # fmt: skip
    assert {("major_declared", "agent"), ("major_declared", "owner"), ("major_declared", "requester")} <= mails()

    updates.publish(
        declared,
        text_zh="正在修復",
        text_en="",
        next_update_at=LATER + timedelta(minutes=60),
        by=incident_manager,
        to_everyone=True,
        at=LATER,
    )
    assert ("major_update", "requester") in mails()
    assert [shown.body for shown in Announcement.objects.current(LATER)] == ["正在修復"]

    restored = perform(
        declared, "mark_restored", by=incident_manager, at=LATER + timedelta(minutes=5), restored_at=LATER, how="重啟"
    )
    assert ("major_restored", "requester") in mails()
    assert not Announcement.objects.current(LATER + timedelta(minutes=5))
    assert restored.major_status == "restored"


def test_history_that_is_put_in_quietly_tells_nobody(requester: Person, service: Any, agent: Person) -> None:
    with outbox.quiet():
        made = services.raise_incident(by=requester, requester=requester, title="去年的事", service=service, at=MONDAY)
        comments.reply(made, body="處理中", by=agent, at=MONDAY)

    assert mails() == lines() == set()

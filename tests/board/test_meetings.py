"""Meetings: made ahead from the recurrence, filled by themselves, led, ended, signed."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.utils import translation

from changes import agendas, chairing, meetings, minutes, minutes_files
from changes.board_models import Board, CabMeeting
from changes.casting import cast
from itsm.hours.models import Calendar
from itsm.notices.models import Outbox
from itsm.notices.rendering import letter
from itsm.people.models import Person
from itsm.records.perform import perform
from itsm.records.refusals import NotAllowed, Objected
from tests.board.conftest import APPROVAL, DAY, HOUR, THURSDAY
from tests.fixtures import MONDAY, make_person

pytestmark = pytest.mark.django_db


def test_meetings_are_made_ahead_once(board: Any) -> None:
    made = meetings.make_ahead(at=MONDAY)
    again = meetings.make_ahead(at=MONDAY + HOUR)

    assert (made, again) == (5, 0)
    first = board.meetings.order_by("starts_at").first()
    assert (first.starts_at, first.ends_at - first.starts_at, first.state) == (THURSDAY, HOUR, "planned")
    assert first.number.startswith("CAB-")


def test_holidays_are_skipped(board: Any) -> None:
    at = datetime.fromisoformat("2026-12-20T09:00:00+08:00")
    Board.objects.filter(pk=board.pk).update(weekday=4)  # Friday 25 December is a holiday

    meetings.make_ahead(at=at)

    days = [row.starts_at.date() for row in board.meetings.order_by("starts_at")]
    assert days[0] == date(2027, 1, 1)
    assert date(2026, 12, 25) not in days


def test_a_cancelled_meeting_is_not_made_again(meeting: Any, change_manager: Person) -> None:
    perform(meeting, "cancel_meeting", by=change_manager, at=MONDAY, reason="委員出國")

    assert meetings.make_ahead(at=MONDAY) == 0


def test_the_cut_off_counts_business_days(meeting: Any, board: Any) -> None:
    assert meeting.cutoff_at == THURSDAY - 2 * DAY
    assert meetings.cutoff(board, datetime.fromisoformat("2026-11-23T14:00:00+08:00")) == datetime.fromisoformat(
        "2026-11-19T14:00:00+08:00"
    )


def test_a_major_change_is_put_on_the_next_agenda(change: Any, meeting: Any) -> None:
    item = change.board_items.get()

    assert (item.meeting, item.purpose, item.decision) == (meeting, "decide", "")


def test_after_the_cut_off_it_waits_for_the_meeting_that_follows(
    draft: Any, meeting: Any, to_board: Callable[..., Any]
) -> None:
    change = to_board(draft, THURSDAY - DAY)

    assert change.board_items.get().meeting.starts_at == THURSDAY + 7 * DAY


def test_an_agenda_fills_itself_when_the_meeting_is_made_later(
    draft: Any, board: Any, to_board: Callable[..., Any]
) -> None:
    change = to_board(draft)
    assert not change.board_items.exists()

    meetings.tend(at=MONDAY + HOUR)

    assert change.board_items.get().meeting.starts_at == THURSDAY


def test_items_of_a_cancelled_meeting_go_to_the_next(change: Any, meeting: Any, change_manager: Person) -> None:
    perform(meeting, "cancel_meeting", by=change_manager, at=MONDAY, reason="颱風")

    assert change.board_items.get().meeting.starts_at == THURSDAY + 7 * DAY


def test_only_the_board_and_the_owner_of_the_process_open_it(meeting: Any, people: dict[str, Person]) -> None:
    outsider = make_person("outsider", "cab")

    with pytest.raises(NotAllowed):
        perform(meeting, "open_meeting", by=outsider, at=THURSDAY, attendees="chair")
    assert perform(meeting, "open_meeting", by=people["lin"], at=THURSDAY, attendees="chair").state == "in_session"


def test_strangers_are_no_attendees(meeting: Any, change_manager: Person) -> None:
    with translation.override("en"), pytest.raises(Objected, match="no seat on the board: nobody"):
        perform(meeting, "open_meeting", by=change_manager, at=THURSDAY, attendees="chair, nobody")


def test_members_are_told_of_the_agenda_by_mail(
    change: Any, meeting: Any, change_manager: Person, people: dict[str, Person]
) -> None:
    published = perform(meeting, "publish_agenda", by=change_manager, at=MONDAY)

    row = Outbox.objects.get(template="board_agenda", person=people["lin"])
    assert f"/cab/{published.number}/" in letter(row).body


def test_it_ends_only_when_every_item_is_decided(session: Any, change_manager: Person) -> None:
    with translation.override("en"), pytest.raises(Objected, match="Some items have no decision"):
        perform(session, "end_meeting", by=change_manager, at=THURSDAY + HOUR)


def test_the_timer_counts_what_is_heard(session: Any, change_manager: Person) -> None:
    item = session.items.get()

    chairing.hear(session, item.pk, by=change_manager, at=THURSDAY)
    chairing.pause(session, by=change_manager, at=THURSDAY + timedelta(minutes=3))
    chairing.proceed(session, by=change_manager, at=THURSDAY + timedelta(minutes=5))
    agendas.halt(session, at=THURSDAY + timedelta(minutes=6))

    item.refresh_from_db()
    assert (item.spent_seconds, item.running_since) == (240, None)


def test_nobody_else_leads(session: Any, people: dict[str, Person]) -> None:
    with pytest.raises(NotAllowed):
        chairing.hear(session, session.items.get().pk, by=people["lin"], at=THURSDAY)
    chairing.hear(session, session.items.get().pk, by=people["chair"], at=THURSDAY)
    assert agendas.running(session) is not None


def approved(session: Any, change: Any, people: dict[str, Person]) -> None:
    """Let three vote and the chair record the decision."""
    for name in ("chair", "lin", "security"):
        cast(change, by=people[name], vote="yes", at=THURSDAY + timedelta(minutes=5))
    chairing.decide(
        session, session.items.get().pk, "approve", by=people["chair"], at=THURSDAY + timedelta(minutes=9), **APPROVAL
    )


def test_minutes_write_themselves_and_are_signed_by_who_was_there(
    session: Any, change: Any, people: dict[str, Person], change_manager: Person
) -> None:
    chairing.remark(session, "備品到貨", by=people["lin"], at=THURSDAY + timedelta(minutes=2))
    approved(session, change, people)
    ended = perform(session, "end_meeting", by=change_manager, at=THURSDAY + HOUR)

    item = ended.minutes["items"][0]
    assert (item["number"], item["decision"], len(item["votes"])) == (change.number, "approve", 3)
    assert [row["text"] for row in ended.minutes["remarks"]] == ["備品到貨"]
    with translation.override("en"), pytest.raises(Objected, match="Only who attended"):
        perform(ended, "approve_minutes", by=people["wu"], at=THURSDAY + 2 * HOUR)
    signed = perform(ended, "approve_minutes", by=people["chair"], at=THURSDAY + 2 * HOUR)
    assert (signed.state, signed.signed_by) == ("closed", people["chair"])
    assert minutes.is_untouched(signed)
    assert (signed.files_at, signed.attachments.count()) == (None, 0)  # drawn after the commit, not within it
    assert (minutes_files.draw_due(at=THURSDAY + 3 * HOUR), minutes_files.draw_due(at=THURSDAY + 3 * HOUR)) == (1, 0)
    names = sorted(signed.attachments.values_list("name", "media_type"))
    assert names == [(f"{signed.number}-minutes-{code}.pdf", "application/pdf") for code in ("en", "zh-hant")]


def test_altered_minutes_no_longer_fit_their_seal(
    session: Any, change: Any, people: dict[str, Person], change_manager: Person
) -> None:
    approved(session, change, people)
    ended = perform(session, "end_meeting", by=change_manager, at=THURSDAY + HOUR)
    signed = perform(ended, "approve_minutes", by=people["chair"], at=THURSDAY + 2 * HOUR)

    signed.minutes["items"][0]["decision"] = "reject"

    assert not minutes.is_untouched(signed)


def test_raw_sql_takes_no_illegal_step(meeting: Any) -> None:
    with pytest.raises(IntegrityError), connection.cursor() as cursor:
        cursor.execute("UPDATE changes_cabmeeting SET state = 'closed' WHERE record_ptr_id = %s", [meeting.pk])


def test_a_board_without_recurrence_days_left_makes_nothing(board: Any) -> None:
    Board.objects.filter(pk=board.pk).update(until=date(2026, 11, 1))

    assert meetings.make_ahead(at=MONDAY) == 0
    assert not CabMeeting.objects.exists()


def test_two_boards_meet_apart(board: Any) -> None:
    other = Board.objects.create(
        code="apps", name_zh="應用系統變更小組", calendar=Calendar.objects.get(code="taiwan-office"), weekday=1, opens=time(9),
        since=date(2026, 1, 1), ahead_days=7,
    )  # fmt: skip

    meetings.make_ahead(at=MONDAY)

    assert [row.starts_at.isoweekday() for row in other.meetings.all()] == [2]

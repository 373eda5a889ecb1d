"""Times and people of changes: extended windows, authorisation by phone, whom a change is made for, what is assessed anew."""

from datetime import timedelta
from typing import Any

import pytest

from changes import plan, services
from itsm.people.models import Person
from itsm.records.perform import perform
from itsm.tickets.edits import edit
from sla.sweep import sweep
from tests.changes.conftest import HOUR, RFC, WINDOW, Walk, assessment
from tests.changes.test_work import said, told
from tests.fixtures import MONDAY

pytestmark = pytest.mark.django_db


def test_an_extended_window_is_told_over_at_its_new_end(
    walk: Walk, change_manager: Person, implementer: Person
) -> None:
    change = walk("implementing")
    until = WINDOW["window_end"] + 2 * HOUR
    services.extend(change, until=until, reason="備份較久", by=change_manager, at=WINDOW["window_end"] - HOUR)

    sweep(at=until - timedelta(minutes=1))
    assert "window_over" not in told(implementer)
    sweep(at=until + timedelta(minutes=1))
    assert "window_over" in told(implementer)


def test_an_authorisation_by_phone_keeps_when_it_was_said(
    emergency: Walk, change_manager: Person, board_member: Person
) -> None:
    record = emergency("emergency_authorization")
    phone: dict[str, Any] = {"authoriser": board_member, "auth_channel": "phone"}
    at = MONDAY + HOUR
    for wrong in (at + HOUR, MONDAY - HOUR):
        assert "after it was asked for" in said(
            perform, record, "authorize_emergency", by=change_manager, at=at, authorised_at=wrong, **phone
        )

    record = perform(
        record, "authorize_emergency", by=change_manager, at=at, authorised_at=MONDAY + timedelta(minutes=10), **phone
    )

    assert record.authorised_at == MONDAY + timedelta(minutes=10)


def test_an_emergency_is_not_authorised_by_whom_it_is_made_for(
    emergency: Walk, change_manager: Person, board_member: Person
) -> None:
    record = emergency("emergency_authorization")
    record = edit(record, {"requested_for": board_member}, by=change_manager, at=MONDAY)

    assert "must not have asked for it" in said(
        perform,
        record,
        "authorize_emergency",
        by=change_manager,
        at=MONDAY,
        authoriser=board_member,
        auth_channel="phone",
    )


def test_what_was_to_be_assessed_is_taken_back_with_the_request(
    walk: Walk, change_manager: Person, engineer: Person
) -> None:
    assessing = walk("assessing")
    own = assessing.tasks.create(title_zh="更新手冊", title_en="Update the manual")

    back = perform(assessing, "return_to_requester", by=change_manager, at=MONDAY, reason="缺測試計畫")
    again = perform(back, "submit", by=engineer, at=MONDAY, **RFC)
    again = perform(again, "begin_assessment", by=change_manager, at=MONDAY, assessor=engineer)
    assert again.tasks.filter(state="open").exclude(pk=own.pk).count() == 5
    perform(again, "classify_minor", by=change_manager, at=MONDAY, **assessment())

    assert list(again.tasks.filter(state="open")) == [own]


def test_a_plan_that_was_written_anew_makes_its_steps_anew(
    walk: Walk, change_manager: Person, engineer: Person, implementer: Person
) -> None:
    scheduled = walk("scheduled")
    assert [step.title for step in scheduled.steps.filter(path="plan").in_order()] == ["備份設定", "調整參數"]
    plan.add(scheduled, title="拍照存證", by=change_manager)
    back = perform(scheduled, "reschedule", by=engineer, at=MONDAY, reason="改用新版參數")
    edit(back, {"plan": "1. 匯出設定 (5)\n2. 換新參數檔 (20)"}, by=engineer, at=MONDAY)

    again = perform(
        back, "approve_implementation", by=change_manager, at=MONDAY, implementer=implementer, test_result="通過",
        communication_plan="公告", backout_plan="還原參數 (3)", **WINDOW,
    )  # fmt: skip

    assert [step.title for step in again.steps.filter(path="plan").in_order()] == ["匯出設定", "換新參數檔", "拍照存證"]
    assert [step.title for step in again.steps.filter(path="back").in_order()] == ["還原參數"]


def test_steps_written_by_hand_stay_while_the_plan_stays(
    walk: Walk, change_manager: Person, engineer: Person, board_member: Person
) -> None:
    scheduled = walk("scheduled")
    plan.add(scheduled, title="拍照存證", by=change_manager)
    back = perform(scheduled, "reschedule", by=engineer, at=MONDAY, reason="改由他人執行")

    again = perform(
        back, "approve_implementation", by=change_manager, at=MONDAY, implementer=board_member, test_result="通過",
        communication_plan="公告", backout_plan="還原參數 (3)", **WINDOW,
    )  # fmt: skip

    steps = list(again.steps.filter(path="plan").in_order())
    assert [step.title for step in steps] == ["備份設定", "調整參數", "拍照存證"]
    assert [step.owner for step in steps] == [board_member, board_member, None]


def test_steps_that_were_written_by_hand_before_keep_the_text_from_becoming_steps(
    emergency: Walk, engineer: Person, board_member: Person
) -> None:
    record = emergency("emergency_authorization")
    plan.add(record, title="切換線路", by=engineer)

    begun = perform(
        record, "authorize_emergency", by=board_member, at=MONDAY, authoriser=board_member, auth_channel="tap"
    )

    assert [step.title for step in begun.steps.filter(path="plan")] == ["切換線路"]

"""Times and people of changes: extended windows, authorisation by phone, whom a change is made for, what is assessed anew."""

from datetime import timedelta
from typing import Any

import pytest

from changes import services
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

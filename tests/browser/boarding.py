"""A board in session with a major change before it, for the house of the browser."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from catalogue.models import Service
from changes import meetings, services
from changes.asks import QUESTIONS
from changes.board_models import Board
from itsm.hours.models import Calendar
from itsm.people.models import Person
from itsm.records.perform import perform
from tests.browser.changing import TEXTS


def founded(members: Iterable[Person]) -> Any:
    """Found a board; the first of the members is its chair."""
    board = Board.objects.create(
        code="cab", name_zh="變更審核委員會", name_en="CAB", calendar=Calendar.objects.get(code="taiwan-office"), weekday=3,
        opens=time(14), since=date(2026, 1, 1), place="A301",
    )  # fmt: skip
    for place, person in enumerate(members):
        board.members.create(person=person, is_chair=place == 0)
    return board


def waits(asker: Person, manager: Person, service: Service, *, at: datetime) -> Any:
    """Lead a major change to the board at ``at``."""
    window: dict[str, Any] = {"window_start": at + timedelta(days=20), "window_end": at + timedelta(days=20, hours=2)}
    made = services.draft(title="更換閘道", by=asker, description="汰換 GW-1", service=service, at=at)
    made = perform(
        made, "submit", by=asker, at=at, reason_kind="fix", justification="保固到期", impact_text="中斷 10 分鐘", plan="換機 (20)",
        test_plan="測試", backout_plan="換回", communication_plan="公告", no_ci_reason="未列管", **window,
    )  # fmt: skip
    made = perform(made, "begin_assessment", by=manager, at=at, assessor=asker)
    judged: dict[str, Any] = (
        dict.fromkeys(QUESTIONS, "3") | dict.fromkeys(TEXTS, "無") | {"impact_text": "中", "trigger_many_users": True}
    )
    return perform(made, "classify_major", by=manager, at=at, **judged)


def boarded(chair: Person, asker: Person, manager: Person, service: Service) -> dict[str, Any]:
    """Let the board sit over a change; gives the number of the meeting, the round and the item of the agenda."""
    at = timezone.now().replace(microsecond=0)
    board = founded([chair])
    meeting = meetings.make(
        board, start=at + timedelta(minutes=5), end=at + timedelta(hours=1), by=manager, at=at, kind="emergency"
    )
    change = waits(asker, manager, service, at=at)
    session = perform(meeting, "open_meeting", by=manager, at=at, attendees=chair.username)
    item = session.items.get(change=change)
    return {
        "meeting": session.number,
        "ballot": change.ballots.get().pk,
        "agenda_item": item.pk,
        "judged": change.number,
    }

"""What tests of the committee share: a board of five, its meeting on Thursday, a change that waits for it."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from catalogue.models import Service
from changes import meetings
from changes.asks import QUESTIONS
from changes.board_models import Board
from changes.casting import cast
from changes.models import Change
from itsm.hours.models import Calendar
from itsm.people.models import Person
from itsm.records.perform import open_record, perform
from tests.fixtures import MONDAY, make_person

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
#: Thursday of the same week, 14:00 in Taipei.
THURSDAY = datetime.fromisoformat("2026-11-26T14:00:00+08:00")
RFC: dict[str, Any] = {
    "reason_kind": "fix", "justification": "電池老化", "impact_text": "停電 20 分鐘", "plan": "逐組更換", "test_plan": "放電測試",
    "backout_plan": "接回舊電池組", "communication_plan": "公告", "no_ci_reason": "設備未列管", "window_start": THURSDAY + 8 * HOUR,
    "window_end": THURSDAY + 10 * HOUR,
}  # fmt: skip
TEXTS = ("resources", "security_assessment", "capacity_assessment", "availability_assessment", "sla_assessment",
         "continuity_assessment", "impact_text")  # fmt: skip
ASSESSMENT: dict[str, Any] = dict.fromkeys(QUESTIONS, "3") | dict.fromkeys(TEXTS, "無") | {"trigger_downtime": True}
APPROVAL: dict[str, Any] = {"needs_transition": "no", "reason": "電力設備更換"}
NAMES = ("chair", "lin", "chou", "wu", "security")


def vote(change: Any, people: dict[str, Person], **said: str) -> None:
    """Let the named say what is given."""
    for name, word in said.items():
        cast(
            change,
            by=people[name],
            vote=word,
            at=MONDAY + HOUR,
            condition="先完成負載移轉" if word == "condition" else "",
        )


@pytest.fixture
def change_manager(db: None) -> Person:
    """The owner of the process."""
    return make_person("changes", "change_manager", name="黃志明")


@pytest.fixture
def people(db: None) -> dict[str, Person]:
    """The five of the board by user name."""
    return {name: make_person(name, "cab", name=f"{name}委員") for name in NAMES}


@pytest.fixture
def board(people: dict[str, Person]) -> Any:
    """A board that meets on Thursdays at 14:00; the security officer may veto."""
    made = Board.objects.create(
        code="cab", name_zh="變更審核委員會", name_en="CAB", calendar=Calendar.objects.get(code="taiwan-office"), weekday=3,
        opens=time(14), since=date(2026, 1, 1), place="A301",
    )  # fmt: skip
    for name, person in people.items():
        made.members.create(person=person, is_chair=name == "chair", has_veto=name == "security")
    return made


@pytest.fixture
def meeting(board: Any) -> Any:
    """The next meeting of the board."""
    meetings.make_ahead(at=MONDAY)
    return board.meetings.order_by("starts_at").first()


@pytest.fixture
def draft(engineer: Person, service: Service) -> Any:
    """A change that an engineer asks for."""
    return open_record(
        Change, by=engineer, at=MONDAY, channel="portal", title="更換 UPS-02 電池組", description="兩組電池逾期", requester=engineer,
        service=service, received_at=MONDAY,
    )  # fmt: skip


@pytest.fixture
def to_board(engineer: Person, change_manager: Person) -> Callable[..., Any]:
    """Lead a draft to the board."""

    def lead(draft: Any, at: datetime = MONDAY, asker: Person = engineer) -> Any:
        record = perform(draft, "submit", by=asker, at=at, **RFC)
        record = perform(record, "begin_assessment", by=change_manager, at=at, assessor=engineer)
        return perform(record, "classify_major", by=change_manager, at=at, **ASSESSMENT)

    return lead


@pytest.fixture
def change(draft: Any, meeting: Any, to_board: Callable[..., Any]) -> Any:
    """The change as it waits for the board."""
    return to_board(draft)


@pytest.fixture
def session(change: Any, meeting: Any, change_manager: Person) -> Any:
    """The meeting in session, three of five present."""
    return perform(meeting, "open_meeting", by=change_manager, at=THURSDAY, attendees="chair\nlin\nsecurity")

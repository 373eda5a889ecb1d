"""What tests of changes share: their people, and a change led to each of its states."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from catalogue.models import Service
from changes.asks import QUESTIONS
from changes.models import Change, StandardTemplate
from itsm.people.models import Person
from itsm.records.perform import open_record, perform
from tests.fixtures import MONDAY, make_person

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WINDOW: dict[str, Any] = {"window_start": MONDAY + 2 * HOUR, "window_end": MONDAY + 4 * HOUR}
RFC: dict[str, Any] = {
    "reason_kind": "fix", "justification": "連線池不足", "impact_text": "停機 5 分鐘", "plan": "1. 備份設定 (5)\n2. 調整參數 (10)",
    "test_plan": "壓力測試", "backout_plan": "還原參數 (3)", "communication_plan": "公告", "no_ci_reason": "僅調整參數", **WINDOW,
}  # fmt: skip
REVIEW: dict[str, Any] = {"pir_met": "yes", "pir_incidents": "無", "pir_sla": "無", "lessons": "順利", "pir_next": "無"}
EMERGENCY: dict[str, Any] = {
    "justification": "弱點遭利用", "emergency_basis": "vulnerability", "impact_text": "中", "backout_plan": "還原",
}  # fmt: skip
Walk = Callable[..., Any]


def assessment(points: str = "1", **more: Any) -> dict[str, Any]:
    """Everything that the assessment asks, each answer of the risk with ``points``."""
    texts = ("resources", "security_assessment", "capacity_assessment", "availability_assessment", "sla_assessment",
             "continuity_assessment", "impact_text")  # fmt: skip
    return dict.fromkeys(QUESTIONS, points) | dict.fromkeys(texts, "無") | more


@pytest.fixture
def change_manager(db: None) -> Person:
    """The owner of the process."""
    return make_person("changes", "change_manager", name="黃變更")


@pytest.fixture
def board_member(db: None) -> Person:
    """A member of the board."""
    return make_person("board", "cab", "ecab", name="吳委員")


@pytest.fixture
def implementer(db: None) -> Person:
    """Somebody who carries changes out and holds no other role."""
    return make_person("hands", "change_implementer", name="鄭執行")


@pytest.fixture
def management(db: None) -> Person:
    """The representative of the management."""
    return make_person("above", "management_rep", name="李主任")


@pytest.fixture
def template(change_manager: Person, board_member: Person) -> StandardTemplate:
    """A standard change in force."""
    made: StandardTemplate = StandardTemplate.objects.create(
        code="pool", name="調整連線池", steps="備份 (5)\n調整 (10)", backout_plan="還原 (3)", max_minutes=120, proposed_by=change_manager,
        proposed_at=MONDAY, approved_by=board_member, approved_at=MONDAY, valid_until=(MONDAY + 300 * DAY).date(),
    )  # fmt: skip
    return made


@pytest.fixture
def drafted(engineer: Person, service: Service) -> Walk:
    """Draft a change for an engineer."""

    def make(**more: Any) -> Any:
        fields: dict[str, Any] = {
            "title": "加大連線池",
            "description": "50 改為 100",
            "requester": engineer,
            "service": service,
        }
        return open_record(Change, by=engineer, at=MONDAY, channel="portal", received_at=MONDAY, **(fields | more))

    return make


@pytest.fixture
def walk(drafted: Walk, engineer: Person, change_manager: Person, board_member: Person, implementer: Person) -> Walk:
    """Lead a change to one of its states on the usual way; ``inputs`` go to the request for change."""

    def to(state: str, **inputs: Any) -> Any:
        record = drafted()
        given = {name: inputs[name] for name in inputs if name not in ("outcome",)}
        approve = {
            "implementer": implementer,
            "test_result": "通過",
            "communication_plan": "公告",
            "backout_plan": "還原參數 (3)",
        }
        ended = WINDOW["window_start"] + HOUR
        steps: list[tuple[str, Person, dict[str, Any], Any]] = [
            ("submit", engineer, RFC | given, MONDAY),
            ("begin_assessment", change_manager, {"assessor": engineer}, MONDAY),
            ("classify_minor", change_manager, assessment(), MONDAY),
            ("approve_implementation", change_manager, approve | WINDOW, MONDAY),
            ("start_implementation", implementer, {"actual_start": WINDOW["window_start"]}, WINDOW["window_start"]),
            ("complete_implementation", implementer, {"actual_end": ended, "outcome": inputs.get("outcome", "successful")}, ended),
            ("close", change_manager, REVIEW, ended + HOUR),
        ]  # fmt: skip
        for name, by, told, at in steps:
            if record.state == state:
                break
            record = perform(record, name, by=by, at=at, **told)
        assert record.state == state
        return record

    return to


@pytest.fixture
def emergency(drafted: Walk, engineer: Person, implementer: Person, board_member: Person) -> Walk:
    """Lead an emergency change to one of its states."""

    def to(state: str, **inputs: Any) -> Any:
        record = drafted()
        steps: list[tuple[str, Person, dict[str, Any], Any]] = [
            ("submit_emergency", engineer, EMERGENCY | {"implementer": implementer} | inputs, MONDAY),
            ("authorize_emergency", board_member, {"authoriser": board_member, "auth_channel": "tap"}, MONDAY),
            ("complete_emergency", implementer,
             {"actual_start": MONDAY, "actual_end": MONDAY + HOUR, "outcome": "successful"}, MONDAY + HOUR),
            ("complete_retro_forms", implementer, RFC | {"test_result": "通過"}, MONDAY + 2 * HOUR),
        ]  # fmt: skip
        for name, by, told, at in steps:
            if record.state == state:
                break
            record = perform(record, name, by=by, at=at, **told)
        assert record.state == state
        return record

    return to

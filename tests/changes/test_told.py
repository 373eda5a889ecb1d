"""Who is told of each step of a change: the right people, once, in their language, with an address that opens."""

from collections.abc import Callable
from typing import Any

import pytest

from itsm.people.models import Person
from itsm.records.links import link
from itsm.records.models import LinkKind
from itsm.records.perform import open_record
from problems.models import Problem
from tests.changes.conftest import HOUR, REVIEW, RFC, WINDOW, Walk
from tests.fixtures import MONDAY
from tests.notices import told
from tests.notices.told import Row, row

pytestmark = pytest.mark.django_db
APPROVED = {
    "implementer": "@implementer",
    "test_result": "通過",
    "communication_plan": "公告",
    "backout_plan": "還原",
} | WINDOW
START = WINDOW["window_start"]
USUAL = (
    row("draft", "submit", "engineer", {"change_submitted": "changes"}, **RFC),
    row("draft", "withdraw", "engineer", {}, reason="不做了"),
    row("submitted", "begin_assessment", "change_manager", {"assessment_given": "engineer"}, assessor="@engineer"),
    row("submitted", "return_to_requester", "change_manager", {"change_returned": "engineer"}, reason="缺回復計畫"),
    row("submitted", "withdraw", "engineer", {"change_withdrawn": "changes"}, reason="不做了"),
    row("implementation_review", "approve_implementation", "change_manager", {"change_scheduled": "engineer hands owner"}, **APPROVED),
    row("implementation_review", "reject_implementation", "change_manager", {"change_refused": "engineer"}, reason="風險過高"),
    row("scheduled", "reschedule", "implementer", {"change_rescheduled": "engineer changes owner"}, reason="撞期"),
    row("scheduled", "withdraw", "change_manager", {"cancelled": "engineer", "change_withdrawn": "hands owner"}, reason="撤案"),
    row("implementing", "complete_implementation", "implementer", {"change_carried_out": "changes engineer"},
        actual_end=START + HOUR, outcome="successful"),
    row("implementing", "back_out", "implementer", {"change_backed_out": "changes engineer owner"},
        reason="失敗", restored="原參數"),
    row("post_review", "close", "change_manager", {"change_closed": "engineer hands"}, **REVIEW),
)  # fmt: skip
EMERGENCY = (
    row("emergency_authorization", "authorize_emergency", "board_member", {"emergency_authorised": "engineer hands"},
        authoriser="@board_member", auth_channel="tap"),
    row("emergency_authorization", "decline_emergency", "board_member", {"change_returned": "engineer"}, reason="不急"),
    row("emergency_implementing", "complete_emergency", "implementer", {"forms_owed": "engineer hands"}, but="forms_owed",
        actual_start=MONDAY, actual_end=MONDAY + HOUR, outcome="successful"),
    row("retro_documentation", "complete_retro_forms", "implementer", {"change_carried_out": "changes engineer"},
        test_result="通過", **RFC),
)  # fmt: skip


@pytest.mark.parametrize("line", USUAL, ids=str)
def test_the_steps_of_a_change(request: pytest.FixtureRequest, walk: Walk, line: Row) -> None:
    told.act(
        request,
        walk(line.state),
        line,
        at=START + 2 * HOUR if line.state in ("implementing", "post_review") else MONDAY,
    )


@pytest.mark.parametrize("line", EMERGENCY, ids=str)
def test_the_steps_of_an_emergency(
    request: pytest.FixtureRequest, emergency: Walk, change_manager: Person, line: Row
) -> None:
    told.act(request, emergency(line.state), line, at=MONDAY + 2 * HOUR)


def test_an_emergency_calls_who_may_authorise_it(
    request: pytest.FixtureRequest, emergency: Walk, drafted: Walk, change_manager: Person, board_member: Person
) -> None:
    from tests.changes.conftest import EMERGENCY as ASKED

    asked = row(
        "draft",
        "submit_emergency",
        "engineer",
        {"emergency_asked": "changes board"},
        implementer="@implementer",
        **ASKED,
    )

    told.act(request, drafted(), asked, at=MONDAY)


@pytest.fixture
def waiting(handler: Person, requester: Person, service: Any) -> Callable[[Any], Any]:
    """Let a problem in the hands of its handler wait for a change."""

    def make(change: Any) -> Any:
        made = open_record(
            Problem, by=handler, at=MONDAY, channel="portal", title="每週 502", description="重複", requester=requester, service=service,
            received_at=MONDAY, assignee=handler,
        )  # fmt: skip
        link(change, made, kind=LinkKind.FIXES_PROBLEM, by=None, at=MONDAY)
        return made

    return make


@pytest.mark.parametrize(
    "line",
    [
        row("implementation_review", "reject_implementation", "change_manager",
            {"change_refused": "engineer", "fix_refused": "handler"}, reason="風險過高"),
        row("post_review", "close", "change_manager", {"change_closed": "engineer hands", "fix_done": "handler"}, **REVIEW),
    ],
    ids=str,
)  # fmt: skip
def test_a_problem_that_waits_hears_how_the_change_ended(
    request: pytest.FixtureRequest, walk: Walk, waiting: Any, line: Row
) -> None:
    change = walk(line.state)
    waiting(change)

    told.act(request, change, line, at=START + 2 * HOUR)


def test_a_broken_glass_is_told_to_the_board_and_the_management(
    request: pytest.FixtureRequest, emergency: Walk, management: Person, change_manager: Person
) -> None:
    line = row("emergency_authorization", "authorize_emergency", "change_manager",
               {"emergency_authorised": "engineer hands", "break_glass_used": "board above"},
               authoriser="@change_manager", auth_channel="tap", break_glass=True, reason="委員不在")  # fmt: skip

    told.act(request, emergency(line.state), line, at=MONDAY)

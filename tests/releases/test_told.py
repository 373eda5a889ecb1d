"""Who is told of each step of a release and of its targets: the right people, once, in their language, with an address."""

from datetime import timedelta
from typing import Any

import pytest

from itsm.people.models import Person
from itsm.records.perform import perform
from tests.fixtures import MONDAY
from tests.notices import told
from tests.notices.told import Row, row
from tests.releases.conftest import HOUR, PLAN, Walk

pytestmark = pytest.mark.django_db
BEGAN = MONDAY + 2 * HOUR
APPROVED: dict[str, Any] = {
    "planned_at": BEGAN, "planned_end": MONDAY + 6 * HOUR, "method": "phased", "deliverables": "安裝包", "implementer": "@installer",
    "rollback_plan": "還原映像", "rollback_tested": True,
}  # fmt: skip
STEPS = (
    row("draft", "request_release", "engineer", {"release_requested": "releases"}, change="@change", **PLAN),
    row("building", "submit_for_review", "engineer", {"release_to_review": "releases"}, acceptance_record="全部通過"),
    row("implementation_review", "return_release", "release_manager", {"release_returned": "engineer"}, reason="缺測試"),
    row("implementation_review", "approve_release", "release_manager", {"release_approved": "engineer installer agent"}, **APPROVED),
    row("implementation_review", "reject_release", "release_manager",
        {"release_refused": "engineer installer", "release_returned": "engineer"}, reason="時程衝突"),
    row("deploying", "roll_back", "installer",
        {"release_rolled_back": "engineer releases agent", "change_backed_out": "changes engineer owner"}, reason="登入失敗"),
)  # fmt: skip


@pytest.mark.parametrize("line", STEPS, ids=str)
def test_the_steps_of_a_release(
    request: pytest.FixtureRequest, walk: Walk, release: Any, agent: Person, line: Row
) -> None:
    record = (
        release if line.state == "draft" else walk("implementation_review" if line.state == "building" else line.state)
    )
    if line.state == "building":
        record = perform(
            record, "return_release", by=request.getfixturevalue("release_manager"), at=MONDAY, reason="再測"
        )

    told.act(request, record, line, at=BEGAN if line.state == "deploying" else MONDAY)


def test_a_finished_deployment_is_told_to_owner_requester_and_desk(
    request: pytest.FixtureRequest, walk: Walk, installer: Person, agent: Person
) -> None:
    record = walk("deploying")
    for target in record.deployments.order_by("wave", "pk"):
        target = perform(target, "begin", by=installer, at=BEGAN)
        perform(target, "succeed", by=installer, at=BEGAN, version_put="3.2.0", evidence="畫面", downtime_minutes=3)
    line = row(
        "deploying",
        "complete_deployment",
        "installer",
        {"release_deployed": "engineer releases agent"},
        outcome="successful",
    )

    told.act(request, record, line, at=BEGAN + HOUR)


def test_a_failed_target_is_told_to_the_owner_of_releases(
    request: pytest.FixtureRequest, walk: Walk, installer: Person
) -> None:
    target = walk("deploying").deployments.order_by("wave", "pk").first()
    target = perform(target, "begin", by=installer, at=BEGAN)
    line = row("in_progress", "fail", "installer", {"target_failed": "releases"}, error="安裝包毀損")

    told.act(request, target, line, at=BEGAN + timedelta(minutes=5))

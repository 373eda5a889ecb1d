"""What tests of releases share: their people, a scheduled change, and a release led to each of its states."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from catalogue.models import Service
from changes.models import Change
from itsm.people.models import Person
from itsm.records.links import link
from itsm.records.models import LinkKind
from itsm.records.perform import open_record, perform
from releases import services
from releases.models import Release
from tests.changes.test_journeys import RFC, WINDOW, assessment
from tests.fixtures import MONDAY, make_person

HOUR = timedelta(hours=1)
PLAN: dict[str, Any] = {
    "release_type": "minor", "label": "3.2.0", "contents": "公文主程式: 3.1.4 -> 3.2.0", "targets": "測試: AP-T\n正式: AP-1, AP-2",
    "planned_at": MONDAY + 2 * HOUR, "planned_end": MONDAY + 6 * HOUR, "method": "phased", "criteria": "簽核 100 件無錯誤\n登入正常",
    "rollback_plan": "還原映像", "fixes": "無",
}  # fmt: skip
REVIEW: dict[str, Any] = {
    "success": "yes", "incidents_note": "無", "customer_effect": "無", "lessons": "順利", "pir_next": "無",
}  # fmt: skip


@pytest.fixture
def change_manager(db: None) -> Person:
    """The owner of changes."""
    return make_person("changes", "change_manager", name="黃變更")


@pytest.fixture
def release_manager(db: None) -> Person:
    """The owner of releases."""
    return make_person("releases", "release_manager", name="高發行")


@pytest.fixture
def installer(handler: Person) -> Person:
    """Somebody who carries out changes and releases."""
    return make_person("installer", "change_implementer", "release_implementer", name="郭部署")


@pytest.fixture
def affected() -> list[Any]:
    """What the change affects: nothing, unless a test says so."""
    return []


@pytest.fixture
def change(engineer: Person, service: Service, change_manager: Person, installer: Person, affected: list[Any]) -> Any:
    """A minor change, scheduled from Monday noon for two hours."""
    made = open_record(
        Change, by=engineer, at=MONDAY, channel="portal", title="升級公文主程式", description="3.2.0", requester=engineer,
        service=service, received_at=MONDAY,
    )  # fmt: skip
    for item in affected:
        link(made, item, kind=LinkKind.AFFECTS, by=engineer, at=MONDAY)
    made = perform(made, "submit", by=engineer, at=MONDAY, **RFC)
    made = perform(made, "begin_assessment", by=change_manager, at=MONDAY, assessor=engineer)
    made = perform(made, "classify_minor", by=change_manager, at=MONDAY, **assessment())
    return perform(
        made, "approve_implementation", by=change_manager, at=MONDAY, implementer=installer, test_result="通過", **WINDOW,
        communication_plan="公告", backout_plan="還原參數",
    )  # fmt: skip


@pytest.fixture
def release(engineer: Person, service: Service) -> Any:
    """A release that an engineer drafts."""
    return open_record(
        Release, by=engineer, at=MONDAY, channel="portal", title="公文系統 3.2.0", description="改善簽核", requester=engineer,
        service=service, received_at=MONDAY,
    )  # fmt: skip


Walk = Callable[..., Any]


@pytest.fixture
def walk(
    release: Any, change: Any, engineer: Person, release_manager: Person, installer: Person, agent: Person
) -> Walk:
    """Lead the release to a state along the usual way."""

    def to(state: str, *, at: datetime = MONDAY, **plan: Any) -> Any:
        began = at + 2 * HOUR
        given = PLAN | {"change": change, "planned_at": began, "planned_end": at + 6 * HOUR} | plan
        steps: list[tuple[str, str, Person, datetime, dict[str, Any]]] = [
            ("requested", "request_release", engineer, at, given),
            ("building", "start_build", release_manager, at, {"test_environment": "TEST-1"}),
            ("implementation_review", "submit_for_review", engineer, at, {"acceptance_record": "全部通過"}),
            ("approved", "approve_release", release_manager, at, {
                "planned_at": began, "planned_end": at + 6 * HOUR, "method": "phased", "deliverables": "安裝包", "implementer": installer,
                "rollback_plan": "還原映像", "rollback_tested": True,
            }),
            ("deploying", "start_deployment", installer, began, {}),
        ]  # fmt: skip
        record = release
        for reached, name, by, when, inputs in steps:
            if reached == "implementation_review":
                for row in record.criteria.all():
                    services.sign(record, row.pk, result="passed", evidence="報告", by=agent, at=when)
            if reached == "deploying":  # the change's own start starts it
                perform(change, "start_implementation", by=installer, at=began, actual_start=began)
                record = Release.objects.get(pk=record.pk)
            else:
                record = perform(record, name, by=by, at=when, **inputs)
            if reached == state:
                break
        assert record.state == state
        return record

    return to


def deployed(release: Any, by: Person, *, at: datetime) -> Any:
    """Carry out every deployment, wave by wave."""
    for row in release.deployments.order_by("wave", "pk"):
        row = perform(row, "begin", by=by, at=at)
        perform(row, "succeed", by=by, at=at, version_put="3.2.0", evidence="畫面", downtime_minutes=3)
    return perform(release, "complete_deployment", by=by, at=at, outcome="successful")

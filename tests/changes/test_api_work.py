"""What a change affects, its baseline and the incidents that it caused, over REST: the whole way without a page."""

from typing import Any

import pytest

from changes.models import Change
from configuration.models import ConfigurationItem
from incidents import services as incidents
from itsm.people.models import Person
from itsm.records.links import linked
from itsm.records.models import LinkKind
from itsm.records.perform import perform
from tests.api.conftest import Caller
from tests.api.conftest import caller as caller
from tests.changes.conftest import HOUR, RFC, WINDOW, Walk
from tests.configuration.conftest import change, config_manager, draft_change, grounds, make  # noqa: F401  # fixtures
from tests.fixtures import MONDAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def item(make: Any) -> ConfigurationItem:  # noqa: F811  # the fixture
    """A server that is recorded."""
    made: ConfigurationItem = make("server", "AP-2")
    return made


def address(record: Any, act: str) -> str:
    return f"/api/v1/changes/{record.number}/{act}"


def test_a_draft_is_told_what_it_affects(drafted: Walk, item: Any, engineer: Person, caller: Caller) -> None:
    record = drafted()
    client = caller(engineer)

    put = client.put(
        address(record, "scope"), {"configuration_items": [item.number], "services": [record.service.code]}
    )
    again = client.put(address(record, "scope"), {"services": []})
    stale = client.put(address(record, "scope"), {"services": []}, headers={"If-Match": '"1-old"'})

    assert (put.status_code, stale.status_code) == (200, 412)
    assert [row["number"] for row in put.json()["configuration_items"]] == [item.number]
    assert put.json()["services"] == [record.service.code]
    assert [row["number"] for row in again.json()["configuration_items"]] == [item.number]
    assert client.get(address(record, "scope")).json() == again.json() | {"services": []}


def test_what_is_not_there_is_named_and_nothing_is_altered(
    drafted: Walk, item: Any, engineer: Person, handler: Person, caller: Caller
) -> None:
    record = drafted()

    wrong = caller(engineer).put(address(record, "scope"), {"configuration_items": [item.number, "CI-000000-00000"]})
    other = caller(handler).put(address(record, "scope"), {"configuration_items": [item.number]})

    assert wrong.status_code == 422
    assert "CI-000000-00000" in wrong.content.decode()
    assert other.status_code in (403, 404)
    assert not linked(record, kind=LinkKind.AFFECTS)


def test_the_baseline_is_taken_and_the_work_may_begin(
    walk: Walk, item: Any, engineer: Person, change_manager: Person, implementer: Person, caller: Caller
) -> None:
    record = walk("implementation_review")
    assert caller(engineer).put(address(record, "scope"), {"configuration_items": [item.number]}).status_code == 200
    record = perform(
        Change.objects.get(pk=record.pk), "approve_implementation", by=change_manager, at=MONDAY, implementer=implementer,
        test_result="通過", communication_plan=RFC["communication_plan"], backout_plan=RFC["backout_plan"], **WINDOW,
    )  # fmt: skip

    taken = caller(implementer).post(address(record, "baseline"), {})

    assert (taken.status_code, taken.json()["count"]) == (200, 1)
    at = WINDOW["window_start"]
    assert perform(record, "start_implementation", by=implementer, at=at, actual_start=at).state == "implementing"


def test_a_scheduled_change_keeps_its_scope(walk: Walk, item: Any, engineer: Person, caller: Caller) -> None:
    refused = caller(engineer).put(address(walk("scheduled"), "scope"), {"configuration_items": [item.number]})

    assert refused.status_code == 422


def test_an_incident_is_noted_as_caused(walk: Walk, change_manager: Person, requester: Person, caller: Caller) -> None:
    record = walk("post_review")
    case = incidents.raise_incident(by=requester, requester=requester, title="無法登入", at=record.actual_end + HOUR)
    client = caller(change_manager)

    noted = client.post(address(record, "caused-incidents"), {"incident": case.number})
    missing = client.post(address(record, "caused-incidents"), {"incident": "INC-202611-09999"})

    assert (noted.status_code, missing.status_code) == (204, 422)
    assert [row.pk for row in linked(case, kind=LinkKind.CAUSED_BY_CHANGE).records] == [record.pk]

"""A change and the configuration data: kept before the work begins, answered for item by item before it is closed."""

from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from changes import services
from changes.models import Change
from configuration.models import ConfigurationItem
from itsm.people.models import Person
from itsm.records.perform import perform
from itsm.records.refusals import NotAllowed, Objected
from tests.changes.conftest import HOUR, REVIEW, RFC, WINDOW, Walk
from tests.configuration.conftest import change, config_manager, draft_change, grounds, make  # noqa: F401  # fixtures
from tests.fixtures import MONDAY

pytestmark = pytest.mark.django_db


def said(name: str, record: Any, by: Person, at: Any, **inputs: Any) -> str:
    """Give the sentences that refuse a move."""
    with translation.override("en"), pytest.raises(Objected) as refusal:
        perform(record, name, by=by, at=at, **inputs)
    return str(refusal.value)


@pytest.fixture
def item(make: Any) -> ConfigurationItem:  # noqa: F811  # the fixture
    """A server that is recorded."""
    made: ConfigurationItem = make("server", "AP-2")
    return made


@pytest.fixture
def scheduled(
    walk: Walk, item: ConfigurationItem, engineer: Person, change_manager: Person, implementer: Person
) -> Any:
    """A change of that server, scheduled."""
    record = walk("implementation_review")
    services.set_scope(record, by=engineer, items=[item], at=MONDAY)
    return perform(
        record, "approve_implementation", by=change_manager, at=MONDAY, implementer=implementer, test_result="通過",
        communication_plan=RFC["communication_plan"], backout_plan=RFC["backout_plan"], **WINDOW,
    )  # fmt: skip


def test_the_work_begins_only_with_a_baseline(scheduled: Any, implementer: Person, handler: Person) -> None:
    at = WINDOW["window_start"]
    assert "Take the CI baseline first." in said("start_implementation", scheduled, implementer, at, actual_start=at)

    with pytest.raises(NotAllowed):
        services.take_baseline(scheduled, by=handler, at=at)
    services.take_baseline(scheduled, by=implementer, at=at)

    assert perform(scheduled, "start_implementation", by=implementer, at=at, actual_start=at).state == "implementing"


def test_each_item_is_answered_for_before_it_is_closed(
    scheduled: Any, implementer: Person, change_manager: Person, item: ConfigurationItem
) -> None:
    at = WINDOW["window_start"]
    services.take_baseline(scheduled, by=implementer, at=at)
    record = perform(scheduled, "start_implementation", by=implementer, at=at, actual_start=at)
    end = at + HOUR
    record = perform(record, "complete_implementation", by=implementer, at=end, actual_end=end, outcome="successful")

    assert "CMDB is not updated." in said("close", record, change_manager, end, **REVIEW, cmdb_note="好")
    client = Client()
    client.force_login(change_manager)
    page = client.get(f"/changes/{record.number}/pir/").content.decode()
    assert str(item.number) in page
    client.post(f"/changes/{record.number}/pir/unchanged/", {"item": item.number})

    assert perform(record, "close", by=change_manager, at=end, **REVIEW).state == "closed"
    assert Change.objects.get(pk=record.pk).outcome == "successful"


def test_a_template_for_other_classes_is_not_for_this_item(
    item: ConfigurationItem, drafted: Walk, engineer: Person, implementer: Person, template: Any
) -> None:
    record = drafted()
    services.set_scope(record, by=engineer, items=[item], at=MONDAY)
    template.ci_classes = ["ups"]
    template.save()
    given: dict[str, Any] = {"template": "pool", "implementer": implementer, **WINDOW}

    assert "No valid standard-change template." in said("submit_standard", record, engineer, MONDAY, **given)
    template.ci_classes = ["server"]
    template.save()
    assert perform(record, "submit_standard", by=engineer, at=MONDAY, **given).state == "scheduled"

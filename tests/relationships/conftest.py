"""What tests of relationships share: the owner of the process, and a complaint led to each of its states."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from catalogue.models import Service
from itsm.people.models import Person
from itsm.records.perform import perform
from relationships.complaints import raise_complaint
from tests.fixtures import MONDAY, make_person

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
Walk = Callable[..., Any]


@pytest.fixture
def relations(db: None) -> Person:
    """The owner of the process."""
    return make_person("relations", "brm", name="許關係")


@pytest.fixture
def top(db: None) -> Person:
    """The management representative."""
    return make_person("top", "management_rep", name="鄭代表")


@pytest.fixture
def complaint(requester: Person, service: Service, agent: Person) -> Any:
    """A complaint about a slow answer."""
    return raise_complaint(
        by=requester, complainant=requester, at=MONDAY, source="portal", title="等了三天沒有人回覆", description="打了兩次電話",
        service=service, wish="請說明原因",
    )  # fmt: skip


def registration(requester: Person, service: Service, owner: Person, **more: Any) -> dict[str, Any]:
    """Everything that registering asks for."""
    return {
        "nature": "timeliness", "service": service, "severity": "2", "requester": requester, "assignee": owner, "origin": "portal",
        **more,
    }  # fmt: skip


@pytest.fixture
def walk(complaint: Any, requester: Person, service: Service, agent: Person) -> Walk:
    """Lead the complaint to a state along the usual way, one hour for each step."""
    given: dict[str, tuple[Person, dict[str, Any]]] = {
        "register": (agent, registration(requester, service, agent)),
        "start_processing": (agent, {"plan": "調閱通話紀錄"}),
        "report_result": (agent, {"answer": "當日人力不足，致歉", "actions": "增派一名值班"}),
        "agree_to_close": (requester, {"confirmation": "portal"}),
    }
    way = ["submitted", "registered", "processing", "awaiting_consent", "closed"]

    def to(state: str, *, start: datetime = MONDAY) -> Any:
        record = complaint
        for number, name in enumerate(list(given)[: way.index(state)], 1):
            by, inputs = given[name]
            record = perform(record, name, by=by, at=start + number * HOUR, **inputs)
        assert record.state == state
        return record

    return to

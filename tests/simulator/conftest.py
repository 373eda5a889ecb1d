"""Closed incidents to walk, and who may do so."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from catalogue.models import Category, Service
from incidents import services
from itsm.people.models import Person
from itsm.records.perform import perform
from tests.fixtures import MONDAY, make_person


@pytest.fixture
def level_manager(db: None) -> Person:
    """The service level manager, who reads English."""
    person = make_person("levels", "slm", name="許等級")
    person.language = "en"
    person.save(update_fields=["language"])
    return person


@pytest.fixture
def settled(agent: Person, requester: Person, service: Service, category: Category) -> Callable[..., Any]:
    """Make incidents of P3 that were resolved after some hours and closed an hour later: settled(6)."""

    def make(hours: float, *, at: datetime = MONDAY, title: str = "x", by: Person = requester) -> Any:
        case = services.raise_incident(by=by, requester=by, title=title, service=service, at=at)
        given: dict[str, Any] = {"service": service, "category": category, "impact": "2", "urgency": "2"}
        case = perform(case, "classify", by=agent, at=at + timedelta(minutes=10), **given)
        case = perform(case, "assign_first_line", by=agent, at=at + timedelta(minutes=10), assignee=agent)
        end = at + timedelta(hours=hours)
        case = perform(case, "resolve", by=agent, at=end, resolution_code="fixed", resolution_note="x")
        return perform(case, "confirm_resolution", by=by, at=end + timedelta(hours=1), confirmation="portal")

    return make

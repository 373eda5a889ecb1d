"""Days with calls, months with a cost, and cases that were closed."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from django.db import connection

from incidents import services
from itsm.people.models import Person
from itsm.reporting.call_models import CallCount, DeskCost
from itsm.tickets.models import Ticket
from tests.fixtures import MONDAY, make_person

Count = Callable[..., CallCount]
Close = Callable[..., Any]


@pytest.fixture
def keeper(db: None) -> Person:
    """Who answers for the desk."""
    return make_person("keeper", "incident_manager", name="黃志明")


@pytest.fixture
def count(keeper: Person) -> Count:
    """Write the calls of a day down."""

    def made(day: date, offered: int, answered: int, soon: int, abandoned: int, line: str = "") -> CallCount:
        row: CallCount = CallCount.objects.create(
            day=day, line=line, offered=offered, answered=answered, answered_soon=soon, abandoned=abandoned,
            entered_by=keeper, entered_at=MONDAY,
        )  # fmt: skip
        return row

    return made


@pytest.fixture
def cost(keeper: Person) -> Callable[[date, int], DeskCost]:
    """Write the cost of a month down."""

    def made(month: date, amount: int) -> DeskCost:
        row: DeskCost = DeskCost.objects.create(month=month, amount=amount, entered_by=keeper, entered_at=MONDAY)
        return row

    return made


@pytest.fixture
def close(keeper: Person, service: Any) -> Close:
    """Have a case that was closed at an instant."""

    def made(at: datetime, state: str = "closed") -> Any:
        case = services.raise_incident(by=keeper, requester=keeper, title="印表機卡紙", service=service, at=at)
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('itsm.maintenance', 'a case of then', true)")
            Ticket.objects.filter(pk=case.pk).update(state=state, phase="done", closed_at=at)
            cursor.execute("SELECT set_config('itsm.maintenance', '', true)")
        return case

    return made

"""What the tests of availability share: people, instants of November 2026 in Taipei, and outages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from catalogue.models import Service
from itsm.hours.models import Calendar
from itsm.people.models import Person
from itsm.tickets.models import Outage
from tests.configuration.conftest import change as change
from tests.configuration.conftest import config_manager as config_manager
from tests.configuration.conftest import draft_change as draft_change
from tests.configuration.conftest import grounds as grounds
from tests.configuration.conftest import make as make
from tests.fixtures import make_person

TAIPEI = ZoneInfo("Asia/Taipei")


def taipei(month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    """Give an instant of 2026 as Taipei's clocks show it."""
    return datetime(2026, month, day, hour, minute, tzinfo=TAIPEI)


NOVEMBER, DECEMBER, LATER = taipei(11, 1), taipei(12, 1), taipei(12, 20, 10)


@pytest.fixture
def slm(db: None) -> Person:
    """The service level manager."""
    return make_person("slm", "slm", name="吳服務")


@pytest.fixture
def owner(service: Service) -> Any:
    """The owner of the service."""
    return service.owner


@pytest.fixture
def always(service: Service) -> Service:
    """The service, promised around the clock."""
    service.hours = Calendar.objects.with_current().get(code="always")
    service.save()
    return service


@pytest.fixture
def down(service: Service) -> Callable[..., Outage]:
    """Write an outage of the service down."""

    def write(start: datetime, end: datetime | None, **more: Any) -> Outage:
        return Outage.objects.create(service=service, started_at=start, ended_at=end, **more)

    return write

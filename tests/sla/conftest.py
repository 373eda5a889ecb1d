"""What the tests of clocks share: a reported fault, and moves with their times."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from catalogue.models import Category, Service
from incidents import services
from itsm.people.models import Person
from itsm.records.perform import perform
from tests.fixtures import MONDAY


@pytest.fixture
def outage(requester: Person, service: Service) -> Any:
    """A fault reported on Monday at 10:00."""
    return services.raise_incident(
        by=requester, requester=requester, title="公文系統無法登入", service=service, at=MONDAY
    )


@pytest.fixture
def grade(agent: Person, category: Category) -> Callable[..., Any]:
    """Classify an incident; impact and urgency 2 and 2 make it P3."""

    def classify(incident: Any, *, at: datetime, impact: str = "2", urgency: str = "2") -> Any:
        return perform(
            incident,
            "classify",
            by=agent,
            at=at,
            service=incident.service,
            category=category,
            impact=impact,
            urgency=urgency,
        )

    return classify

"""A fault that somebody reported, and what became of the messages about it."""

from datetime import timedelta
from typing import Any

import pytest

from catalogue.models import Category, Service
from incidents import services
from itsm.people.models import Person
from itsm.records.perform import perform
from tests.fixtures import MONDAY


@pytest.fixture
def outage(requester: Person, service: Service) -> Any:
    """A fault that a requester reported."""
    return services.raise_incident(
        by=requester, requester=requester, title="公文系統無法登入", service=service, at=MONDAY
    )


@pytest.fixture
def worked(outage: Any, agent: Person, category: Category) -> Any:
    """The same fault in the hands of the desk."""
    incident = perform(
        outage,
        "classify",
        by=agent,
        at=MONDAY + timedelta(minutes=5),
        service=outage.service,
        category=category,
        impact="2",
        urgency="2",
    )
    return perform(incident, "assign_first_line", by=agent, at=MONDAY + timedelta(minutes=6), assignee=agent)


@pytest.fixture
def resolved(worked: Any, agent: Person) -> Any:
    """The same fault, resolved and waiting for its requester's word."""
    return perform(
        worked,
        "resolve",
        by=agent,
        at=MONDAY + timedelta(minutes=30),
        resolution_code="fixed",
        resolution_note="已重啟服務",
    )

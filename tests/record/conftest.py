"""What tests of a case's page share: a reported, a worked and a resolved incident, and clients of people."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from catalogue.models import Category, Service
from incidents import services
from itsm.people.models import Person
from itsm.records.perform import perform

HTMX = {"HX-Request": "true"}


@pytest.fixture
def signed_in() -> Callable[[Person], Client]:
    """A browser in which somebody is signed in, reading English."""

    def make(person: Person, language: str = "en") -> Client:
        Person.objects.filter(pk=person.pk).update(language=language)
        client = Client()
        client.force_login(Person.objects.get(pk=person.pk))
        return client

    return make


@pytest.fixture
def desk_browser(signed_in: Callable[[Person], Client], agent: Person) -> Client:
    """The agent's browser."""
    return signed_in(agent)


@pytest.fixture
def reported(requester: Person, service: Service) -> Any:
    """An incident that nobody has judged yet."""
    return services.raise_incident(
        by=requester,
        requester=requester,
        title="公文系統無法登入",
        description="出現 **502**",
        service=service,
        at=timezone.now(),
    )


@pytest.fixture
def worked(reported: Any, agent: Person, category: Category) -> Any:
    """An incident that the agent works on."""
    made = perform(reported, "classify", by=agent, service=reported.service, category=category, impact="2", urgency="2")
    return perform(made, "assign_first_line", by=agent, assignee=agent)


@pytest.fixture
def resolved(worked: Any, agent: Person) -> Any:
    """An incident that waits for its requester."""
    return perform(worked, "resolve", by=agent, resolution_code="fixed", resolution_note="已重啟服務")

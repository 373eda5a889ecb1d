"""What tests of the desk's screens share: clean memories of tables and counts, and a few cases."""

from typing import Any

import pytest
from django.utils import timezone

from catalogue.models import Service
from incidents import services
from itsm.people.models import Person


@pytest.fixture
def report(requester: Person, service: Service) -> Any:
    """Make reported incidents: report("subject", **more)."""

    def make(title: str = "公文系統無法登入", **more: Any) -> Any:
        at = more.pop("at", timezone.now())
        who = more.pop("requester", requester)
        return services.raise_incident(by=who, requester=who, title=title, service=service, at=at, **more)

    return make


@pytest.fixture
def speak_english(agent: Person) -> Person:
    """The agent, who reads English."""
    agent.language = "en"
    agent.save()
    return agent

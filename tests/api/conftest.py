"""Programs that call the REST interface for people of the small world."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from rest_framework.test import APIClient

from catalogue.models import Category, Service
from incidents.services import raise_incident, raise_request
from itsm.api import tokens
from itsm.api.scopes import Scope
from itsm.people.models import Person

Caller = Callable[..., APIClient]


@pytest.fixture(autouse=True)
def _static_folder() -> None:
    """WhiteNoise warns when its folder is missing, as it is before static files are collected."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


@pytest.fixture
def caller(db: None) -> Caller:
    """Give a client that calls for a person with a token of some scopes (all of them if none are named)."""

    def make(person: Person, *scopes: Scope, language: str = "en") -> APIClient:
        now = timezone.now()
        _token, secret = tokens.issue(
            person, name="test", scopes=scopes or tuple(Scope), expires_at=now + timedelta(days=1), at=now
        )
        client = APIClient(HTTP_AUTHORIZATION=f"Bearer {secret}", HTTP_ACCEPT_LANGUAGE=language)
        client.default_format = "json"
        return client

    return make


@pytest.fixture
def outage(requester: Person, service: Service, monday: Any) -> Any:
    """A fault that a requester reported."""
    return raise_incident(
        by=requester, requester=requester, title="公文系統無法登入", description="畫面空白", service=service
    )


@pytest.fixture
def order(requester: Person, service: Service) -> Any:
    """A request in the requester's own words."""
    return raise_request(by=requester, requester=requester, title="需要一台螢幕", service=service)


@pytest.fixture
def classify(category: Category, service: Service) -> dict[str, Any]:
    """What classifying an incident asks for."""
    return {"service": service.code, "category": category.code, "impact": "2", "urgency": "2"}

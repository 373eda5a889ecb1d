"""Somebody who sets the desk up, and their browser."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from itsm.people.models import Person
from tests.fixtures import make_person


@pytest.fixture
def admin(db: None) -> Person:
    """An administrator."""
    return make_person("admin", is_staff=True, name="管理員", language="en")


@pytest.fixture
def signed_in(db: None) -> Callable[[Person], Client]:
    """Sign somebody in: signed_in(person)."""

    def sign_in(person: Person) -> Client:
        client = Client()
        client.force_login(person)
        return client

    return sign_in


@pytest.fixture
def browser(admin: Person, signed_in: Callable[[Person], Client]) -> Client:
    """The administrator's browser."""
    return signed_in(admin)


def sent(page: Any, **changes: Any) -> dict[str, Any]:
    """Give what a browser would send back from the form of ``page``, with ``changes``."""
    form = page.context["form"]
    values = {field.html_name: field.value() for field in form} | {"seen": page.context.get("seen", "")}
    kept = {name: value for name, value in values.items() if value is not None and value is not False}
    return {name: value for name, value in (kept | changes).items() if value is not None}

"""The list of pages that axe looks at is the whole list."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from itsm.people.models import Person
from tests.browser.pages import NO_PAGES, PAGES, named_routes

pytestmark = pytest.mark.django_db


def address(pattern: str) -> str:
    """Make an address of a route's pattern, with anything in the place of its parts."""
    plain = re.sub(r"\(\?P<\w+>([^)|]*)[^)]*\)", lambda part: "1" if "[" in part[1] else part[1], pattern.strip("^$"))
    return "/" + re.sub(r"<(\w+:)?(\w+)>", lambda part: "incidents" if part[2] == "section" else "1", plain)


def test_every_named_page_is_looked_at(client: Client, agent: Person) -> None:
    client.force_login(agent)

    left = [
        name
        for name, pattern in named_routes()
        if name not in PAGES and name not in NO_PAGES and client.get(address(pattern)).status_code != 405
    ]

    assert not left, "\n".join(left)


def test_nothing_is_listed_that_is_not_there() -> None:
    known = {name for name, _ in named_routes()}

    assert {name for name in [*PAGES, *NO_PAGES] if ":" in name and name not in known} == set()

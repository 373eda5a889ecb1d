"""Several people at their screens, each in a session of their own; what they choose, write and see."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.utils import timezone, translation
from playwright.sync_api import Page, expect

from itsm.people.models import Person
from tests.browser.conftest import Enter, Sight
from tests.browser.test_journey import put, stands, step


class Way(NamedTuple):
    """How a journey is played: the language of everybody, and whether their browsers run scripts."""

    language: str
    scripts: bool


class Stage:
    """Everybody who takes part; a person's first page opens their session, the others follow in it."""

    def __init__(self, enter: Enter, way: Way) -> None:
        """Let nobody be there yet."""
        self.enter, self.way = enter, way
        self.pages: dict[int, Page] = {}

    def at(self, person: Person, path: str) -> Page:
        """Open a page as ``person``."""
        page = self.pages.get(person.pk)
        if page is None:
            look = {"sight": Sight(self.way.language), "scripts": self.way.scripts}
            page = self.pages[person.pk] = self.enter(person, path, **look)
            return page
        page.goto("/".join(page.url.split("/")[:3]) + path)
        return page

    def word(self, model: Any, state: str) -> str:
        """Give the word of a state as everybody here reads it."""
        found = next(flow.states[state] for flow in model.flows if state in flow.states)
        with translation.override(self.way.language):
            return str(found.label)

    def does(self, person: Person, path: str, name: str, becomes: tuple[Any, str], **given: str) -> Page:
        """Let ``person`` make a move on the page at ``path``, and see the state that it leads to."""
        page = self.at(person, path)
        step(page, name, **given)
        stands(page, self.word(*becomes))
        return page


def written(page: Page, before: str, given: dict[str, str]) -> None:
    """Fill in the fields whose ids begin with ``before``."""
    for name, value in given.items():
        put(page.locator(f"#{before}{name}"), value)


def number_of(page: Page, section: str) -> str:
    """Give the number of the first record of ``section`` that the page leads to."""
    links = page.locator(f'main a[href^="/{section}/"]')
    expect(links.first).to_be_attached()
    found = (re.match(rf"/{section}/([A-Z]+-[\d-]+)/", link.get_attribute("href") or "") for link in links.all())
    return next(match[1] for match in found if match)


def moment(at: datetime | None = None, **later: float) -> str:
    """Write a time as the browser's field takes it, from now where nothing else is said."""
    return (timezone.localtime(at) + timedelta(**later)).strftime("%Y-%m-%dT%H:%M")


def day(**later: float) -> str:
    """Write a date so much later than today."""
    return (timezone.localdate() + timedelta(**later)).isoformat()

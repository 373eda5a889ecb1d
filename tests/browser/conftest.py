"""People in their browsers, and a house in which something of everything has happened."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page

from catalogue.models import Category, RequestItem, Service
from incidents import services
from itsm.people.models import Organisation, Person, Team
from itsm.records.perform import perform
from itsm.tickets import comments
from tests.browser_fixtures import Open
from tests.fixtures import make_person


class Sight(NamedTuple):
    """How a page is looked at."""

    language: str = "en"
    theme: str = "light"
    width: int = 1440


SIGHTS = [
    Sight(language, theme, width)
    for language in ("zh-hant", "en")
    for theme in ("light", "dark")
    for width in (1440, 390)
]
USUAL = Sight()
Enter = Callable[..., Page]


@pytest.fixture
def enter(visit: Open) -> Enter:
    """Sign somebody in and open a page: enter(agent, "/desk/", Sight("en")); without a person nobody is signed in."""

    def go(person: Person | None, path: str, sight: Sight = USUAL, **more: Any) -> Page:
        session = ""
        if person is not None:
            client = Client()
            client.force_login(person)
            session = client.cookies["sessionid"].value
            look_as(person, sight)
        return visit(path, session=session, **sight._asdict(), **more)

    return go


def look_as(person: Person, sight: Sight) -> None:
    """Let the person's own choices be those of the sight: they win over cookies."""
    Person.objects.filter(pk=person.pk).update(language=sight.language, theme=sight.theme)


def look_again(page: Page, path: str, sight: Sight, *, person: Person | None) -> None:
    """Open another page in the same browser, perhaps in another language, theme and width."""
    if person is not None:
        look_as(person, sight)
    address = "/".join(page.url.split("/")[:3])
    cookies = {"django_language": sight.language, "theme": sight.theme}
    page.context.add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies.items()])
    page.set_viewport_size({"width": sight.width, "height": 900})
    page.goto(address + path)


@pytest.fixture
def administrator(db: None) -> Person:
    """Somebody who may change settings and read everything."""
    return make_person("root", "admin", "agent", name="張管理", is_staff=True, is_superuser=True)


class House(NamedTuple):
    """Numbers of cases by what has become of them."""

    reported: str
    worked: str
    resolved: str
    ordered: str
    major: str


@pytest.fixture
def house(
    requester: Person, agent: Person, engineer: Person, incident_manager: Person, unit: Organisation, network_team: Team,
    service: Service, category: Category, mailbox_item: RequestItem, password_item: RequestItem,
) -> House:  # fmt: skip
    """A reported, a worked, a resolved and a major incident, and an order that waits for approval."""
    words = ["公文系統無法登入", "The printer on floor 3 jams", "網路很慢", "Mail does not arrive"]
    reported, worked, resolved, major = (_reported(requester, service, title) for title in words)
    for case in (worked, resolved, major):
        _worked(case, agent, category)
    comments.reply(worked, body="請問錯誤訊息是什麼？\n\n- 時間\n- `代碼`", by=agent)
    comments.reply(worked, body="代碼 **502**，https://example.org", by=requester)
    comments.note(worked, body="Looks like the gateway again.", by=agent)
    perform(worked, "escalate_second_line", by=agent, team=network_team, note="已重啟，無效")
    perform(resolved, "resolve", by=agent, resolution_code="fixed", resolution_note="已重啟服務")
    perform(
        major, "declare_major", by=incident_manager, criterion="critical_down", lead=incident_manager, comms_owner=agent,
        next_update_at=timezone.now() + timedelta(minutes=20), war_room="https://meet.example.org/room",
    )  # fmt: skip
    ordered = services.raise_request(by=requester, requester=requester, item=mailbox_item, category=category)
    return House(*(str(case.number) for case in (reported, worked, resolved, ordered, major)))


def _reported(requester: Person, service: Service, title: str) -> Any:
    return services.raise_incident(
        by=requester, requester=requester, title=title, description="從今天早上開始。", service=service
    )


def _worked(case: Any, agent: Person, category: Category) -> None:
    perform(case, "classify", by=agent, service=case.service, category=category, impact="2", urgency="2")
    perform(case, "assign_first_line", by=agent, assignee=agent)

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
from itsm.records.links import link
from itsm.records.models import LinkKind
from itsm.records.perform import open_record, perform
from itsm.tickets import comments
from problems.models import Problem, Proposal
from tests.browser.changing import changed
from tests.browser.offering import offered
from tests.browser.releasing import released
from tests.browser.simulating import simulated
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


@pytest.fixture
def change_manager(db: None) -> Person:
    """The owner of the change process."""
    return make_person("changes", "change_manager", name="黃變更")


@pytest.fixture
def chair(db: None) -> Person:
    """Who chairs the board of changes."""
    return make_person("chair", "cab", name="吳主席")


@pytest.fixture
def keeper(db: None) -> Person:
    """Who keeps the registers of suppliers and customers, and owns complaints."""
    return make_person("keeper", "slm", "brm", name="許關係")


@pytest.fixture
def implementer(db: None) -> Person:
    """Somebody who carries changes out."""
    return make_person("hands", "change_implementer", name="鄭執行")


@pytest.fixture
def brm(db: None) -> Person:
    """The owner of the relationship process."""
    return make_person("brm", "brm", "review_board", name="孫雅婷")


@pytest.fixture
def storekeeper(db: None) -> Person:
    """Who keeps the configuration data."""
    return make_person("store", "config_manager", name="蔡組態")


class House(NamedTuple):
    """Numbers of cases by what has become of them."""

    reported: str
    worked: str
    resolved: str
    ordered: str
    major: str
    problem: str
    known: str
    change: str
    draft: str
    transition: str
    criterion: str
    check: str
    release: str
    deployment: str
    signed: str
    freeze: str
    maintained: str
    simulation: str


@pytest.fixture
def house(
    requester: Person, agent: Person, engineer: Person, incident_manager: Person, unit: Organisation, network_team: Team,
    service: Service, category: Category, mailbox_item: RequestItem, password_item: RequestItem, problem_manager: Person, handler: Person,
    change_manager: Person, implementer: Person, keeper: Person,
) -> House:  # fmt: skip
    """A reported, a worked, a resolved and a major incident, an order that waits for approval, a problem with its known error."""
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
    problem, known = _understood(worked, requester, service, problem_manager, handler, category)
    change, draft = changed(engineer, change_manager, implementer, service)
    cases = (reported, worked, resolved, ordered, major, problem, known, change, draft)
    numbers = (str(case.number) for case in cases)
    more = (*offered(service, mailbox_item, keeper), *released(engineer, change), simulated(keeper))
    return House._make([*numbers, *more])


def _understood(
    incident: Any, requester: Person, service: Service, manager: Person, lead: Person, category: Category
) -> tuple[Any, Any]:
    """Lead the problem behind an incident to a workaround; a round of analysis was needed."""
    case = open_record(
        Problem, by=None, channel="portal", origin="trend", title=incident.title, requester=requester, service=service,
        received_at=timezone.now(),
    )  # fmt: skip
    link(incident, case, kind=LinkKind.ESCALATED_TO_PROBLEM, by=None, at=timezone.now())
    ahead = timezone.localdate() + timedelta(days=9)
    case = perform(case, "confirm_problem", by=manager)
    case = perform(
        case, "classify", by=manager, category=category, impact="2", urgency="2", assignee=lead, cause_due_on=ahead,
        solution_due_on=ahead,
    )  # fmt: skip
    case = perform(
        case, "log_analysis_round", by=lead, hypotheses="Paper: no", next_step="Look at the rollers",
        whys="It jams\nThe roller slips", fishbone="machine: worn roller",
    )  # fmt: skip
    case = perform(
        case, "propose_root_cause", by=lead, root_cause="Worn roller", rc_method="5why", rc_evidence="Photo",
        causal_component="PRN-3",
    )  # fmt: skip
    case = perform(case, "accept_root_cause", by=manager)
    case = perform(case, "seek_solution", by=lead)
    case = perform(
        case, "establish_workaround", by=lead, workaround="Use tray 2.", workaround_applies="Tray 1 jams",
        workaround_risk="None", workaround_tested_by=lead,
    )  # fmt: skip
    made = Proposal.objects.create(
        rule="component", title="Toner leaks", service=service, component="PRN-4", made_at=timezone.now()
    )
    made.evidence.set([incident.pk])
    return case, case.known_errors.get()


def _reported(requester: Person, service: Service, title: str) -> Any:
    return services.raise_incident(
        by=requester, requester=requester, title=title, description="從今天早上開始。", service=service
    )


def _worked(case: Any, agent: Person, category: Category) -> None:
    perform(case, "classify", by=agent, service=case.service, category=category, impact="2", urgency="2")
    perform(case, "assign_first_line", by=agent, assignee=agent)

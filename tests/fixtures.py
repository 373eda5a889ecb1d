"""The small world that tests live in: one unit, a desk, a second line, a few people, one service."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.cache import cache

from catalogue.models import Category, RequestItem, Service
from itsm.hours.models import Calendar
from itsm.people.models import Organisation, Person, RoleGrant, Team

#: Monday 2026-11-23 10:00 in Taipei: the desk is open.
MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def make_person(username: str, *roles: str, **fields: Any) -> Person:
    """Make an active person with ``roles`` for every process."""
    person = Person(
        username=username, name=fields.pop("name", username.title()), email=f"{username}@example.org", **fields
    )
    person.set_unusable_password()
    person.save()
    RoleGrant.objects.bulk_create(RoleGrant(person=person, role=role) for role in roles)
    return person


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    """Forget what a process remembers between pages: another test has other rows."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def monday() -> datetime:
    """An instant at which the desk is open."""
    return MONDAY


@pytest.fixture
def unit(db: None) -> Organisation:
    """A unit with a lead."""
    made = Organisation.objects.create(code="library", name_zh="圖書館", name_en="Library")
    made.lead = make_person("head", unit=made, name="周主任")
    made.save()
    return made


@pytest.fixture
def requester(unit: Organisation) -> Person:
    """Somebody who asks for help."""
    return make_person("requester", unit=unit, name="王小明")


@pytest.fixture
def other_requester(db: None) -> Person:
    """Somebody of another unit."""
    elsewhere = Organisation.objects.create(code="physics", name_zh="物理系", name_en="Physics")
    return make_person("stranger", unit=elsewhere, name="陳大文")


@pytest.fixture
def desk(db: None) -> Team:
    """The desk's team."""
    return Team.objects.create(code="desk", name_zh="服務台", name_en="Service desk", tier=1)


@pytest.fixture
def network_team(db: None) -> Team:
    """A second-line team."""
    return Team.objects.create(code="network", name_zh="網路組", name_en="Network", tier=2)


@pytest.fixture
def agent(desk: Team) -> Person:
    """Somebody of the service desk."""
    person = make_person("agent", "agent", name="林怡君")
    desk.members.add(person)
    return person


@pytest.fixture
def engineer(network_team: Team) -> Person:
    """Somebody of the second line."""
    person = make_person("engineer", "engineer", name="陳柏宇")
    network_team.members.add(person)
    return person


@pytest.fixture
def incident_manager(db: None) -> Person:
    """The owner of the incident process."""
    return make_person("manager", "incident_manager", name="黃志明")


@pytest.fixture
def problem_manager(db: None) -> Person:
    """The owner of the problem process."""
    return make_person("problems", "problem_manager", name="黃問題")


@pytest.fixture
def handler(network_team: Team) -> Person:
    """A problem lead of the second line."""
    person = make_person("handler", "engineer", "problem_handler", name="劉分析")
    network_team.members.add(person)
    return person


@pytest.fixture
def service(desk: Team, network_team: Team) -> Service:
    """A live service."""
    owner = make_person("owner", "service_owner", name="李組長")
    return Service.objects.create(
        code="documents", name_zh="電子公文資訊服務", name_en="Electronic documents", hours=Calendar.objects.get(code="taiwan-office"),
        support_team=desk, second_line_team=network_team, owner=owner, criticality=2,
    )  # fmt: skip


@pytest.fixture
def category(db: None) -> Category:
    """What a case is about."""
    return Category.objects.create(code="login", name_zh="登入", name_en="Sign-in")


@pytest.fixture
def mailbox_item(service: Service) -> RequestItem:
    """An item that the lead of the unit must approve."""
    return RequestItem.objects.create(
        code="mailbox", service=service, name_zh="申請信箱", name_en="New mailbox", target_seconds=8 * 3600, approval="unit_lead",
        tasks=[["建立帳號", "Create the account"]],
    )  # fmt: skip


@pytest.fixture
def password_item(service: Service) -> RequestItem:
    """An item that needs no approval."""
    return RequestItem.objects.create(
        code="password", service=service, name_zh="重設密碼", name_en="Reset a password", target_seconds=4 * 3600
    )

"""Schemathesis over the whole document: no 5xx and no breach of what the document promises."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.conf import settings as site
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection, transaction
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, settings

from catalogue.models import Category, RequestItem, Service
from incidents.services import raise_incident, raise_request
from itsm.api import tokens
from itsm.api.scopes import Scope
from itsm.hours.models import Calendar
from itsm.people.models import Organisation, Person, Team
from itsm.records.perform import perform
from itsm.wsgi import application
from tests.fixtures import MONDAY, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
KNOWN = {
    "number": ["INC-202611-00001", "INC-202611-00002", "INC-202611-00003", "SR-202611-00001", "SR-202611-00002"],
    "service": ["documents"],
    "category": ["login"],
    "team": ["desk", "network"],
    "assignee": ["agent", "engineer"],
    "requester": ["requester", "agent"],
    "item": ["password", "mailbox"],
    "request_item": ["password", "mailbox"],
    "hold_reason": ["awaiting_user", "awaiting_supplier"],
}
OF_BODIES = ("service", "category", "team", "assignee", "requester", "item", "request_item", "hold_reason")
#: Damaged requests come from the coverage phase, one of each kind; these are sound ones, to get far inside.
FUZZING = {"generation": {"mode": "positive", "max-examples": 8}}
CONFIG: dict[str, Any] = {
    "dictionaries": {name: {"values": values} for name, values in KNOWN.items()},
    "parameters": {
        "path.number": {"dictionary": "number", "probability": 0.9},
        **{f"query.{name}": {"dictionary": name, "probability": 0.5} for name in ("service", "category", "team", "assignee")},
        **{f"body.{name}": {"dictionary": name, "probability": 0.8} for name in OF_BODIES},
    },
    "generation": {"max-examples": 4, "deterministic": True, "no-shrink": True, "database": "none"},
    "phases": {"fuzzing": FUZZING},
    "checks": {
        # what the document cannot say (a guard, a state, a date that lies behind) is answered 409, 412 or 422
        "positive_data_acceptance": {"expected-statuses": ["2xx", "3xx", "400", "401", "403", "404", "409", "412", "422"]},
        "negative_data_rejection": {
            "expected-statuses": ["400", "401", "403", "404", "405", "409", "412", "413", "415", "422", "428"]
        },
        "missing_required_header": {"expected-statuses": ["400", "401", "403", "404", "428"]},
    },
}  # fmt: skip
QUICK = settings(deadline=None, suppress_health_check=list(HealthCheck))


def document(**changes: Any) -> Any:
    raw = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]  # drf-spectacular types only its decorators
    schema = schemathesis.openapi.from_dict(raw, config=schemathesis.Config.from_dict(CONFIG | changes))
    schema.app = application
    return schema


everything = document()
reading = document(phases={"coverage": {"enabled": False}, "fuzzing": FUZZING}).include(method="GET")


@pytest.fixture(scope="module")
def bearers(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, str]]:
    """Build the world once, in a transaction that is thrown away, and give each caller's header.

    The connection stays open between requests, as with Django's own test client.
    """
    Path(site.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    with django_db_blocker.unblock(), transaction.atomic():
        yield world()
        transaction.set_rollback(True)
    connection.close()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def _django_db_helper(bearers: dict[str, str]) -> Iterator[None]:
    """Take back what one operation did: in the place of pytest-django's own, which would close the connection."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def world() -> dict[str, str]:
    """Make people, a catalogue, and cases in several states under the numbers of KNOWN."""
    unit = Organisation.objects.create(code="library", name_zh="圖書館")
    unit.lead = make_person("head", unit=unit)
    unit.save()
    people = {
        name: make_person(name, *roles, unit=unit)
        for name, roles in (("requester", ()), ("agent", ("agent",)), ("engineer", ("engineer",)))
    }
    desk = Team.objects.create(code="desk", name_zh="服務台", tier=1)
    network = Team.objects.create(code="network", name_zh="網路組", tier=2)
    desk.members.add(people["agent"])
    network.members.add(people["engineer"])
    hours = Calendar.objects.get(code="taiwan-office")
    service = Service.objects.create(
        code="documents", name_zh="公文", hours=hours, support_team=desk, second_line_team=network, owner=unit.lead
    )
    category = Category.objects.create(code="login", name_zh="登入")
    items = [
        RequestItem.objects.create(code=code, name_zh=code, service=service, target_seconds=3600, approval=rule)
        for code, rule in (("password", "none"), ("mailbox", "unit_lead"))
    ]
    for title in ("reported", "worked", "resolved"):
        incident_in(title, people, service, category)
    raise_request(by=people["requester"], requester=people["requester"], title="words", at=MONDAY)
    raise_request(by=people["requester"], requester=people["requester"], item=items[1], category=category, at=MONDAY)
    return {name: bearer(person) for name, person in people.items()}


def incident_in(title: str, people: dict[str, Person], service: Service, category: Category) -> None:
    agent = people["agent"]
    made = raise_incident(
        by=people["requester"], requester=people["requester"], title=title, service=service, at=MONDAY
    )
    if title != "reported":
        perform(made, "classify", by=agent, at=MONDAY, service=service, category=category, impact="2", urgency="2")
        perform(made, "assign_first_line", by=agent, at=MONDAY, assignee=agent)
    if title == "resolved":
        perform(made, "resolve", by=agent, at=MONDAY, resolution_code="fixed", resolution_note="Done")


def bearer(person: Person) -> str:
    now = timezone.now()
    _token, secret = tokens.issue(person, name="test", scopes=tuple(Scope), expires_at=now + timedelta(days=1), at=now)
    return f"Bearer {secret}"


@everything.parametrize()  # type: ignore[untyped-decorator]  # made by Schemathesis
@QUICK
def test_the_desk_meets_no_breach_of_the_document(case: Any, bearers: dict[str, str]) -> None:
    case.call_and_validate(headers={"Authorization": bearers["agent"]})


@reading.parametrize()  # type: ignore[untyped-decorator]  # made by Schemathesis
@QUICK
def test_a_requester_meets_no_breach_of_the_document(case: Any, bearers: dict[str, str]) -> None:
    case.call_and_validate(headers={"Authorization": bearers["requester"]})

"""What the first page tells those who manage, decide and carry out changes."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from itsm.desk.home.awaited import OFFICES, awaited
from itsm.people.models import Organisation, Person
from itsm.records.perform import open_record, perform
from relationships.models import Customer, ServiceReview
from tests.changes.conftest import assessment
from tests.desk.test_home import section
from tests.fixtures import MONDAY, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def tabled(walk: Any, change_manager: Person) -> Any:
    """A major change before the board."""
    return perform(walk("assessing"), "classify_major", by=change_manager, at=MONDAY, **assessment(trigger_cost=True))


def shown(client: Client, person: Person, part: str) -> str:
    """Read one card of a person's first page."""
    client.force_login(person)
    return section(client.get("/desk/").content.decode(), part)


def test_what_waits_for_an_office_stands_on_its_first_page(
    client: Client, walk: Any, tabled: Any, change_manager: Person, board_member: Person, agent: Person
) -> None:
    asked = walk("submitted")

    to_manage, to_decide = shown(client, change_manager, "awaited"), shown(client, board_member, "awaited")

    assert asked.number in to_manage
    assert tabled.number not in to_manage
    assert tabled.number in to_decide
    assert asked.number not in to_decide
    assert shown(client, agent, "awaited") == ""


def test_a_change_does_not_wait_for_the_decision_of_who_asked_for_it(
    client: Client, tabled: Any, board_member: Person
) -> None:
    type(tabled).objects.filter(pk=tabled.pk).update(implementer=board_member)

    assert tabled.number not in shown(client, board_member, "awaited")


def test_work_that_is_planned_for_today_is_shown(client: Client, walk: Any, change_manager: Person) -> None:
    now = timezone.now()
    made = walk("scheduled")

    def planned_for(start: Any) -> bool:
        type(made).objects.filter(pk=made.pk).update(window_start=start, window_end=start + timedelta(minutes=1))
        return made.number in shown(client, change_manager, "planned")

    assert planned_for(now)
    assert not planned_for(now + timedelta(days=3))


# ---- what it costs --------------------------------------------------------------------------
@pytest.fixture
def everybody(db: None) -> Person:
    """Somebody who holds every office."""
    return make_person("many", *sorted(OFFICES), name="全能")


def statements(client: Client) -> int:
    """Count those of the first page once what is remembered is there."""
    client.get("/desk/")
    with CaptureQueriesContext(connection) as asked:
        client.get("/desk/")
    return len(asked)


def test_all_offices_together_cost_one_statement_for_cases_and_one_for_all_other_records(
    client: Client, everybody: Person
) -> None:
    awaited(everybody)  # roles and teams are read once for the whole request
    with CaptureQueriesContext(connection) as asked:
        awaited(everybody)
    assert len(asked) == 2

    client.force_login(everybody)
    assert statements(client) <= 12  # among them one for own actions and one for invoices to decide on


def test_what_is_planned_today_costs_no_more_for_what_it_affects(client: Client, everybody: Person, walk: Any) -> None:
    made, now = walk("submitted"), timezone.now()
    client.force_login(everybody)
    before = statements(client)
    type(made).objects.filter(pk=made.pk).update(window_start=now, window_end=now + timedelta(minutes=5))

    assert made.number in shown(client, everybody, "planned")
    assert statements(client) == before


def test_other_records_wait_beside_cases_those_that_waited_longest_first(everybody: Person, walk: Any) -> None:
    made = walk("submitted")
    customer = Customer.objects.create(organisation=Organisation.objects.create(code="library", name_zh="圖書館"))
    day = timezone.localdate(MONDAY)
    late, early = (
        open_record(
            ServiceReview, by=None, at=MONDAY + timedelta(days=days), title="服務審查", customer=customer, planned_on=day,
            period_start=day, period_end=day,
        )
        for days in (2, 1)
    )  # fmt: skip

    found = {one.url: [row[0] for row in one.rows] for one in awaited(everybody)}

    assert found == {"/changes/": [made.number], "": [early.number, late.number]}  # reviews have no list of their own

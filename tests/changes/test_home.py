"""What the first page tells those who manage, decide and carry out changes."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from itsm.people.models import Person
from itsm.records.perform import perform
from tests.changes.conftest import assessment
from tests.desk.test_home import section
from tests.fixtures import MONDAY

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

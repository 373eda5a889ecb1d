"""What the agreement still allows to lose stands beside the downtime that a change expects."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from catalogue.models import Service
from changes import budgets
from changes.models import Change
from itsm.people.models import Person
from itsm.tickets.models import Outage
from tests.agreements.conftest import Draft, sheet
from tests.agreements.conftest import draft as draft
from tests.agreements.conftest import provider as provider
from tests.agreements.conftest import put_in_force as put_in_force
from tests.agreements.conftest import slm as slm
from tests.changes.conftest import HOUR, Walk
from tests.changes.test_pages import client_of, text
from tests.fixtures import MONDAY

pytestmark = pytest.mark.django_db
#: 99.9 per cent of the 30 days of November, around the clock: 43 minutes and 12 seconds.
ALLOWED = 2592
TAIPEI = ZoneInfo("Asia/Taipei")


@pytest.fixture
def promised(put_in_force: Draft, service: Service) -> None:
    """The service is promised to be up for 99.9 per cent of each month."""
    put_in_force(sheet(service.code, {"metric": "availability", "op": "ge", "value": "99.9", "calendar": "always"}))


def left(change: Any, service: Service) -> Any:
    [found] = budgets.left_for(change, [service], at=MONDAY + HOUR)
    return found


def test_the_whole_budget_is_left_where_nothing_was_down(promised: None, walk: Walk, service: Service) -> None:
    found = left(walk("submitted", expected_downtime_min=20), service)

    assert (found.allowed, found.left, found.asked, found.after, found.is_enough) == (
        ALLOWED,
        ALLOWED,
        1200,
        1392,
        True,
    )
    assert found.target == "99.900%"


def test_outages_of_the_month_are_taken_off(promised: None, walk: Walk, service: Service, drafted: Walk) -> None:
    start = datetime(2026, 11, 10, 3, tzinfo=TAIPEI)
    Outage.objects.create(
        ticket=drafted(title="停機"), service=service, started_at=start, ended_at=start + timedelta(minutes=30)
    )

    found = left(walk("submitted", expected_downtime_min=20), service)

    assert (found.left, found.after, found.is_enough) == (ALLOWED - 1800, -408, False)


def test_the_month_of_the_window_counts(promised: None, walk: Walk, service: Service, drafted: Walk) -> None:
    start = datetime(2026, 11, 10, 3, tzinfo=TAIPEI)
    Outage.objects.create(ticket=drafted(title="停機"), service=service, started_at=start, ended_at=start + HOUR)
    change = walk("submitted")
    later = datetime(2026, 12, 8, 3, tzinfo=TAIPEI)
    change.window_start, change.window_end = later, later + HOUR

    found = left(change, service)

    assert (found.month.month, found.left) == (12, 2678)  # 31 days


def test_without_a_promise_nothing_is_reckoned(walk: Walk, service: Service) -> None:
    assert budgets.left_for(walk("submitted"), [service], at=MONDAY) == []


def test_the_page_of_impact_says_what_would_be_left(
    promised: None, walk: Walk, engineer: Person, service: Service
) -> None:
    change = walk("submitted", expected_downtime_min=50)
    client = client_of(engineer)

    assert "more than is left" in text(client.get(f"/changes/{change.number}/impact/"))
    Change.objects.filter(pk=change.pk).update(expected_downtime_min=3)
    assert "would be left" in text(client.get(f"/changes/{change.number}/impact/"))

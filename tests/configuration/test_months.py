"""The health of the data by month: the last measure of a month stays; the page shows them."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from configuration import health_months, services
from configuration.authority import Grounds
from configuration.models import HealthMonth
from itsm.people.models import Person
from tests.configuration.conftest import HOUR, Make
from tests.fixtures import MONDAY

pytestmark = pytest.mark.django_db
EARLIER = MONDAY - timedelta(days=40)


def test_the_last_measure_of_a_month_stays(make: Make, grounds: Grounds, config_manager: Person) -> None:
    rack = make("rack", "R-A")
    health_months.keep(MONDAY)
    services.edit(rack, grounds=grounds, by=config_manager, at=MONDAY + HOUR, given={"units": 42})

    health_months.keep(MONDAY + 2 * HOUR)
    health_months.keep(MONDAY + HOUR)  # older than what stands there

    row = HealthMonth.objects.get(ci_class=None)
    assert (row.month.isoformat(), row.items, row.measured_at) == ("2026-11-01", 1, MONDAY + 2 * HOUR)
    of_class = HealthMonth.objects.get(ci_class=rack.ci_class)
    assert (of_class.completeness, of_class.accuracy) == (row.completeness, None)
    assert HealthMonth.objects.count() == 2


def test_nothing_is_kept_of_nothing(db: None) -> None:
    assert health_months.keep(MONDAY) == 0


def test_the_page_shows_the_months_from_the_second_on(client: Client, make: Make, agent: Person) -> None:
    make("rack", "R-A")
    client.force_login(agent)
    Person.objects.filter(pk=agent.pk).update(language="en")

    health_months.keep(MONDAY)
    alone = client.get("/cmdb/").content.decode()
    health_months.keep(EARLIER)
    both: Any = client.get("/cmdb/").content.decode()

    assert 'id="health-months"' not in alone
    assert "Oct 2026" in both
    assert "Nov 2026" in both
    assert [row.month.month for row in health_months.whole()] == [10, 11]


def test_attributes_are_named_in_the_history_of_an_item(
    client: Client, make: Make, grounds: Grounds, config_manager: Person, agent: Person
) -> None:
    rack = make("rack", "R-A")
    services.edit(rack, grounds=grounds, by=config_manager, at=MONDAY + HOUR, given={"units": 42})
    client.force_login(agent)
    Person.objects.filter(pk=agent.pk).update(language="en")

    page = client.get(f"/cmdb/cis/{rack.number}/").content.decode()

    assert "— → 42" in page
    assert "units</" not in page

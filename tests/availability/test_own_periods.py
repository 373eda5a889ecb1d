"""A month of availability judges what is promised for a year or quarter over that period, in pages, issues, figures and REST."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from fractions import Fraction
from typing import Any

import pytest
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalogue.models import Service
from itsm.people.models import Person
from sla import issuing
from sla.agreement_figures import services_in_breach
from sla.availability import reckon, reckon_all
from sla.availability_figures import differences, figures
from sla.availability_kpis import availability_met, error_budget_used
from sla.models import ServiceAgreement
from tests.agreements.conftest import draft as draft
from tests.agreements.conftest import provider as provider
from tests.agreements.conftest import put_in_force as put_in_force
from tests.agreements.conftest import sheet
from tests.availability.conftest import DECEMBER, LATER, NOVEMBER, taipei

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), 86_400
RATIO = {"metric": "availability", "op": "ge", "value": "99.9", "calendar": "always"}
NEXT_YEAR = taipei(12, 31, 23) + 20 * 24 * HOUR
Promised = Callable[..., ServiceAgreement]


@pytest.fixture
def promised(put_in_force: Any, always: Service) -> Promised:
    """Put promises of the service in force from 20 November on."""
    return lambda *promises: put_in_force(sheet(always.code, *promises))


def test_a_month_is_not_held_against_the_target_of_a_year(promised: Promised, always: Service, down: Any) -> None:
    promised(RATIO | {"period": "year"})
    down(taipei(11, 2), taipei(11, 2, 2))  # before the agreement
    down(taipei(11, 25), taipei(11, 25) + HOUR)

    found = reckon(always, NOVEMBER, DECEMBER, at=LATER)

    assert (found.terms.target, found.met, found.budget) == (None, None, None)
    [year] = found.own
    assert (year.told.period, year.told.start, year.told.is_over) == ("year", taipei(11, 20), False)
    assert year.found.ratio == Fraction(11 * DAY - 3600, 11 * DAY)
    assert (year.met, year.found.met) == (None, False)
    assert year.found.budget is not None
    assert year.found.budget.left == 42 * DAY * Fraction(1, 1000) - 3600


@pytest.mark.parametrize(("hours", "met"), [(1, None), (2, False)])
def test_it_is_missed_early_where_nothing_is_left(
    promised: Promised, always: Service, down: Any, hours: int, met: bool | None
) -> None:
    promised(RATIO | {"period": "year"})
    down(taipei(11, 25), taipei(11, 25) + hours * HOUR)

    [year] = reckon(always, NOVEMBER, DECEMBER, at=LATER).own

    assert year.met is met


def test_limits_of_a_quarter_stand_beside_the_ratio_of_the_month(
    promised: Promised, always: Service, down: Any
) -> None:
    promised(RATIO, {"metric": "outages", "op": "le", "value": "1", "period": "quarter"})
    for day in (25, 27):
        down(taipei(11, day), taipei(11, day, 0, 10))

    found = reckon(always, NOVEMBER, DECEMBER, at=LATER)

    assert (found.met, found.caps) == (True, {})
    [quarter] = found.own
    assert {name: (cap.reached, kept) for name, (cap, kept) in quarter.caps.items()} == {"outages": (2, False)}
    assert quarter.met is None


def test_a_year_asked_for_is_held_against_what_is_promised_for_it(promised: Promised, always: Service) -> None:
    promised(RATIO | {"period": "year"}, RATIO | {"value": "99"})
    year = taipei(1, 1), taipei(12, 31) + 24 * HOUR

    found = reckon(always, *year, at=LATER)

    assert found.terms.target == Fraction(999, 1000)
    assert [(one.told.period, one.found.terms.target) for one in found.own] == [("month", Fraction(99, 100))] * 2


def test_an_issue_keeps_it_and_a_change_of_it_is_a_difference(promised: Promised, always: Service, down: Any) -> None:
    promised(RATIO | {"period": "year"})
    made = issuing.issue(always, NOVEMBER, DECEMBER, at=LATER)
    down(taipei(11, 25), taipei(11, 25) + 2 * HOUR)

    told = issuing.changed_since(made, at=LATER)

    [own] = made.figures["own"]
    assert (own["period"], own["target"], own["met"], own["over"]) == ("year", "99.900%", None, False)
    [year] = [one for one in told if one["name"] == "own"]
    assert (year["before"]["met"], year["after"]["met"]) == (None, False)
    without = {name: value for name, value in made.figures.items() if name not in ("own", "promised")}
    assert [one["name"] for one in differences(without, without | {"own": []})] == []


def test_figures_count_the_year_once_when_it_is_over(promised: Promised, always: Service, down: Any) -> None:
    promised(RATIO | {"period": "year"})
    down(taipei(11, 25), taipei(11, 25) + HOUR)
    end = taipei(12, 31) + 24 * HOUR
    issuing.issue(always, NOVEMBER, DECEMBER, at=NEXT_YEAR)
    assert availability_met(start=NOVEMBER, end=end).whole == 0
    assert error_budget_used(start=NOVEMBER, end=end).ratio is None

    made = issuing.issue(always, DECEMBER, end, at=NEXT_YEAR)

    met, used = availability_met(start=NOVEMBER, end=end), error_budget_used(start=NOVEMBER, end=end)
    assert (met.part, met.whole) == (1, 1)
    assert used.ratio == Fraction(3600, int(42 * DAY / 1000))
    assert made.figures["promised"]["met"] is True


def test_a_service_that_cannot_keep_its_year_is_in_breach(promised: Promised, always: Service, down: Any) -> None:
    promised(RATIO | {"period": "year"})
    down(taipei(11, 25), taipei(11, 25) + 2 * HOUR)

    issuing.issue(always, NOVEMBER, DECEMBER, at=LATER)

    assert services_in_breach(start=NOVEMBER, end=DECEMBER).part == 1


def test_pages_and_rest_say_it(
    promised: Promised, always: Service, down: Any, agent: Person, time_machine: Any
) -> None:
    promised(RATIO | {"period": "year"}, {"metric": "downtime", "op": "le", "seconds": 1800, "period": "year"})
    down(taipei(11, 25), taipei(11, 25) + HOUR)
    time_machine.move_to(LATER, tick=False)
    client = Client()
    client.force_login(agent)

    overview, page = (
        client.get(f"/reports/availability/{path}?month=2026-11").content.decode() for path in ("", f"{always.code}/")
    )
    span = {"start": NOVEMBER.isoformat(), "end": DECEMBER.isoformat()}
    answer = client.get(f"/api/v1/services/{always.code}/availability", span)

    for html in (overview, page):
        assert "99.621%" in html
        assert "99.900%" in html
        assert "data-own" in html
    assert answer.status_code == 200, answer.content
    assert answer.json()["own"] == figures(reckon(always, NOVEMBER, DECEMBER, at=LATER))["own"]


def test_statements_do_not_grow_with_promises_and_months(
    promised: Promised, always: Service, down: Any, connection_count: Any
) -> None:
    promised(RATIO | {"period": "year"})
    few = connection_count(lambda: reckon_all([always], [(NOVEMBER, DECEMBER)], at=LATER))
    down(taipei(11, 25), taipei(11, 25) + HOUR)

    many = connection_count(lambda: reckon_all([always], [(taipei(10, 1), NOVEMBER), (NOVEMBER, DECEMBER)], at=LATER))

    assert many == few


@pytest.fixture
def connection_count() -> Callable[[Callable[[], Any]], int]:
    """Count the statements of a call."""
    from django.db import connection

    def count(call: Callable[[], Any]) -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            call()
        return len(seen)

    return count

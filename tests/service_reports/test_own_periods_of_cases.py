"""What is promised of cases and marks is judged over the period that it is promised for, not over the report's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from itsm.service_reports.amounts import Figure, figure_of
from itsm.service_reports.collecting import collect
from itsm.service_reports.document import canonical
from itsm.service_reports.periods import midnight, period_of
from itsm.service_reports.wording import definitions, promise
from relationships.survey_models import Answer
from tests.availability.conftest import taipei
from tests.fixtures import make_person
from tests.relationships.surveys import answer, launch, make_version, plan
from tests.service_reports.conftest import AFTER, sheet

pytestmark = pytest.mark.django_db
RESPONSE = {"metric": "response", "op": "le", "seconds": 1800, "calendar": "always", "goal_percent": "80"}
NEXT_YEAR = midnight(date(2027, 1, 12)) + timedelta(hours=10)
Kept = dict[str, Any]


@pytest.fixture
def promised(agree: Any, service: Any) -> Callable[..., None]:
    """Put promises in force from October on."""

    def put(*promises: Kept) -> None:
        row = {"promises": list(promises), "report_frequency": "none", "report_delivery": "", "maintenance_plans": []}
        agree(sheet(service, rto_seconds=None, **row))

    return put


@pytest.fixture
def answered(promised: Any, handled: Any) -> Callable[..., None]:
    """Promise, then handle two cases of October, one answered late, and two of November, both in time."""

    def live(*promises: Kept) -> None:
        promised(*promises)
        for month, day, minutes in ((10, 6, 10), (10, 7, 45), (11, 10, 10), (11, 11, 10)):
            handled(taipei(month, day, 10), answered=minutes)

    return live


def report(customer: Any, *, kind: str = "month", day: date = date(2026, 11, 1), at: datetime = AFTER) -> Kept:
    return collect(customer, period_of(day, kind), at=at, kind=kind)


def line_of(document: Kept, name: str) -> Kept:
    (one,) = document["services"]
    found: Kept = next(line for line in one["lines"] if line["name"] == name)
    return found


def sums(document: Kept, line: Kept, name: str = "result") -> tuple[int, int]:
    figure: Figure = figure_of(document["figures"][line["figures"][name]])
    return figure.total("part"), figure.total("whole")


def test_a_response_promised_for_the_year_counts_the_year_so_far(answered: Any, customer: Any) -> None:
    answered(RESPONSE | {"period": "year"})

    document = report(customer)

    year = line_of(document, "response-1")
    assert sums(document, year) == (3, 4)
    assert sums(document, year, "here") == (2, 2)
    assert (year["met"], year["own"]["period"], year["own"]["over"]) == (None, "year", False)
    assert document["services"][0]["missed"] is False
    with override("en"):
        assert promise(year) == "First response, year so far"
        assert len(definitions("01.04")) == len(definitions("01.03")) + 1


@pytest.mark.parametrize(("goal", "met"), [("75", True), ("80", False)])
def test_it_is_judged_when_the_year_is_over(answered: Any, customer: Any, goal: str, met: bool) -> None:
    answered(RESPONSE | {"period": "year", "goal_percent": goal})

    document = report(customer, day=date(2026, 12, 1), at=NEXT_YEAR)

    year = line_of(document, "response-1")
    assert (year["met"], year["own"]["over"], sums(document, year)) == (met, True, (3, 4))
    assert sums(document, year, "here") == (0, 0)


def test_a_quarter_shows_the_worst_month_of_a_response_promised_by_month(answered: Any, customer: Any) -> None:
    answered(RESPONSE | {"period": "month"})

    document = report(customer, kind="quarter", day=date(2026, 10, 1), at=NEXT_YEAR)

    worst = line_of(document, "response-1")
    assert (sums(document, worst), worst["met"], worst["own"]["of"]) == ((1, 2), False, 3)
    assert sums(document, worst, "here") == (3, 4)


def test_a_month_without_cases_neither_keeps_nor_breaks_the_promise(promised: Any, customer: Any, handled: Any) -> None:
    promised(RESPONSE | {"period": "month"})
    handled(taipei(11, 10, 10))

    document = report(customer, kind="quarter", day=date(2026, 10, 1), at=NEXT_YEAR)

    worst = line_of(document, "response-1")
    assert (sums(document, worst), worst["met"]) == ((1, 1), True)


@pytest.fixture
def marked(service: Any, customer: Any, brm: Any) -> Callable[[date, int], None]:
    """Let users of the customer give a mark, each on a day of its own."""
    people = [make_person(f"asked{place}", unit=customer, name="甲") for place in range(3)]
    version = make_version()
    campaign = launch(plan(version, owner=brm, min_interval_days=0, opens_on=date(2026, 11, 23)), by=brm)
    question = version.questions.get(kind="scale", per_service=True)

    def give(day: date, value: int) -> None:
        given = answer(campaign, people.pop())
        Answer.objects.create(response=given, question=question, service=service, value=value)
        type(given).objects.filter(pk=given.pk).update(submitted_on=day)

    return give


def test_marks_promised_for_the_year_are_those_of_the_year(promised: Any, customer: Any, marked: Any) -> None:
    promised({"metric": "csat", "op": "ge", "value": "4", "period": "year"})
    marked(date(2026, 9, 5), 1)  # before anything was agreed
    marked(date(2026, 10, 5), 3)
    marked(date(2026, 11, 5), 5)

    running, over = report(customer), report(customer, day=date(2026, 12, 1), at=NEXT_YEAR)

    means = [figure_of(one["figures"][line_of(one, "csat-1")["figures"]["result"]]).shown for one in (running, over)]
    assert means == ["4.00", "4.00"]
    assert [line_of(one, "csat-1")["met"] for one in (running, over)] == [None, True]


def test_it_is_the_same_text_each_time_and_costs_no_statement_for_cases(
    answered: Any, customer: Any, handled: Any
) -> None:
    answered(RESPONSE | {"period": "year"}, RESPONSE | {"metric": "resolution", "period": "quarter"})
    first = report(customer)
    with CaptureQueriesContext(connection) as few:
        assert canonical(first) == canonical(report(customer))
    handled(taipei(10, 20, 10))

    with CaptureQueriesContext(connection) as many:
        report(customer)

    assert len(many) == len(few)

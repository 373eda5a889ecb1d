"""A promise is judged over the period that it is made for, whatever period the report is about."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from itsm.service_reports.amounts import figure_of
from itsm.service_reports.collecting import collect
from itsm.service_reports.periods import local, midnight, period_of
from itsm.service_reports.wording import promise
from sla.promise_periods import around
from tests.availability.conftest import taipei
from tests.service_reports.conftest import AFTER, NOVEMBER, sheet

pytestmark = pytest.mark.django_db
DAY = 86_400
HOUR = timedelta(hours=1)
NEXT_YEAR = midnight(date(2027, 1, 12)) + 10 * HOUR
RATIO = {"metric": "availability", "op": "ge", "value": "99.9"}
Kept = dict[str, Any]
Collected = Callable[..., Kept]


@pytest.fixture
def collected(agree: Any, service: Any, customer: Any) -> Collected:
    """Put promises in force from October on, and calculate the report of a period."""

    def make(
        *promises: dict[str, Any], kind: str = "month", day: date = date(2026, 11, 1), at: datetime = AFTER
    ) -> Kept:
        row = {"promises": list(promises), "report_frequency": "none", "report_delivery": "", "maintenance_plans": []}
        agree(sheet(service, rto_seconds=None, **row))
        return collect(customer, period_of(day, kind), at=at, kind=kind)

    return make


def lines(document: Kept) -> dict[str, Kept]:
    (one,) = document["services"]
    return {line["name"]: line for line in one["lines"]}


def value(document: Kept, line: Kept, name: str = "result") -> Fraction | None:
    found = figure_of(document["figures"][line["figures"][name]]).value
    return None if found is None else Fraction(found)


def test_a_promise_of_the_year_is_followed_from_the_first_day_of_the_agreement(collected: Collected, down: Any) -> None:
    down(taipei(9, 1), taipei(9, 2))  # before anything was agreed
    down(taipei(10, 20), taipei(10, 20, 1))
    down(taipei(11, 20), taipei(11, 20, 1))

    document = collected(RATIO | {"period": "year"})

    month, year = (lines(document)[name] for name in ("availability", "availability-year"))
    assert (month["target"], month["met"], value(document, month)) == ({}, None, Fraction(30 * DAY - 3600, 30 * DAY))
    assert (value(document, year), year["met"]) == (Fraction(61 * DAY - 7200, 61 * DAY), None)
    assert value(document, year, "left") == 92 * DAY * Fraction(1, 1000) - 7200
    assert (year["own"]["period"], year["own"]["over"], year["target"]["ratio"]) == ("year", False, "99.900%")
    assert [point["met"] for point in document["services"][0]["trend"]] == [None] * 13


def test_it_is_missed_as_soon_as_nothing_is_left_to_lose(collected: Collected, down: Any) -> None:
    down(taipei(10, 20), taipei(10, 20, 3))

    document = collected(RATIO | {"period": "year"})

    assert lines(document)["availability-year"]["met"] is False
    assert document["services"][0]["missed"] is True


@pytest.mark.parametrize(("lost", "met"), [(2, True), (3, False)])
def test_it_is_judged_when_the_year_is_over(collected: Collected, down: Any, lost: int, met: bool) -> None:
    down(taipei(10, 20), taipei(10, 20, lost))

    document = collected(RATIO | {"period": "year"}, day=date(2026, 12, 1), at=NEXT_YEAR)

    year = lines(document)["availability-year"]
    assert (year["met"], year["own"]["over"]) == (met, True)
    assert value(document, year) == Fraction(92 * DAY - 3600 * lost, 92 * DAY)


def test_a_ratio_of_the_year_stands_beside_limits_of_the_month(collected: Collected, down: Any) -> None:
    down(taipei(10, 20), taipei(10, 20, 2))
    down(taipei(11, 20), taipei(11, 20, 3))
    month = {"metric": "downtime", "op": "le", "seconds": 2 * 3600, "period": "month"}
    year = {"metric": "downtime", "op": "le", "seconds": 6 * 3600, "period": "year"}
    often = {"metric": "outages", "op": "le", "value": "1", "period": "year"}

    document = collected(RATIO | {"period": "year"}, month, year, often)

    found = lines(document)
    assert [(found[name]["met"], value(document, found[name])) for name in ("downtime-2", "downtime-3", "outages-4")] == [
        (False, Fraction(3 * 3600)), (None, Fraction(5 * 3600)), (False, Fraction(2)),
    ]  # fmt: skip
    with override("en"):
        assert [promise(found[name]) for name in ("downtime-2", "downtime-3")] == [
            "Most downtime", "Most downtime, year so far",
        ]  # fmt: skip


def test_a_promise_of_the_month_is_judged_month_by_month_in_a_quarter(collected: Collected, down: Any) -> None:
    down(taipei(10, 20), taipei(10, 20, 0, 30))
    down(taipei(11, 20), taipei(11, 20, 1))

    document = collected(RATIO | {"period": "month"}, kind="quarter", day=date(2026, 10, 1), at=NEXT_YEAR)

    worst = lines(document)["availability-month"]
    assert (value(document, worst), worst["met"]) == (Fraction(30 * DAY - 3600, 30 * DAY), False)
    assert (worst["own"]["of"], worst["own"]["start"]) == (3, NOVEMBER[0].isoformat())
    assert lines(document)["availability"]["met"] is None
    with override("zh-hant"):
        assert promise(worst) == "可用率（最差之月）"


def test_in_a_quarter_every_month_must_be_over_before_it_was_kept(collected: Collected) -> None:
    document = collected(RATIO | {"period": "month"}, kind="quarter", day=date(2026, 10, 1), at=AFTER)

    assert lines(document)["availability-month"]["met"] is None


def test_a_month_that_is_running_in_a_week_is_followed(collected: Collected, down: Any) -> None:
    down(taipei(11, 2), taipei(11, 2, 1))

    document = collected(RATIO | {"period": "month"}, kind="week", day=date(2026, 11, 9), at=taipei(11, 17))

    month = lines(document)["availability-month"]
    assert value(document, month) == Fraction(15 * DAY - 3600, 15 * DAY)
    assert (month["met"], month["own"]["until"]) == (False, taipei(11, 16).isoformat())  # 43 min 12 s are left in all


def test_a_promise_of_the_same_period_is_judged_as_before(collected: Collected, down: Any) -> None:
    down(taipei(11, 20), taipei(11, 20, 1))

    document = collected(RATIO | {"period": "month"})

    assert [(line["met"], "own" in line) for line in lines(document).values()] == [(False, False)]


@pytest.mark.parametrize(
    ("day", "start", "end"),
    [
        (date(2026, 11, 5), date(2026, 10, 1), date(2027, 10, 1)), (date(2027, 9, 30), date(2026, 10, 1), date(2027, 10, 1)),
        (date(2027, 10, 1), date(2027, 10, 1), date(2028, 10, 1)),
    ],
)  # fmt: skip
def test_a_year_of_the_agreement_begins_with_its_anniversary(day: date, start: date, end: date) -> None:
    assert around("contract_year", day, date(2026, 10, 1)) == (midnight(start), midnight(end))


def test_a_year_that_began_on_a_leap_day_has_years_all_the_same() -> None:
    found = around("contract_year", date(2026, 2, 28), date(2024, 2, 29))

    assert [local(moment).date() for moment in found] == [date(2026, 2, 28), date(2027, 2, 28)]


def test_a_promise_of_the_contract_year_is_followed_over_new_year(collected: Collected, down: Any) -> None:
    down(taipei(11, 20), taipei(11, 20, 1))
    january = date(2027, 1, 1)

    document = collected(RATIO | {"period": "contract_year"}, day=january, at=midnight(date(2027, 2, 10)))

    year = lines(document)["availability-contract_year"]
    assert value(document, year) == Fraction(123 * DAY - 3600, 123 * DAY)
    assert (year["met"], year["own"]["over"]) == (None, False)


def test_page_and_rows_show_what_the_year_so_far_is_made_of(
    agree: Any, service: Any, calculated: Any, down: Any, slm: Any, client: Client
) -> None:
    down(taipei(10, 20), taipei(10, 20, 1))
    row = {"report_frequency": "none", "report_delivery": "", "maintenance_plans": []}
    agree(sheet(service, promises=[RATIO | {"period": "year"}], **row))
    issue = calculated()
    slm.language = "en"
    slm.save()
    client.force_login(slm)

    page = client.get(issue.get_absolute_url()).content.decode()
    assert "Availability, year so far" in page
    assert "Promises for another period" in page
    rows = client.get(f"{issue.get_absolute_url()}rows/documents.availability-year.result/").content.decode()
    assert "2026/10/20" in rows or "20 Oct 2026" in rows

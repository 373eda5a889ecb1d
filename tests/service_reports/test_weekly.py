"""A report of every week: from Monday to Monday, named by the week of ISO 8601, owed, prepared and issued like that of a month."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from itsm.people.models import Organisation, Person
from itsm.service_reports import owed, work
from itsm.service_reports.forms import read_day
from itsm.service_reports.models import ReportIssue
from itsm.service_reports.periods import before, earlier, label, local, period_of
from itsm.service_reports.wording import Era
from tests.availability.conftest import taipei
from tests.service_reports.conftest import sheet

pytestmark = pytest.mark.django_db
WEEK = period_of(date(2026, 11, 25), "week")


@pytest.fixture
def weekly(agree: Any, service: Any) -> Any:
    """An agreement that promises a report every week."""
    return agree(sheet(service, report_frequency="week"))


def test_a_week_begins_on_monday_and_ends_with_the_next() -> None:
    assert (taipei(11, 23), taipei(11, 30)) == WEEK
    assert all(period_of(date(2026, 11, day), "week") == WEEK for day in range(23, 30))
    assert before(WEEK, "week") == (taipei(11, 16), taipei(11, 23))
    assert [one[0] for one in earlier(WEEK, "week")] == [WEEK[0] - timedelta(weeks=n) for n in range(12, 0, -1)]


@pytest.mark.parametrize(
    ("day", "name"),
    [(date(2026, 11, 25), "2026-W48"), (date(2027, 1, 3), "2026-W53"), (date(2027, 1, 4), "2027-W01"), (date(2024, 12, 30), "2025-W01")],
)  # fmt: skip
def test_it_is_named_by_the_week_of_the_standard(day: date, name: str) -> None:
    assert label(period_of(day, "week")[0], "week") == name


@pytest.mark.parametrize(
    ("language", "minguo", "long", "short", "brief"),
    [
        ("zh-hant", False, "2026 年第 48 週（11/23–11/29）", "2026 年 第 48 週", ("第 48 週", "2026")),
        ("zh-hant", True, "民國 115 年第 48 週（11/23–11/29）", "民國 115 年 第 48 週", ("第 48 週", "115")),
        ("en", False, "week 48 of 2026 (11/23–11/29)", "W48 2026", ("W48", "2026")),
    ],
)
def test_it_is_named_in_words(language: str, minguo: bool, long: str, short: str, brief: tuple[str, str]) -> None:
    with translation.override(language):
        era = Era(minguo)
        assert era.period("week", *(one.isoformat() for one in WEEK)) == long
        assert (era.short("2026-W48"), era.brief("2026-W48")) == (short, brief)


def test_the_key_of_what_is_owed_leads_back_to_it(weekly: Any) -> None:
    found = owed.of_period("week", WEEK)

    assert [one.label for one in found] == ["2026-W48"]
    assert owed.read_key(found[0].key) == (found[0].customer, "week", None, WEEK[0])
    assert owed.of_period("month", period_of(date(2026, 11, 1))) == []


def test_each_week_is_owed_once_and_missing_where_nobody_prepared_it(weekly: Any) -> None:
    found = owed.due_within(taipei(11, 1), taipei(12, 1))

    assert [one.label for one in found] == [f"2026-W{week}" for week in range(42, 47)]
    assert len({one.key for one in found}) == 5
    assert all(local(one.span[0]).weekday() == 0 and one.state(at=taipei(12, 10)) == "missing" for one in found)


def test_the_worker_prepares_the_week_that_is_over_with_a_number_of_its_own(
    weekly: Any, customer: Organisation
) -> None:
    work.tend(taipei(11, 30, 6))
    work.tend(taipei(12, 7, 6))
    work.go_on(taipei(12, 7, 7))

    found = list(ReportIssue.objects.filter(customer=customer).order_by("starts_at"))
    assert [one.number for one in found] == [f"SLR-{customer.code.upper()}-2026W{week}-01" for week in (48, 49)]
    assert found[0].figures["period"]["label"] == "2026-W48"
    assert [one["period"] for one in found[0].figures["services"][0]["trend"]][-2:] == ["2026-W47", "2026-W48"]


@pytest.mark.parametrize(
    ("text", "kind", "first"),
    [
        ("2026-11", "month", taipei(11, 1)), ("2026-11-25", "month", taipei(11, 1)), ("2026-11-25", "week", taipei(11, 23)),
        ("2026-11", "week", None), ("2026-13", "month", None), ("2026-02-30", "week", None), ("", "week", None),
        ("115-11", "month", taipei(11, 1)), ("民國115年11月", "month", taipei(11, 1)), ("2026/11", "month", taipei(11, 1)),
    ],
)  # fmt: skip
def test_a_period_is_read_from_a_month_or_a_day(text: str, kind: str, first: Any) -> None:
    found = read_day(text, kind)

    assert (found and period_of(found.first, kind)[0]) == first


def test_it_is_prepared_and_corrected_by_the_form(
    weekly: Any, customer: Organisation, slm: Person, client: Client
) -> None:
    client.force_login(slm)
    asked = {"customer": customer.code, "kind": "week", "years": "gregorian"}

    refused = client.post("/reports/sla/prepare/", asked | {"month": "2026-11"})
    client.post("/reports/sla/prepare/", asked | {"month": "2026-11-17"})

    assert refused.status_code == 422
    assert "2026-11-23" in refused.content.decode()
    issue = ReportIssue.objects.get()
    assert (issue.number, issue.month) == (f"SLR-{customer.code.upper()}-2026W47-01", "2026-11-16")
    assert issue.number in client.get("/reports/sla/", {"month": "2026-11"}).content.decode()
    again = read_day(issue.month, issue.period)
    assert again is not None
    assert period_of(again.first, issue.period) == (issue.starts_at, issue.ends_at)

"""A limit for the year has no verdict for a month in its trend, though one for the month was issued with its own."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from itsm.people.models import Organisation, Person
from itsm.service_reports import steps, work
from itsm.service_reports.collecting import collect
from itsm.service_reports.periods import midnight, period_of
from tests.availability.conftest import taipei
from tests.service_reports.conftest import NOVEMBER, sheet
from tests.service_reports.test_case_trends import told, trends

pytestmark = pytest.mark.django_db
DECEMBER = period_of(date(2026, 12, 1))
JANUARY = midnight(date(2027, 1, 12)) + timedelta(hours=10)
PROMISES = [
    {"metric": "outages", "op": "le", "value": "1"}, {"metric": "outages", "op": "le", "value": "6", "period": "year"},
    {"metric": "downtime", "op": "le", "seconds": 3600}, {"metric": "downtime", "op": "le", "seconds": 36000, "period": "year"},
]  # fmt: skip


@pytest.fixture
def november_issued(
    agree: Any, service: Any, down: Any, customer: Organisation, owner: Person, slm: Person, brm: Person
) -> None:
    """November missed both limits of the month, neither of those of the year, and was issued."""
    agree(sheet(service, promises=PROMISES, maintenance_plans=[], report_frequency="none"))
    for day in (5, 6):
        down(taipei(11, day, 9), taipei(11, day, 10), evidence="告警")
    at = taipei(12, 10, 10)
    issue = steps.prepare(customer, NOVEMBER, by=slm, at=at)
    work.go_on(at)
    steps.comment(issue, service, "外電異常。", by=owner, at=at)
    issue.refresh_from_db()
    steps.approve(issue, digest=issue.digest, by=brm, at=at)
    steps.issue(issue, by=slm, at=at)


@pytest.mark.usefixtures("november_issued")
@pytest.mark.parametrize(
    ("of_month", "of_year", "shown"), [("outages-1", "outages-2", "2"), ("downtime-3", "downtime-4", "2:00:00")]
)
def test_what_was_issued_of_the_month_is_no_verdict_on_the_year(
    customer: Organisation, of_month: str, of_year: str, shown: str
) -> None:
    document = collect(customer, DECEMBER, at=JANUARY)

    found = trends(document)
    assert told(document, found[of_month])[-2] == ("2026-11", shown, False)
    assert told(document, found[of_year])[-2] == ("2026-11", shown, None)

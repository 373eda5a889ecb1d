"""What agreements owe is owed whether or not a report was ever prepared, and until the day on which they end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from itsm.people.models import Organisation, Person
from itsm.records import kpis
from itsm.reporting import listing
from itsm.service_reports import owed, work
from itsm.service_reports.kpis import reports_on_time
from itsm.service_reports.models import ReportIssue
from itsm.service_reports.periods import Span, period_of
from relationships.models import Customer
from sla.models import AgreementEdition
from tests.availability.conftest import taipei
from tests.service_reports.conftest import AFTER, NOVEMBER, sheet

pytestmark = pytest.mark.django_db
OCTOBER = period_of(date(2026, 10, 1))
DECEMBER = period_of(date(2026, 12, 1))
DAY = timedelta(days=1)


@pytest.fixture
def out(customer: Organisation, slm: Person) -> Callable[..., ReportIssue]:
    """Write an issued report down, as it stands after its life."""

    def make(span: Span, at: datetime, *, edition: int = 1, kind: str = "month") -> ReportIssue:
        ReportIssue.objects.filter(customer=customer, starts_at=span[0], ends_at=span[1]).update(superseded=True)
        made: ReportIssue = ReportIssue.objects.create(
            customer=customer, period=kind, starts_at=span[0], ends_at=span[1], edition=edition, state="issued", prepared_at=at,
            approved_at=at, issued_at=at, issued_by=slm, digest="0" * 64, reason="更正" if edition > 1 else "",
        )  # fmt: skip
        return made

    return make


def on_time(span: Span) -> tuple[int, int]:
    """Count the figure over a period: in time, and owed."""
    found = reports_on_time(start=span[0], end=span[1])
    return found.part, found.whole


def test_a_report_that_nobody_prepared_is_owed_and_late(agreement: Any) -> None:
    assert not ReportIssue.objects.exists()

    assert on_time(NOVEMBER) == (0, 1)  # that of October, due in the middle of November
    (one,) = owed.due_within(*NOVEMBER)
    assert (one.span, one.kind, one.issue, one.state(at=AFTER)) == (OCTOBER, "month", None, "missing")
    assert one.state(at=one.due_at) == "ahead"


def test_before_the_agreement_nothing_is_owed(agreement: Any) -> None:
    assert on_time(OCTOBER) == (0, 0)
    assert reports_on_time(start=OCTOBER[0], end=OCTOBER[1]).ratio is None


@pytest.mark.parametrize(("late", "kept"), [(timedelta(0), 1), (timedelta(seconds=1), 0)])
def test_exactly_when_due_is_in_time_and_a_second_later_is_not(
    agreement: Any, out: Any, late: timedelta, kept: int
) -> None:
    (one,) = owed.due_within(*NOVEMBER)

    out(OCTOBER, one.due_at + late)

    assert on_time(NOVEMBER) == (kept, 1)


def test_in_time_late_and_never_prepared_stand_side_by_side(agreement: Any, out: Any) -> None:
    out(OCTOBER, taipei(11, 5, 10))
    out(NOVEMBER, taipei(12, 28, 10))

    # the report of December is due in January and was never prepared
    found = reports_on_time(start=OCTOBER[0], end=period_of(date(2027, 1, 1))[1])

    assert (found.part, found.whole) == (1, 3)


def test_a_correction_is_no_report_of_its_own(agreement: Any, out: Any) -> None:
    out(OCTOBER, taipei(11, 5, 10))
    out(OCTOBER, taipei(12, 28, 10), edition=2)

    assert on_time(NOVEMBER) == (1, 1)


def test_a_report_that_is_not_owed_is_not_counted(agree: Any, service: Any, out: Any) -> None:
    agree(sheet(service, report_frequency="none", report_delivery=""))
    out(OCTOBER, taipei(11, 5, 10))

    assert on_time(NOVEMBER) == (0, 0)


@pytest.mark.parametrize(("frequency", "periods"), [("month", 2), ("quarter", 1), ("year", 1)])
def test_the_frequency_says_how_many_are_owed(agree: Any, service: Any, frequency: str, periods: int) -> None:
    agree(sheet(service, report_frequency=frequency))

    # November's and December's, the last quarter's, or the year's
    assert on_time((NOVEMBER[1], period_of(date(2027, 1, 1))[1])) == (0, periods)


# ---- an agreement that ends in mid-period ----------------------------------------------------
@pytest.fixture
def ended(agreement: Any) -> datetime:
    """The agreement ended on 14 November at six."""
    at = taipei(11, 14, 18)
    AgreementEdition.objects.filter(agreement=agreement).update(ended_at=at)
    return at


def test_an_agreement_that_ended_in_mid_period_owes_the_report_up_to_its_end_and_none_after(ended: datetime) -> None:
    assert on_time(DECEMBER) == (0, 1)  # November's
    assert on_time(period_of(date(2027, 1, 1))) == (0, 0)  # none for December


def test_one_that_expired_by_its_last_day_owes_the_same(agree: Any, service: Any) -> None:
    agree(sheet(service) | {"valid_to": "2026-11-14", "next_review_on": "2026-11-01"})

    assert (on_time(DECEMBER), on_time(period_of(date(2027, 1, 1)))) == ((0, 1), (0, 0))


def test_one_that_ended_with_the_period_owes_no_more_than_that(agreement: Any) -> None:
    AgreementEdition.objects.filter(agreement=agreement).update(ended_at=NOVEMBER[0])

    assert (on_time(NOVEMBER), on_time(DECEMBER)) == ((0, 1), (0, 0))


def test_its_report_tells_of_the_days_up_to_the_end(
    ended: datetime, down: Any, calculated: Any, agreement: Any
) -> None:
    down(taipei(11, 5, 9), taipei(11, 5, 10))
    down(taipei(11, 20, 9), taipei(11, 20, 15))  # after the end nothing was promised

    issue = calculated()

    (service,) = issue.figures["services"]
    result = issue.figures["figures"][service["lines"][0]["figures"]["result"]]
    agreed = sum(row[2] for row in result["sides"]["whole"])
    assert agreed == (ended - NOVEMBER[0]).total_seconds()
    assert [row[2] for row in result["sides"]["lost"]] == [3600]
    assert [one["number"] for one in issue.figures["agreements"]] == [agreement.number]


def test_the_system_prepares_it_once(ended: datetime, customer: Organisation) -> None:
    work.tend(AFTER)
    work.tend(AFTER + timedelta(hours=1))

    assert [(one.customer, one.starts_at) for one in ReportIssue.objects.all()] == [(customer, NOVEMBER[0])]


# ---- deadlines and customers -----------------------------------------------------------------
def test_a_promise_of_a_time_goes_before_the_usual_days(agree: Any, service: Any, out: Any) -> None:
    promises = [
        {"metric": "report", "op": "le", "seconds": 3 * 86400},
        {"metric": "availability", "op": "ge", "value": "99"},
    ]
    agree(sheet(service, promises=promises))
    out(OCTOBER, taipei(11, 5, 10))

    (one,) = owed.due_within(*NOVEMBER)

    assert one.due_at == OCTOBER[1] + 3 * DAY
    assert on_time(NOVEMBER) == (0, 1)


@pytest.fixture
def with_everybody(agree: Any, service: Any) -> Any:
    """An agreement with every customer."""
    return agree(sheet(service), level="corporate", consumer=None)


def test_one_with_everybody_is_owed_to_each_customer_of_the_register(
    with_everybody: Any, customer: Organisation, slm: Person
) -> None:
    other = Organisation.objects.create(code="other", name_zh="他校", name_en="Other")
    Customer.objects.create(organisation=other, account_owner=slm)
    Organisation.objects.create(code="nobody", name_zh="非客戶", name_en="Nobody")

    assert {one.customer for one in owed.due_within(*NOVEMBER)} == {customer.pk, other.pk}


def test_the_statements_do_not_grow(with_everybody: Any, slm: Person) -> None:
    def count(span: Span) -> int:
        with CaptureQueriesContext(connection) as made:
            owed.due_within(*span)
        return len(made)

    few = count(NOVEMBER)
    for number in range(5):
        unit = Organisation.objects.create(code=f"u{number}", name_zh="單位", name_en="Unit")
        Customer.objects.create(organisation=unit, account_owner=slm)
    assert count((OCTOBER[0], period_of(date(2027, 6, 1))[1])) <= few


# ---- the rows behind the figure --------------------------------------------------------------
def test_the_rows_name_the_report_or_say_that_it_was_never_prepared(
    agreement: Any, out: Any, slm: Person, agent: Person
) -> None:
    made = out(OCTOBER, taipei(11, 5, 10))
    share = reports_on_time(start=NOVEMBER[0], end=DECEMBER[1])

    told = listing.listed(share.sides["whole"], person=slm)

    assert (told.count, told.hidden) == (2, 0)
    lines = {(line["title"], line["url"]) for line in told.lines}
    assert (str(made), made.get_absolute_url()) in lines
    (missing,) = [label for label, _url in lines if label != str(made)]
    assert "2026 年 11 月" in missing
    assert listing.listed(share.sides["whole"], person=agent).hidden == 2


def test_a_key_is_read_as_it_was_written(agree: Any, service: Any) -> None:
    agree(sheet(service, report_frequency="quarter"))

    (one,) = owed.due_within(*period_of(date(2027, 1, 1)))

    assert owed.read_key(one.key) == (one.customer, "quarter", None, one.span[0])
    assert kpis.find("sla.reports_on_time") is not None

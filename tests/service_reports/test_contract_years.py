"""A report of a year of an agreement: from the day on which it was first in force, cut where it ends sooner, and of that one alone."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from catalogue.models import Service
from itsm.people.models import Organisation, Person
from itsm.service_reports import owed, steps, work
from itsm.service_reports.models import ReportIssue
from itsm.service_reports.periods import earlier, label, period_of
from itsm.service_reports.shown import sheet as set_sheet
from itsm.service_reports.wording import Era
from itsm.tickets.models import Outage
from sla.contract_years import Life, lives
from sla.models import AgreementEdition, ServiceAgreement
from tests.service_reports.yearly import AFTER, FIRST, YEAR, day
from tests.service_reports.yearly import cut as cut
from tests.service_reports.yearly import second as second
from tests.service_reports.yearly import yearly as yearly

pytestmark = pytest.mark.django_db


def lost(service: Service, start: datetime, minutes: int) -> None:
    Outage.objects.create(
        service=service, started_at=start, ended_at=start + timedelta(minutes=minutes), evidence="告警"
    )


# ---- the years -------------------------------------------------------------------------------
def test_a_year_begins_with_the_day_on_which_it_was_first_in_force() -> None:
    life = Life(FIRST, None)

    assert life.year(date(2026, 10, 1)) == life.year(date(2027, 9, 30)) == YEAR
    assert life.year(date(2027, 10, 1)) == (day(2027, 10, 1), day(2028, 10, 1))
    assert list(life.ended_within(day(2026, 1, 1), day(2028, 10, 1))) == [(day(2027, 10, 1), day(2028, 10, 1)), YEAR]
    assert list(life.ended_within(day(2027, 10, 1), day(2028, 9, 30))) == []


def test_it_is_cut_where_the_agreement_ends_sooner() -> None:
    life = Life(FIRST, day(2027, 7, 1))

    assert life.year(date(2027, 2, 2)) == (YEAR[0], day(2027, 7, 1))
    assert list(life.ended_within(day(2027, 6, 1), day(2027, 8, 1))) == [(YEAR[0], day(2027, 7, 1))]
    assert list(life.ended_within(day(2027, 8, 1), day(2028, 8, 1))) == []


def test_one_that_began_on_29_february_goes_on_from_the_28th() -> None:
    life = Life(date(2024, 2, 29), None)

    assert life.year(date(2025, 3, 1)) == (day(2025, 2, 28), day(2026, 2, 28))
    assert life.year(date(2028, 3, 1))[0] == day(2028, 2, 29)
    assert earlier(life.year(date(2028, 3, 1)), "contract_year", first_day=life.first_day)[-1][0] == day(2027, 2, 28)


def test_an_agreement_lives_on_from_edition_to_edition(yearly: ServiceAgreement) -> None:
    first = AgreementEdition.objects.get()
    assert lives([yearly.pk]) == {yearly.pk: Life(FIRST, day(2029, 10, 1))}

    AgreementEdition.objects.filter(pk=first.pk).update(ended_at=day(2027, 3, 1))
    assert lives([yearly.pk])[yearly.pk].ended_at == day(2027, 3, 1)
    AgreementEdition.objects.create(
        agreement=yearly, major=1, minor=1, valid_from=date(2027, 3, 1), signed_at=day(2027, 2, 1), written_at=day(2027, 2, 1),
        applied_at=day(2027, 3, 1),
    )  # fmt: skip
    assert lives([yearly.pk]) == {yearly.pk: Life(FIRST, None)}


@pytest.mark.parametrize(
    ("language", "minguo", "long", "short", "brief"),
    [
        (
            "zh-hant",
            False,
            "2026 年 10 月 1 日 – 2027 年 9 月 30 日（合約年度）",
            "2026 年 10/1 起",
            ("10/1 起", "2026"),
        ),
        (
            "zh-hant",
            True,
            "民國 115 年 10 月 1 日 – 民國 116 年 9 月 30 日（合約年度）",
            "民國 115 年 10/1 起",
            ("10/1 起", "115"),
        ),
        ("en", False, "contract year 1 Oct 2026 – 30 Sep 2027", "from 1 Oct 2026", ("from 1 Oct", "2026")),
        ("en", True, "contract year 1 Oct ROC 115 – 30 Sep ROC 116", "from 1 Oct ROC 115", ("from 1 Oct", "115")),
    ],
)
def test_it_is_named_in_words(language: str, minguo: bool, long: str, short: str, brief: tuple[str, str]) -> None:
    with translation.override(language):
        era = Era(minguo)
        assert era.period("contract_year", *(one.isoformat() for one in YEAR)) == long
        assert label(YEAR[0], "contract_year") == "2026-C1001"
        assert (era.short("2026-C1001"), era.brief("2026-C1001")) == (short, brief)


# ---- owed and prepared -----------------------------------------------------------------------
def test_each_year_is_owed_and_its_key_leads_back_to_it(yearly: ServiceAgreement, customer: Organisation) -> None:
    (one,) = owed.due_within(day(2027, 9, 1), day(2027, 12, 1))

    assert (one.kind, one.span, one.agreement, one.label) == ("contract_year", YEAR, yearly.pk, "2026-C1001")
    assert owed.read_key(one.key) == (customer.pk, "contract_year", yearly.pk, YEAR[0])
    assert one.due_at > YEAR[1]
    assert one.state(at=day(2027, 12, 1)) == "missing"
    assert owed.due_within(day(2026, 10, 1), day(2027, 9, 30)) == []


def test_its_key_leads_on_over_rest_however_many_records_there_are(
    yearly: ServiceAgreement, customer: Organisation, slm: Person, client: Client
) -> None:
    last = owed.Owed(customer.pk, "contract_year", YEAR, AFTER, frozenset(), agreement=2_000_000)
    assert owed.read_key(last.key) == last.same
    client.force_login(slm)

    answer = client.get("/api/v1/figures/sla.reports_on_time/rows", {"before": str(last.key)})

    assert answer.status_code == 200, answer.content


def test_the_worker_prepares_it_once_when_it_is_over(yearly: ServiceAgreement, customer: Organisation) -> None:
    work.tend(day(2027, 9, 30, 6))
    assert not ReportIssue.objects.exists()
    work.tend(day(2027, 10, 1, 6))
    work.tend(day(2027, 10, 2, 6))
    work.go_on(day(2027, 10, 2, 7))

    issue = ReportIssue.objects.get()
    assert (issue.agreement_id, issue.starts_at, issue.ends_at) == (yearly.pk, *YEAR)
    assert issue.number == f"SLR-{customer.code.upper()}-20261001-C{yearly.pk}-01"
    assert issue.figures["period"]["label"] == "2026-C1001"
    assert issue.figures["period"]["agreement"] == f"{yearly.number} {yearly.title}"


def test_one_that_ended_sooner_is_prepared_of_the_days_that_it_held(cut: ServiceAgreement) -> None:
    work.tend(day(2027, 7, 1, 6))
    work.go_on(day(2027, 7, 1, 7))

    issue = ReportIssue.objects.get()
    assert (issue.starts_at, issue.ends_at) == (YEAR[0], day(2027, 7, 1))
    assert [one["code"] for one in issue.figures["services"]] == ["documents"]
    with translation.override("en"):
        assert set_sheet(issue, minguo=False).period == "contract year 1 Oct 2026 – 30 Jun 2027"


def test_a_report_of_the_running_year_is_cut_when_the_agreement_ends(
    yearly: ServiceAgreement, customer: Organisation, slm: Person
) -> None:
    steps.prepare(customer, YEAR, by=slm, at=day(2027, 2, 1), kind="contract_year", agreement=yearly.pk)
    work.go_on(day(2027, 2, 1))
    AgreementEdition.objects.update(ended_at=day(2027, 3, 1))

    issue = ReportIssue.objects.get()
    steps.recalculate(issue, by=slm, at=day(2027, 3, 2))
    work.go_on(day(2027, 3, 2))

    issue.refresh_from_db()
    assert (issue.ends_at, issue.is_provisional) == (day(2027, 3, 1), False)
    work.tend(day(2027, 3, 3))
    assert ReportIssue.objects.count() == 1  # it is the same report


def test_the_promise_of_the_year_is_judged_over_it_and_that_of_a_month_month_by_month(
    yearly: ServiceAgreement, service: Service, customer: Organisation, slm: Person
) -> None:
    lost(service, day(2026, 11, 5, 9), 40)
    lost(service, day(2027, 5, 5, 9), 40)  # together more than 99.99 % of a year allows
    issue = steps.prepare(customer, YEAR, by=slm, at=AFTER, kind="contract_year", agreement=yearly.pk)
    work.go_on(AFTER)
    issue.refresh_from_db()

    (one,) = issue.figures["services"]
    lines = {line["name"]: line for line in one["lines"]}
    assert lines["availability"]["met"] is False
    assert issue.figures["figures"][lines["availability"]["figures"]["result"]]["sides"]["lost"] != []
    assert (lines["availability-month"]["met"], lines["availability-month"]["own"]["of"]) == (True, 12)
    assert len(one["trend"]) == 13
    assert one["trend"][-1]["period"] == "2026-C1001"


def test_only_what_the_agreement_promises_is_in_it(
    second: ServiceAgreement, yearly: ServiceAgreement, customer: Organisation, slm: Person
) -> None:
    at = day(2027, 10, 11)
    for one in (yearly, second):
        span = lives([one.pk])[one.pk].year(date(2027, 6, 1))
        steps.prepare(customer, span, by=slm, at=at, kind="contract_year", agreement=one.pk)
    work.go_on(at)

    found = {one.agreement_id: one for one in ReportIssue.objects.all()}
    assert [one["code"] for one in found[yearly.pk].figures["services"]] == ["documents"]
    assert [one["code"] for one in found[second.pk].figures["services"]] == ["mail"]
    assert found[second.pk].starts_at == day(2027, 1, 15)


def test_a_year_of_the_calendar_with_the_same_days_is_another_report(
    yearly: ServiceAgreement, customer: Organisation, slm: Person
) -> None:
    made = steps.prepare(customer, YEAR, by=slm, at=AFTER, kind="contract_year", agreement=yearly.pk)
    other = ReportIssue(customer=customer, period="year", starts_at=YEAR[0], ends_at=YEAR[1], prepared_at=AFTER)
    other.save()

    assert list(ReportIssue.objects.same_as(made)) == [made]
    assert list(ReportIssue.objects.same_as(other)) == [other]


@pytest.mark.parametrize("kind", ["contract_year", "month"])
def test_the_database_holds_the_agreement_to_contract_years(
    yearly: ServiceAgreement, customer: Organisation, kind: str
) -> None:
    agreement = None if kind == "contract_year" else yearly

    with pytest.raises(IntegrityError, match="report_of_contract_year_names_agreement"), transaction.atomic():
        ReportIssue.objects.create(
            customer=customer, period=kind, agreement=agreement, starts_at=YEAR[0], ends_at=YEAR[1], prepared_at=AFTER
        )


def test_two_reports_of_the_same_period_of_the_calendar_are_refused_by_the_database(
    yearly: ServiceAgreement, customer: Organisation
) -> None:
    month = period_of(date(2026, 11, 1))
    given: dict[str, Any] = {"customer": customer, "starts_at": month[0], "ends_at": month[1], "prepared_at": AFTER}
    ReportIssue.objects.create(**given)

    with pytest.raises(IntegrityError), transaction.atomic():
        ReportIssue.objects.create(**given)


def test_the_statements_do_not_grow_with_agreements(second: ServiceAgreement, customer: Organisation) -> None:
    def count(start: datetime, end: datetime) -> int:
        with CaptureQueriesContext(connection) as made:
            owed.due_within(start, end)
        return len(made)

    few = count(day(2027, 10, 1), day(2027, 12, 1))
    assert len(owed.due_within(day(2027, 10, 1), day(2029, 12, 1))) > 2
    assert count(day(2027, 10, 1), day(2029, 12, 1)) <= few

"""A contract year whose agreement was terminated in the middle of a day is reported to its last day and judged to its last instant."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from catalogue.models import Service
from incidents import upkeep
from itsm.people.models import Organisation, Person
from itsm.records.perform import perform
from itsm.service_reports import work
from itsm.service_reports.collecting import collect
from itsm.service_reports.contract_years import asked
from itsm.service_reports.forms import read_day
from itsm.service_reports.models import ReportIssue
from itsm.tickets.models import Outage
from relationships.survey_models import Answer
from sla import maintenance
from sla.models import MaintenanceTurn, ServiceAgreement
from tests.relationships.surveys import answer, launch, make_version, plan
from tests.service_reports.conftest import sheet
from tests.service_reports.yearly import day
from tests.service_reports.yearly import second as second
from tests.service_reports.yearly import yearly as yearly

pytestmark = pytest.mark.django_db
#: The agreement since 1 October ends in the afternoon of 12 March, the day of the monthly maintenance.
END = day(2027, 3, 12, 15)
PROMISES = [
    {"metric": "availability", "op": "ge", "value": "99", "period": "contract_year"}, {"metric": "outages", "op": "le", "value": "0"},
    {"metric": "maintenance", "op": "ge", "goal_percent": "100"}, {"metric": "csat", "op": "ge", "value": "4", "period": "contract_year"},
]  # fmt: skip
Kept = dict[str, Any]


@pytest.fixture
def made(agree: Any, service: Service) -> ServiceAgreement:
    """An agreement that promises a report of each of its years."""
    plans = [
        {
            "subject_zh": "維護",
            "subject_en": "Maintenance",
            "interval": "month",
            "first_on": "2026-10-12",
            "notice_days": 7,
        }
    ]
    found: ServiceAgreement = agree(
        sheet(service, report_frequency="contract_year", promises=PROMISES, maintenance_plans=plans, rto_seconds=None)
        | {"valid_to": "2029-09-30"}
    )
    return found


@pytest.fixture
def report(made: ServiceAgreement, customer: Organisation, slm: Person) -> Any:
    """End the agreement, and give the report of its year."""

    def collected() -> Kept:
        perform(made, "terminate", by=slm, at=END, reason="另訂新約")
        given = read_day("2027-03-01", "contract_year")
        assert given is not None
        span, agreement = asked(given, "contract_year", customer=customer, agreement=None, at=day(2027, 4, 1))
        assert span == (day(2026, 10, 1), END)
        return collect(customer, span, at=day(2027, 4, 1), kind="contract_year", agreement=agreement)

    return collected


def line_of(document: Kept, name: str) -> Kept:
    (one,) = document["services"]
    found: Kept = next(line for line in one["lines"] if line["name"] == name)
    return found


def shown(document: Kept, line: Kept) -> str:
    said: str = document["figures"][line["figures"]["result"]]["shown"]
    return said


def test_the_last_month_is_judged_as_far_as_the_agreement_held(report: Any, service: Service) -> None:
    Outage.objects.create(service=service, started_at=day(2027, 3, 5, 9), ended_at=day(2027, 3, 5, 10), evidence="告警")

    line = line_of(report(), "outages-2")

    assert (line["own"]["of"], line["met"]) == (6, False)
    reached = [datetime.fromisoformat(line["own"][name]) for name in ("start", "until")]
    assert reached == [day(2027, 3, 1), END]


def test_a_month_that_goes_on_after_a_whole_contract_year_is_left_to_the_next_one(
    second: ServiceAgreement, customer: Organisation
) -> None:
    document = collect(
        customer, (day(2027, 1, 15), day(2028, 1, 15)), at=day(2028, 2, 1), kind="contract_year", agreement=second.pk
    )

    assert line_of(document, "availability-month")["own"]["of"] == 12  # January to December


def test_maintenance_of_the_last_day_counts_as_it_was_done(report: Any, agent: Person) -> None:
    for month, year in ((10, 2026), (11, 2026), (12, 2026), (1, 2027), (2, 2027), (3, 2027)):
        upkeep.tend(day(year, month, 2, 9))
        turn = MaintenanceTurn.objects.get(planned_on=date(year, month, 12))
        maintenance.finish(turn, by=agent, at=day(year, month, 12, 11))

    document = report()

    line = line_of(document, "maintenance-3")
    assert (shown(document, line), line["met"]) == ("100.000%", True)
    assert len(document["figures"][line["figures"]["done"]]["sides"]["part"]) == 6


def test_a_mark_of_the_last_day_counts(report: Any, service: Service, brm: Person, requester: Person) -> None:
    version = make_version()
    campaign = launch(plan(version, owner=brm, min_interval_days=0, opens_on=date(2026, 11, 23)), by=brm)
    given = answer(campaign, requester)
    question = version.questions.get(kind="scale", per_service=True)
    Answer.objects.create(response=given, question=question, service=service, value=2)
    type(given).objects.filter(pk=given.pk).update(submitted_on=date(2027, 3, 12))

    document = report()

    line = line_of(document, "csat-4")
    assert (shown(document, line), line["met"]) == ("2.00", False)


def test_the_worker_prepares_it_by_itself(made: ServiceAgreement, slm: Person) -> None:
    perform(made, "terminate", by=slm, at=END, reason="另訂新約")
    work.tend(day(2027, 3, 12, 16))
    work.go_on(day(2027, 3, 12, 17))

    issue = ReportIssue.objects.get()
    assert (issue.ends_at, issue.is_provisional) == (END, False)
    assert line_of(issue.figures, "outages-2")["own"]["of"] == 6

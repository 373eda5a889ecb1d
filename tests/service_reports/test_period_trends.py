"""Limits, the delivery of reports and maintenance have a trend of thirteen periods, the same in every form of the report."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from incidents import upkeep
from itsm.people.models import Organisation, Person
from itsm.service_reports import files, steps, work
from itsm.service_reports.collecting import collect
from itsm.service_reports.models import ReportIssue
from itsm.service_reports.names import names
from itsm.service_reports.periods import period_of
from itsm.service_reports.shown import era_of
from itsm.service_reports.shown import sheet as set_sheet
from itsm.tickets.models import Outage
from sla import maintenance
from sla.models import MaintenanceTurn
from tests.availability.conftest import TAIPEI, taipei
from tests.service_reports.conftest import NOVEMBER, sheet
from tests.service_reports.test_case_trends import told, trends

pytestmark = pytest.mark.django_db
OCTOBER, DECEMBER = period_of(date(2026, 10, 1)), period_of(date(2026, 12, 1))
JANUARY = datetime(2027, 1, 12, 10, tzinfo=TAIPEI)
PROMISES = [
    {"metric": "availability", "op": "ge", "value": "99"}, {"metric": "longest_outage", "op": "le", "seconds": 7200},
    {"metric": "outages", "op": "le", "value": "1"}, {"metric": "downtime", "op": "le", "seconds": 36000, "period": "year"},
    {"metric": "report", "op": "ge", "value": "1"}, {"metric": "maintenance", "op": "ge", "goal_percent": "100"},
]  # fmt: skip
NAMES = ["longest_outage-2", "outages-3", "downtime-4", "report-5", "maintenance-6"]
Points = list[tuple[str, str | None, bool | None]]


@pytest.fixture
def lived(agree: Any, service: Any, down: Any, agent: Person) -> None:
    """Three months: a long outage and maintenance done in October, two short outages in November, nothing in December."""
    agree(sheet(service, promises=PROMISES))
    down(taipei(10, 6, 9), taipei(10, 6, 12), evidence="告警")
    down(taipei(11, 5, 9), taipei(11, 5, 10), evidence="告警")
    down(taipei(11, 6, 9), taipei(11, 6, 10), evidence="告警")
    upkeep.tend(taipei(10, 2, 9))
    maintenance.finish(MaintenanceTurn.objects.get(), by=agent, at=taipei(10, 12, 12))


def last_three(document: dict[str, Any], name: str) -> Points:
    """Give the points of the three months; before them nothing is known."""
    points = told(document, trends(document)[name])
    assert len(points) == 13
    assert all(point[1:] == (None, None) for point in points[:-3])
    return points[-3:]


@pytest.mark.usefixtures("lived")
@pytest.mark.parametrize(
    ("name", "october", "november", "december"),
    [
        ("longest_outage-2", ("3:00:00", False), ("1:00:00", True), ("0:00:00", True)),
        ("outages-3", ("1", True), ("2", False), ("0", True)),
        (
            "downtime-4",
            ("3:00:00", None),
            ("2:00:00", None),
            ("0:00:00", None),
        ),  # it is for the year: no month is judged by it
        ("report-5", (None, None), ("0.000%", False), ("0.000%", False)),
        ("maintenance-6", ("100.000%", True), ("0.000%", False), ("0.000%", False)),
    ],
)
def test_each_month_is_counted_and_judged(
    customer: Organisation, name: str, october: Any, november: Any, december: Any
) -> None:
    found = last_three(collect(customer, DECEMBER, at=JANUARY), name)

    assert found == [("2026-10", *october), ("2026-11", *november), ("2026-12", *december)]


@pytest.mark.usefixtures("lived")
def test_only_what_is_measured_has_one_in_the_order_of_the_promises(customer: Organisation) -> None:
    assert list(trends(collect(customer, DECEMBER, at=JANUARY))) == NAMES


@pytest.mark.usefixtures("lived")
def test_an_earlier_month_says_what_its_own_report_says(customer: Organisation) -> None:
    then = collect(customer, NOVEMBER, at=JANUARY)
    later = collect(customer, DECEMBER, at=JANUARY)

    for name in NAMES:
        own = trends(then)[name]["points"][-1]
        seen = trends(later)[name]["points"][-2]
        assert (own["period"], own["met"]) == (seen["period"], seen["met"])
        assert then["figures"][own["figure"]] == later["figures"][seen["figure"]]


@pytest.mark.usefixtures("lived")
def test_a_month_stays_as_it_was_issued(
    customer: Organisation, service: Any, owner: Person, slm: Person, brm: Person
) -> None:
    at = taipei(12, 10, 10)
    issue = steps.prepare(customer, NOVEMBER, by=slm, at=at)
    work.go_on(at)
    steps.comment(issue, service, "外電異常。", by=owner, at=at)
    issue.refresh_from_db()
    steps.approve(issue, digest=issue.digest, by=brm, at=at)
    steps.issue(issue, by=slm, at=at)
    Outage.objects.filter(started_at__gte=NOVEMBER[0]).update(
        ended_at=taipei(11, 6, 20)
    )  # were it counted today, it would be longer

    found = last_three(collect(customer, DECEMBER, at=JANUARY), "longest_outage-2")

    assert found[1] == ("2026-11", "1:00:00", True)


@pytest.fixture
def issue(lived: None, customer: Organisation, slm: Person) -> ReportIssue:
    """The report of December as it is calculated."""
    made = steps.prepare(customer, DECEMBER, by=slm, at=JANUARY)
    work.go_on(JANUARY)
    found: ReportIssue = ReportIssue.objects.get(pk=made.pk)
    return found


def test_page_paper_files_and_rest_have_each_point(issue: ReportIssue, slm: Person) -> None:
    keys = {one["figure"] for trend in trends(issue.figures).values() for one in trend["points"]} - {None}
    shown = set_sheet(issue, minguo=False)
    tables = [one for one in shown.tables() if one.ident.startswith("trends-")]
    cells = {part.figure: part.text for one in tables for row in one.rows for cell in row for part in cell.parts}
    printed = {part.figure: part.text for one in tables for _name, cell in one.on_paper for part in cell.parts}
    flat = [str(row) for row in files.flat(issue, shown)]
    client = Client()
    client.force_login(slm)
    page = client.get(issue.get_absolute_url()).content.decode()
    rest = client.get(f"/api/v1/sla-reports/{issue.pk}").json()

    assert len(keys) == 3 + 3 + 3 + 2 + 3
    assert keys <= names(issue.figures, era_of(issue, minguo=False)).keys()
    assert keys <= cells.keys()
    for key in keys:
        assert printed[key] == cells[key]
        assert any(cells[key] in row for row in flat)
        assert f'data-figure="{key}"' in page
        assert rest["figures"][key] == issue.figures["figures"][key]


@pytest.mark.parametrize(("language", "head"), [("en", "at least 100%"), ("zh-hant", "100% 以上")])
def test_maintenance_has_its_share_alone_at_the_head_of_its_column(
    issue: ReportIssue, language: str, head: str
) -> None:
    with override(language):
        heads = [name for one in set_sheet(issue).tables() if one.ident.startswith("trends-") for name in one.head]

    assert f"({head})" in heads[-1]


def test_no_statement_is_spent_on_more_months(lived: None, customer: Organisation, down: Any) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as made:
            collect(customer, DECEMBER, at=JANUARY)
        return len(made)

    count()  # what is remembered for good is read
    few = count()
    for day in (2, 3, 4):
        down(taipei(10, day, 9), taipei(10, day, 10), evidence="告警")
        upkeep.tend(taipei(11, day, 9))

    assert count() == few

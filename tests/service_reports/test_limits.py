"""The limits of the workload stand beside what came, in every form of the report; they are shown and free nobody of a promise."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override
from openpyxl import load_workbook

from incidents.models import Incident
from itsm.people.models import Organisation, Person
from itsm.records.perform import perform
from itsm.service_reports.amounts import figure_of
from itsm.service_reports.collecting import collect
from itsm.service_reports.models import ReportIssue
from itsm.service_reports.shown import sheet as set_sheet
from sla.models import ServiceAgreement
from tests.availability.conftest import taipei
from tests.service_reports.conftest import AFTER, NOVEMBER, sheet

pytestmark = pytest.mark.django_db
LIMITS = [
    {"metric": "cases", "most": 3, "per": "month"}, {"metric": "cases", "most": 3, "per": "week"},
    {"metric": "cases", "most": 0, "per": "day"}, {"metric": "requests", "most": 5, "per": "month"},
    {"metric": "cases", "most": 9, "per": "year"}, {"metric": "cases", "most": 4, "per": "quarter"},
    {"metric": "visits", "most": 2, "per": "month"}, {"metric": "教育訓練場次", "most": 4, "per": "year"},
    {"metric": "cases", "most": 9, "per": "fortnight"},
]  # fmt: skip
Kept = dict[str, Any]


@pytest.fixture
def limited(agree: Any, service: Any, handled: Any) -> ServiceAgreement:
    """An agreement with limits, a case in October and four in November: three in a week."""
    made: ServiceAgreement = agree(sheet(service) | {"workload": LIMITS})
    handled(taipei(10, 20, 10))
    for day in (9, 10, 11, 16):
        handled(taipei(11, day, 10))
    return made


def told(document: Kept) -> list[tuple[str, bool | None]]:
    """Give of each limit the number of what came and the comparison."""
    figures = document["figures"]
    return [(figures[one["figure"]]["shown"] if one["figure"] else "", one["exceeded"]) for one in document["workload"]]


@pytest.mark.usefixtures("limited")
def test_the_most_that_came_in_a_period_is_compared_with_each_limit(customer: Organisation) -> None:
    document = collect(customer, NOVEMBER, at=AFTER)

    assert told(document) == [
        ("4", True), ("3", False), ("1", True), ("0", False), ("5", None), ("5", True), ("", None), ("", None), ("", None),
    ]  # fmt: skip
    month, week, day, _requests, year, *_rest = document["workload"]
    assert (month["start"], month["end"], month["over"], month["of"]) == (
        NOVEMBER[0].isoformat(), NOVEMBER[1].isoformat(), True, 1,
    )  # fmt: skip
    assert (week["start"][:10], week["of"], day["start"][:10], day["of"]) == ("2026-11-09", 5, "2026-11-09", 30)
    assert (year["start"][:10], year["over"]) == ("2026-10-01", False)  # from the first day of the agreement


@pytest.mark.usefixtures("limited")
def test_the_rows_are_the_cases_of_that_period(customer: Organisation) -> None:
    document = collect(customer, NOVEMBER, at=AFTER)

    week = figure_of(document["figures"][document["workload"][1]["figure"]])
    in_week = Incident.objects.filter(received_at__gte=taipei(11, 9), received_at__lt=taipei(11, 16))
    assert sorted(which for _what, which, _one in week.sides["part"]) == sorted(in_week.values_list("pk", flat=True))


def test_an_exceeded_limit_frees_nobody_of_a_promise(
    limited: ServiceAgreement, customer: Organisation, handled: Any
) -> None:
    handled(taipei(11, 20, 9), answered=45, took=300)

    document = collect(customer, NOVEMBER, at=AFTER)

    (one,) = document["services"]
    response = next(line for line in one["lines"] if line["name"] == "response-2")
    assert document["workload"][0]["exceeded"] is True
    assert (response["met"], document["figures"][response["figures"]["result"]]["shown"]) == (False, "80.000%")


def test_the_last_period_ends_with_the_agreement(
    limited: ServiceAgreement, customer: Organisation, slm: Person
) -> None:
    perform(limited, "terminate", by=slm, at=taipei(11, 18, 15), reason="另訂新約")

    document = collect(customer, NOVEMBER, at=AFTER)

    found = told(document)
    assert found[:2] == [("4", True), ("3", False)]
    assert found[4] == ("5", False)  # its year is over too
    assert datetime.fromisoformat(document["workload"][4]["end"]) == taipei(11, 18, 15)


@pytest.mark.usefixtures("limited")
def test_it_is_the_same_on_page_files_and_rest_and_every_number_opens_its_rows(calculated: Any, slm: Person) -> None:
    issue: ReportIssue = calculated()
    client = Client()
    Person.objects.filter(pk=slm.pk).update(language="en")
    client.force_login(slm)

    page = client.get(issue.get_absolute_url()).content.decode()
    rest = client.get(f"/api/v1/sla-reports/{issue.pk}").json()
    book = client.get(f"{issue.get_absolute_url()}report.xlsx").content

    with override("en"):
        table = set_sheet(issue).workload
    assert table is not None
    lines = [[cell.text for cell in row] for row in table.rows]
    assert [line[:4] for line in lines[:2]] == [
        ["cases: at most 3 a month", "4", "November 2026", "× exceeded"],
        ["cases: at most 3 a week", "3", "week 46 of 2026 (11/9–11/15)", "○ within it"],
    ]
    assert [line[1:4] for line in lines[4:8:3]] == [
        ["5", "2026, so far", "within it so far"],
        ["—", "—", "not counted here"],
    ]
    cells = {str(cell.value) for part in load_workbook(BytesIO(book)) for row in part.iter_rows() for cell in row}
    assert {"cases: at most 3 a week", "week 46 of 2026 (11/9–11/15)"} <= cells
    assert rest["workload"] == issue.figures["workload"]
    for one in issue.figures["workload"][:6]:
        assert f'data-figure="{one["figure"]}"' in page
        rows = client.get(f"{issue.get_absolute_url()}rows/{one['figure']}/").content.decode()
        assert f"{one['agreement']} · " in rows
        assert rows.count("/t/INC-") == int(issue.figures["figures"][one["figure"]]["shown"])


def test_without_limits_there_is_no_table(november: None, calculated: Any) -> None:
    issue = calculated()

    assert issue.figures["workload"] == []
    assert set_sheet(issue).workload is None
    issue.figures.pop("workload")  # as a report of the schema before
    assert set_sheet(issue).workload is None


def test_no_statement_is_spent_on_more_cases(limited: ServiceAgreement, customer: Organisation, handled: Any) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as made:
            collect(customer, NOVEMBER, at=AFTER)
        return len(made)

    count()  # what is remembered for good is read
    few = count()
    for day in (20, 21, 22):
        handled(taipei(11, day, 10))

    assert count() == few

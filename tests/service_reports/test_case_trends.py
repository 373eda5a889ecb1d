"""Each promise of cases has a trend of thirteen periods, the same in every form of the report."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from itsm.service_reports import files
from itsm.service_reports.amounts import figure_of
from itsm.service_reports.collecting import collect
from itsm.service_reports.names import names
from itsm.service_reports.shown import era_of
from itsm.service_reports.shown import sheet as set_sheet
from tests.availability.conftest import taipei
from tests.service_reports.conftest import AFTER, NOVEMBER

pytestmark = pytest.mark.django_db
Kept = dict[str, Any]


@pytest.fixture
def lived(agreement: Any, handled: Any) -> None:
    """October kept and broke a response, November kept two."""
    for month, day, minutes in ((10, 6, 10), (10, 7, 45), (11, 10, 10), (11, 11, 10)):
        handled(taipei(month, day, 10), answered=minutes)


def trends(document: Kept) -> dict[str, Kept]:
    (one,) = document["services"]
    return {trend["name"]: trend for trend in one["trends"]}


def told(document: Kept, trend: Kept) -> list[tuple[str, str | None, bool | None]]:
    figures = document["figures"]
    return [(one["period"], one["figure"] and figures[one["figure"]]["shown"], one["met"]) for one in trend["points"]]


@pytest.mark.usefixtures("lived")
def test_the_last_points_are_the_months_that_were_lived(customer: Any) -> None:
    document = collect(customer, NOVEMBER, at=AFTER)

    found = trends(document)
    assert list(found) == ["response-2", "resolution-3", "longest_outage-4", "outages-5"]  # nobody gave a mark
    points = told(document, found["response-2"])
    assert len(points) == 13
    assert points[-2:] == [("2026-10", "50.000%", False), ("2026-11", "100.000%", True)]
    assert all(point[1:] == (None, None) for point in points[:-2])
    lines = {line["name"]: line for line in document["services"][0]["lines"]}
    now = figure_of(document["figures"][lines["response-2"]["figures"]["result"]])
    assert figure_of(document["figures"][found["response-2"]["points"][-1]["figure"]]).sides == now.sides


@pytest.mark.usefixtures("lived")
def test_a_month_stays_as_it_was_issued(issued: Any, customer: Any, handled: Any) -> None:
    handled(taipei(11, 12, 10), answered=45)
    issued()
    from incidents.models import Incident

    Incident.objects.filter(closed_at__gte=NOVEMBER[0]).update(
        service=None
    )  # were it counted today, there would be nothing
    december = (NOVEMBER[1], taipei(12, 31) + (NOVEMBER[1] - taipei(11, 30)))

    document = collect(customer, december, at=december[1])

    assert told(document, trends(document)["response-2"])[-2] == ("2026-11", "66.666%", False)


@pytest.mark.usefixtures("lived")
def test_page_workbook_and_names_have_each_point(calculated: Any) -> None:
    issue = calculated()

    sheet = set_sheet(issue, minguo=False)
    (table,) = (one for one in sheet.tables() if one.ident == "trends-documents")
    keys = {one["figure"] for trend in trends(issue.figures).values() for one in trend["points"]} - {None}
    shown = {part.figure for row in table.rows for cell in row for part in cell.parts if part.figure}
    assert shown == keys
    assert keys <= names(issue.figures, era_of(issue, minguo=False)).keys()
    assert any("50.000%" in str(row) for row in files.flat(issue, sheet))
    printed = [part for _name, cell in table.on_paper for part in cell.parts]
    assert {part.figure for part in printed if part.figure} == keys
    assert {part.text for row in table.rows for cell in row[1:] for part in cell.parts if part.figure} <= {
        part.text for part in printed
    }


@pytest.mark.usefixtures("lived")
def test_lines_on_paper_tell_every_number_of_their_table(calculated: Any) -> None:
    sheet = set_sheet(calculated(), minguo=False)
    in_lines = [table for table in sheet.tables() if table.on_paper]

    assert {table.ident.partition("-")[0] for table in in_lines} >= {"beside", "trends"}
    for table in in_lines:
        told = {(part.text, part.figure) for row in table.rows for cell in row for part in cell.parts if part.figure}
        lines = [part for _name, cell in table.on_paper for part in cell.parts]
        assert {(part.text, part.figure) for part in lines if part.figure} == told
        for row in table.rows:
            words_on_paper = " ".join([*(name for name, _cell in table.on_paper), *(part.text for part in lines)])
            assert row[0].text in words_on_paper or "trends" in table.ident  # a period without data is left out


@pytest.mark.usefixtures("lived")
def test_no_statement_is_spent_on_trends_of_more_cases(customer: Any, handled: Any) -> None:
    collect(customer, NOVEMBER, at=AFTER)  # what is remembered for good is read
    with CaptureQueriesContext(connection) as few:
        collect(customer, NOVEMBER, at=AFTER)
    for day in (20, 21, 22):
        handled(taipei(10, day, 10))

    with CaptureQueriesContext(connection) as many:
        collect(customer, NOVEMBER, at=AFTER)

    assert len(many) == len(few)

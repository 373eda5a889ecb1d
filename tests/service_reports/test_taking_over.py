"""A corrected report begins with the commentary of the edition before; what changed is told all the same."""

from __future__ import annotations

import json
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override
from openpyxl import load_workbook

from itsm.service_reports import steps, work
from itsm.service_reports.entering import Result
from itsm.service_reports.models import ReportIssue
from itsm.service_reports.shown import sheet as set_sheet
from tests.availability.conftest import taipei
from tests.service_reports.conftest import AFTER, NOVEMBER, sheet
from tests.service_reports.test_promises_of_the_period import CUSTOM, RATIO, line_of

pytestmark = pytest.mark.django_db
SAID = "外電異常，已增設備援。"
LATER = AFTER + timedelta(days=1)


@pytest.fixture
def corrected(issued: Any, customer: Any, slm: Any, down: Any, november: None) -> ReportIssue:
    """The report of November issued with commentary, then prepared anew since an outage was missing."""
    issued()
    down(taipei(11, 21, 9), taipei(11, 21, 12))
    made = steps.prepare(customer, NOVEMBER, by=slm, at=LATER, reason="漏列 11/21 中斷")
    work.go_on(LATER)
    found: ReportIssue = ReportIssue.objects.get(pk=made.pk)
    return found


def test_it_begins_with_the_earlier_commentary_and_the_journal_says_whence(corrected: ReportIssue, owner: Any) -> None:
    said = corrected.figures["services"][0]["comment"]

    assert (said["text"], said["by"], said["taken_from"]) == (SAID, owner.name, 1)
    step = corrected.steps.get(name="take_over")
    assert (step.note, step.by) == ("SLR-LIBRARY-202611-01", corrected.prepared_by)


def test_what_differs_names_the_numbers_and_not_the_same_commentary(corrected: ReportIssue) -> None:
    changed = {one["figure"]: one for one in corrected.differences}

    assert changed["documents.availability.result"]["added"] == 1
    assert "documents.commentary" not in changed


def test_commentary_that_was_changed_is_the_new_author_s_and_stands_among_the_differences(
    corrected: ReportIssue, service: Any, slm: Any
) -> None:
    steps.comment(corrected, service, "補列 11/21 中斷。", by=slm, at=LATER)

    corrected.refresh_from_db()
    said = corrected.figures["services"][0]["comment"]
    assert (said["text"], said["by"], "taken_from" in said) == ("補列 11/21 中斷。", slm.name, False)
    with override("en"):
        table = set_sheet(corrected).differences
    assert table is not None
    rows = [[cell.text for cell in row] for row in table.rows]
    assert [f"{service.name_en} · Commentary", SAID, "補列 11/21 中斷。", "—"] in rows
    assert len(rows) > 1  # the numbers as well


def test_commentary_that_was_taken_away_stands_among_the_differences(
    corrected: ReportIssue, service: Any, owner: Any
) -> None:
    steps.comment(corrected, service, "", by=owner, at=LATER)

    corrected.refresh_from_db()
    (one,) = [row for row in corrected.differences if row["figure"] == "documents.commentary"]
    assert (one["before"], one["after"]) == (SAID, None)


def test_it_stays_through_a_new_calculation_and_into_the_next_correction(
    corrected: ReportIssue, customer: Any, slm: Any, brm: Any
) -> None:
    steps.recalculate(corrected, by=slm, at=LATER)
    work.go_on(LATER + timedelta(seconds=1))
    corrected.refresh_from_db()
    steps.approve(corrected, digest=corrected.digest, by=brm, reason="本月未辦理", at=LATER)
    steps.issue(corrected, by=slm, at=LATER)

    third = steps.prepare(customer, NOVEMBER, by=slm, at=LATER, reason="更正")

    assert [(one.text, one.taken_from) for one in third.comments.all()] == [(SAID, 1)]
    assert third.steps.get(name="take_over").note == "SLR-LIBRARY-202611-02"


def test_a_first_edition_and_one_after_silence_take_nothing_over(
    agree: Any, calculated: Any, customer: Any, service: Any, slm: Any, brm: Any
) -> None:
    agree(sheet(service, promises=[RATIO], report_frequency="none", report_delivery="", maintenance_plans=[]))
    first = calculated()
    steps.approve(first, digest=first.digest, by=brm, at=AFTER)
    steps.issue(first, by=slm, at=AFTER)

    second = steps.prepare(customer, NOVEMBER, by=slm, at=AFTER, reason="更正")

    assert not second.comments.exists()
    assert not {*first.steps.values_list("name", flat=True), *second.steps.values_list("name", flat=True)} & {
        "take_over"
    }


def test_results_that_a_person_entered_are_taken_over_too(
    agree: Any, calculated: Any, customer: Any, service: Any, owner: Any, slm: Any, brm: Any
) -> None:
    agree(sheet(service, promises=[RATIO, CUSTOM], report_frequency="none", report_delivery="", maintenance_plans=[]))
    first = calculated()
    steps.comment(first, service, "", results=[Result("custom-2", "missed", "未辦理")], by=owner, at=AFTER)
    first.refresh_from_db()
    steps.comment(first, service, "講師請假", by=owner, at=AFTER)
    first.refresh_from_db()
    steps.approve(first, digest=first.digest, by=brm, at=AFTER)
    steps.issue(first, by=slm, at=AFTER)

    second = steps.prepare(customer, NOVEMBER, by=slm, at=LATER, reason="更正")
    work.go_on(LATER)

    second.refresh_from_db()
    assert line_of(second, "custom")["entered"]["text"] == "未辦理"
    assert second.differences == []
    assert second.state == "commented"


def test_page_files_and_rest_say_that_it_was_taken_over(corrected: ReportIssue, slm: Any, client: Client) -> None:
    slm.language = "en"
    slm.save()
    client.force_login(slm)

    page = client.get(corrected.get_absolute_url()).content.decode()
    assert f"{corrected.figures['services'][0]['comment']['by']}, taken over from edition 01" in page
    assert "Commentary taken over from" in page
    book = load_workbook(BytesIO(client.get(f"{corrected.get_absolute_url()}report.xlsx").content))
    cells = [str(cell.value) for page in book for row in page.iter_rows() for cell in row]
    assert any("taken over from edition 01" in cell for cell in cells)
    told = json.loads(client.get(f"/api/v1/sla-reports/{corrected.pk}").content)
    assert told["services"][0]["comment"]["taken_from"] == 1

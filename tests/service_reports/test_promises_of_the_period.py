"""Delivery of reports and scheduled maintenance are judged by what fell due; what nothing measures is judged by a person."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from incidents import upkeep
from itsm.people.models import Person
from itsm.service_reports import files, steps
from itsm.service_reports.amounts import figure_of
from itsm.service_reports.entering import Result
from itsm.service_reports.models import ReportIssue
from itsm.service_reports.periods import period_of
from itsm.service_reports.shown import sheet as set_sheet
from sla import maintenance
from sla.models import MaintenanceTurn
from tests.availability.conftest import taipei
from tests.service_reports.conftest import AFTER, NOVEMBER, sheet

pytestmark = pytest.mark.django_db
OCTOBER = period_of(date(2026, 10, 1))
REPORT = {"metric": "report", "op": "ge", "value": "1", "words_zh": "每月一份", "words_en": "One a month"}
UPKEEP = {"metric": "maintenance", "op": "ge", "goal_percent": "50"}
CUSTOM = {"metric": "custom", "op": "ge", "words_zh": "每季教育訓練", "words_en": "Training every quarter"}
RATIO = {"metric": "availability", "op": "ge", "value": "90"}


def line_of(issue: ReportIssue, metric: str) -> dict[str, Any]:
    """Give the only line of a measure."""
    (found,) = [one for one in issue.figures["services"][0]["lines"] if one["metric"] == metric]
    return dict(found)


def numbers(issue: ReportIssue, metric: str) -> dict[str, str]:
    """Give the numbers of a line as they are written."""
    return {name: issue.figures["figures"][key]["shown"] for name, key in line_of(issue, metric)["figures"].items()}


def cells(issue: ReportIssue, language: str = "en") -> list[str]:
    """Give every cell of the report."""
    with override(language):
        return [cell.text for table in set_sheet(issue).tables() for row in table.rows for cell in row]


# ---- delivery of reports ---------------------------------------------------------------------
@pytest.fixture
def promised(agree: Any, service: Any) -> Any:
    """An agreement that promises a report a month."""
    return agree(sheet(service, promises=[RATIO, REPORT]))


def october(customer: Any, slm: Person, at: Any) -> ReportIssue:
    """Write the issued report of October down."""
    made: ReportIssue = ReportIssue.objects.create(
        customer=customer, period="month", starts_at=OCTOBER[0], ends_at=OCTOBER[1], state="issued", prepared_at=at, approved_at=at,
        issued_at=at, issued_by=slm, digest="0" * 64, figures={"services": [], "figures": {}},
    )  # fmt: skip
    return made


def test_a_report_issued_when_due_keeps_the_promise_and_is_its_row(
    promised: Any, customer: Any, slm: Person, calculated: Any
) -> None:
    before = october(customer, slm, taipei(11, 9, 10))

    issue = calculated()

    line = line_of(issue, "report")
    assert (line["met"], numbers(issue, "report")["result"]) == (True, "100.000%")
    assert figure_of(issue.figures["figures"][line["figures"]["on_time"]]).sides == {"part": [("report", before.pk, 1)]}
    (told,) = line["reports"]
    assert (told["state"], told["period"], told["number"]) == ("on_time", "2026-10", before.number)
    assert {"One a month", "95% within 10 working days", "100.000% (1/1)", "○ issued in time"} <= set(cells(issue))


@pytest.mark.parametrize(("day", "state", "counted"), [(26, "late", "late"), (None, "missing", "missing")])
def test_a_late_report_and_one_never_prepared_miss_it(
    promised: Any, customer: Any, slm: Person, calculated: Any, day: int | None, state: str, counted: str
) -> None:
    if day:
        october(customer, slm, taipei(11, day, 10))

    issue = calculated()

    line = line_of(issue, "report")
    assert (line["met"], line["reports"][0]["state"]) == (False, state)
    assert (numbers(issue, "report")["result"], numbers(issue, "report")[counted]) == ("0.000%", "1")
    assert issue.figures["services"][0]["missed"] is True
    assert ("documents.report-2", 1) in [
        (row[1], row[2]) for row in issue.figures["figures"]["all.missed"]["sides"]["part"]
    ]


def test_what_is_not_due_yet_is_told_and_not_judged(promised: Any, calculated: Any) -> None:
    issue = calculated(taipei(11, 9, 10))

    line = line_of(issue, "report")
    assert (line["met"], line["reports"][0]["state"], numbers(issue, "report")["result"]) == (None, "ahead", "-")
    assert "none was due" in cells(issue)


def test_without_a_promise_of_delivery_the_usual_days_are_the_houses_own(agreement: Any, calculated: Any) -> None:
    issue = calculated()

    line = line_of(issue, "report")
    assert (line["kind"], line["met"], numbers(issue, "report")["missing"]) == ("house", None, "1")


def test_an_agreement_that_owes_no_report_shows_none(agree: Any, service: Any, calculated: Any) -> None:
    agree(sheet(service, report_frequency="none", report_delivery="", promises=[RATIO]))

    assert all(one["metric"] != "report" for one in calculated().figures["services"][0]["lines"])


# ---- maintenance -----------------------------------------------------------------------------
@pytest.fixture
def upkept(agree: Any, service: Any) -> Any:
    """An agreement with two plans: monthly a week before, weekly on Wednesdays three days before."""
    plans = [
        {"subject_zh": "公文系統維護", "subject_en": "Maintenance", "interval": "month", "first_on": "2026-10-12", "notice_days": 7},
        {"subject_zh": "備份演練", "subject_en": "Restore", "interval": "week", "first_on": "2026-11-04", "notice_days": 3},
    ]  # fmt: skip
    return agree(sheet(service, promises=[RATIO, UPKEEP], maintenance_plans=plans))


def raised(subject: str, day: int, *, told: Any, service: Any, done: Any = None) -> MaintenanceTurn:
    """Write a turn down: planned for nine in the morning of a day of November."""
    made: MaintenanceTurn = MaintenanceTurn.objects.create(
        service=service, subject_zh=subject, subject_en=subject, planned_on=date(2026, 11, day), starts_at=taipei(11, day, 9),
        ends_at=taipei(11, day, 10), announced_at=told, done_at=done,
    )  # fmt: skip
    return made


def test_turns_are_told_apart_and_judged_by_recurrence_and_notice(upkept: Any, service: Any, calculated: Any) -> None:
    fine = raised(
        "公文系統維護", 12, told=taipei(11, 5, 9), done=taipei(11, 12, 10), service=service
    )  # exactly seven days
    short = raised(
        "備份演練", 4, told=taipei(11, 1, 10), done=taipei(11, 4, 10), service=service
    )  # an hour short of three
    moved = raised("備份演練", 11, told=taipei(11, 1, 9), done=taipei(11, 13, 10), service=service)
    skipped = raised(
        "備份演練", 18, told=taipei(11, 1, 9), done=taipei(11, 25, 10), service=service
    )  # when the next one was due

    issue = calculated()

    line = line_of(issue, "maintenance")
    figures = {name: figure_of(issue.figures["figures"][key]) for name, key in line["figures"].items()}
    kept = [("maintenance", fine.pk, 1), ("maintenance", moved.pk, 1)]
    assert figures["result"].sides["part"] == kept
    assert figures["result"].total("whole") == 5
    assert ("unraised", "2026-11-25 備份演練", 1) in figures["result"].sides["whole"]  # nobody raised it
    assert figures["done"].sides["part"] == [("maintenance", fine.pk, 1), ("maintenance", short.pk, 1)]
    assert figures["moved"].sides["part"] == [("maintenance", moved.pk, 1), ("maintenance", skipped.pk, 1)]
    assert [row[1] for row in figures["missed"].sides["part"]] == ["2026-11-25 備份演練"]
    assert figures["announced"].total("part") == 3
    assert line["met"] is False  # two of five, of at least half


def test_the_goal_of_the_promise_decides(upkept: Any, service: Any, calculated: Any) -> None:
    raised("公文系統維護", 12, told=taipei(11, 1, 9), done=taipei(11, 12, 10), service=service)
    for day in (4, 11):
        raised("備份演練", day, told=taipei(10, 20, 9), done=taipei(11, day, 10), service=service)

    issue = calculated()

    assert (line_of(issue, "maintenance")["met"], numbers(issue, "maintenance")["result"]) == (True, "60.000%")
    assert "50% of turns, announced 3–7 days before" in cells(issue)


def test_without_a_promise_of_a_share_every_turn_must_keep_it(agreement: Any, agent: Person, calculated: Any) -> None:
    upkeep.tend(taipei(11, 2, 9))
    maintenance.finish(MaintenanceTurn.objects.get(), by=agent, at=taipei(11, 12, 12))

    issue = calculated()

    assert (line_of(issue, "maintenance")["met"], numbers(issue, "maintenance")["result"]) == (True, "100.000%")
    assert line_of(issue, "maintenance")["target"] == {"op": "ge", "goal": "100", "notice": [7]}


def test_work_done_earlier_than_announced_is_not_announced_in_time(
    agreement: Any, service: Any, calculated: Any
) -> None:
    raised("公文系統維護", 12, told=taipei(11, 5, 9), done=taipei(11, 10, 10), service=service)

    issue = calculated()

    (turn,) = issue.figures["services"][0]["maintenance"][0]["turns"]
    assert (turn["state"], turn["in_time"], turn["kept"]) == ("moved", False, False)
    assert any("× announced late" in text for text in cells(issue))


def test_a_turn_ahead_is_not_judged(agreement: Any, service: Any, calculated: Any) -> None:
    raised("公文系統維護", 12, told=taipei(11, 1, 9), service=service)

    assert line_of(calculated(taipei(11, 9, 10)), "maintenance")["met"] is None


# ---- the same everywhere, and older reports as they were -------------------------------------
@pytest.mark.parametrize("language", ["en", "zh-hant"])
def test_page_print_page_csv_and_workbook_say_the_same(
    agree: Any, service: Any, calculated: Any, owner: Person, slm: Person, client: Client, language: str
) -> None:
    from io import BytesIO

    from openpyxl import load_workbook

    agree(sheet(service, promises=[RATIO, REPORT, UPKEEP, CUSTOM | {"op": "ge"}]))
    issue = calculated()
    steps.comment(issue, service, "說明", results=[Result("custom-4", "missed", "未辦理")], by=owner, at=AFTER)
    issue.refresh_from_db()
    slm.language = language
    slm.save()
    client.force_login(slm)

    with override(language):
        shown = set_sheet(issue)
        book = load_workbook(BytesIO(files.workbook(issue, shown)))
        flat = {row[3] for row in files.flat(issue, shown)}
    pages = [client.get(f"{issue.get_absolute_url()}{way}").content.decode() for way in ("", "print/")]
    told = {str(cell.value) for page in book for row in page.iter_rows() for cell in row}
    mine = [
        table for table in shown.tables() if table.ident in ("kept-documents", "reports-documents", "lines-documents")
    ]
    assert len(mine) == 3
    for cell in (cell for table in mine for row in table.rows for cell in row):
        assert cell.text in told
        assert all(part.text in flat for part in cell.parts)
        assert all(part.text in page for part in cell.parts for page in pages), cell.text


def test_older_reports_are_drawn_as_they_were(agree: Any, service: Any, calculated: Any) -> None:
    agree(sheet(service, promises=[RATIO, REPORT, CUSTOM]))
    issue = calculated()
    (one,) = issue.figures["services"]
    plain: dict[str, Any] = {"figures": {}, "met": None}
    for line in one["lines"]:
        if line["metric"] in ("report", "custom"):
            line |= plain | {"target": {"op": "ge"}}
            for name in ("reports", "promise", "entered"):
                line.pop(name, None)
    one["lines"] = [line for line in one["lines"] if line["metric"] != "maintenance"]
    for plan in one["maintenance"]:
        plan.pop("notice_days")
        for turn in plan["turns"]:
            for name in ("announced_at", "in_time", "kept"):
                turn.pop(name)
    issue.figures["definitions"] = "01.01"

    with override("en"):
        shown = set_sheet(issue)

    rows = {row[0].text: [cell.text for cell in row[1:4]] for row in shown.services[0].tables[0].rows}
    assert rows["One a month"] == rows["Training every quarter"] == ["—", "—", "—"]
    assert not {"kept-documents", "reports-documents"} & {table.ident for table in shown.tables()}
    assert "Delivery of reports" not in dict(shown.definitions)
    assert "Scheduled maintenance" in dict(shown.definitions)


def test_definitions_of_today_name_what_is_new(agreement: Any, calculated: Any) -> None:
    issue = calculated()

    assert (issue.figures["schema"], issue.figures["definitions"]) == (4, "01.08")
    with override("en"):
        assert {"Delivery of reports", "Maintenance kept", "Other measures", "Lifted misses"} <= set(
            dict(set_sheet(issue).definitions)
        )
    assert NOVEMBER[1] < AFTER

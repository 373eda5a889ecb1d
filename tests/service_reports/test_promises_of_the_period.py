"""Delivery of reports and scheduled maintenance are judged by what fell due; what nothing measures is judged by a person."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from incidents import upkeep
from itsm.people.models import Person
from itsm.records.refusals import Objected
from itsm.service_reports import files, steps, work
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


def again(issue: ReportIssue, *, by: Person, at: Any = AFTER) -> ReportIssue:
    """Calculate anew."""
    steps.recalculate(issue, by=by, at=at)
    work.go_on(at + timedelta(seconds=1))
    issue.refresh_from_db()
    return issue


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


# ---- what a person judges --------------------------------------------------------------------
@pytest.fixture
def trained(agree: Any, service: Any) -> Any:
    """An agreement that promises training."""
    row = {"promises": [RATIO, CUSTOM], "report_frequency": "none", "report_delivery": "", "maintenance_plans": []}
    return agree(sheet(service, **row))


GIVEN = Result("custom-2", "met", "十一月十日辦理，32 人參加", "https://example.org/training/11")


def test_nobody_entered_a_result_is_said_and_stands_in_the_way(trained: Any, calculated: Any, brm: Person) -> None:
    issue = calculated()

    assert (line_of(issue, "custom")["entered"], line_of(issue, "custom")["met"]) == (None, None)
    assert "no result entered" in cells(issue)
    with override("en"), pytest.raises(Objected, match=r"No result is entered for: .*Training every quarter"):
        steps.approve(issue, digest=issue.digest, by=brm, at=AFTER)
    issue.refresh_from_db()
    assert issue.state == "prepared"


def test_it_is_approved_without_for_a_reason_that_stands_on_the_report(
    trained: Any, calculated: Any, brm: Person, slm: Person
) -> None:
    issue = calculated()

    steps.approve(issue, digest=issue.digest, reason="訓練延至十二月", by=brm, at=AFTER)

    issue.refresh_from_db()
    assert (issue.state, issue.approved_without) == ("approved", "訓練延至十二月")
    with override("en"):
        assert ("Approved without a result", "訓練延至十二月") in set_sheet(issue).facts
    steps.send_back(issue, reason="補填", by=brm, at=AFTER)
    issue.refresh_from_db()
    assert issue.approved_without == ""


@pytest.mark.parametrize(("verdict", "met"), [("met", True), ("missed", False), ("no_data", None)])
def test_a_result_is_shown_as_entered_by_a_person(
    trained: Any, calculated: Any, service: Any, owner: Person, brm: Person, verdict: str, met: bool | None
) -> None:
    issue = calculated()

    given = Result(GIVEN.name, verdict, GIVEN.text, GIVEN.evidence)
    steps.comment(issue, service, "如附", results=[given], by=owner, at=AFTER)

    issue.refresh_from_db()
    line = line_of(issue, "custom")
    assert (line["met"], line["entered"]["by"], line["entered"]["verdict"]) == (met, owner.name, verdict)
    assert issue.figures["services"][0]["missed"] is (met is False)
    assert figure_of(issue.figures["figures"]["all.missed"]).value == int(met is False)
    text = f"{GIVEN.text}\nentered by {owner.name}\n{GIVEN.evidence}"
    assert text in cells(issue)
    steps.approve(issue, digest=issue.digest, by=brm, at=AFTER)


def test_a_result_stays_through_a_new_calculation_and_goes_when_it_is_emptied(
    trained: Any, calculated: Any, service: Any, owner: Person, slm: Person
) -> None:
    issue = calculated()
    steps.comment(issue, service, "", results=[GIVEN], by=owner, at=AFTER)

    issue = again(issue, by=slm)
    assert line_of(issue, "custom")["entered"]["text"] == GIVEN.text
    steps.comment(issue, service, "說明", results=[GIVEN], by=slm, at=AFTER + timedelta(hours=1))
    issue.refresh_from_db()
    assert line_of(issue, "custom")["entered"]["by"] == owner.name  # sent again unchanged, it is still the owner's

    steps.comment(issue, service, "說明", results=[Result("custom-2")], by=owner, at=AFTER)
    issue.refresh_from_db()
    assert line_of(issue, "custom")["entered"] is None


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (Result("custom-2", "", "有辦"), "Choose whether"),
        (Result("custom-2", "perhaps", "有辦"), "Choose whether"),
        (Result("custom-2", "met", "  "), "in words"),
        (Result("custom-2", "met", "有辦", "javascript:alert(1)"), "http://"),
        (Result("custom-2", "met", "x" * 2001), "2,000"),
        (Result("availability", "met", "有辦"), "no such promise"),
    ],
)
def test_a_result_that_is_not_whole_is_refused_and_nothing_is_kept(
    trained: Any, calculated: Any, service: Any, owner: Person, given: Result, said: str
) -> None:
    issue = calculated()

    with override("en"), pytest.raises(Objected, match=said):
        steps.comment(issue, service, "說明", results=[given], by=owner, at=AFTER)

    assert not issue.results.exists()
    assert not issue.comments.exists()


def test_the_owner_enters_it_on_the_page_and_the_approver_reads_it(
    trained: Any, calculated: Any, service: Any, owner: Person, brm: Person, client: Client
) -> None:
    issue = calculated()
    owner.language = brm.language = "en"
    owner.save()
    brm.save()
    page, form = issue.get_absolute_url(), f"{issue.get_absolute_url()}comment/{service.code}/"
    client.force_login(owner)
    assert "a person says what came of it" in client.get(page).content.decode()

    refused = client.post(form, {"text": "見附件", "custom-2-text": "有辦理", "custom-2-evidence": GIVEN.evidence})
    assert refused.status_code == 422
    assert all(said in refused.content.decode() for said in ("Choose whether", "見附件", "有辦理", GIVEN.evidence))

    client.force_login(brm)
    shown = client.get(page).content.decode()
    assert "No result is entered for" in shown
    assert client.post(f"{page}do/approve/", {"digest": issue.digest}).status_code == 422

    client.force_login(owner)
    sent = {"text": "見附件", "custom-2-verdict": "met", "custom-2-text": "有辦理", "custom-2-evidence": GIVEN.evidence}
    assert client.post(form, sent).status_code == 303
    client.force_login(brm)
    shown = client.get(page).content.decode()
    assert f'<a href="{GIVEN.evidence}" rel="noopener noreferrer">' in shown
    assert f"entered by {owner.name}" in shown
    issue.refresh_from_db()
    assert client.post(f"{page}do/approve/", {"digest": issue.digest}).status_code == 303


def test_the_same_over_rest(
    trained: Any, calculated: Any, service: Any, owner: Person, brm: Person, client: Client
) -> None:
    at = f"/api/v1/sla-reports/{calculated().pk}"
    as_json: dict[str, Any] = {"content_type": "application/json"}
    client.force_login(brm)
    digest = client.get(at).json()["digest"]
    refused = client.post(f"{at}/approve", json.dumps({"digest": digest}), **as_json)
    assert (refused.status_code, "reason" in refused.content.decode()) == (422, True)

    client.force_login(owner)
    body = {"text": "", "results": [{"name": "custom-2", "verdict": "missed", "text": "未辦理"}]}
    answer = client.post(f"{at}/comments/{service.code}", json.dumps(body), **as_json)
    (told,) = [one for one in answer.json()["services"][0]["lines"] if one["metric"] == "custom"]
    assert (answer.status_code, told["met"], told["entered"]["text"]) == (200, False, "未辦理")
    odd = {"text": "", "results": [{"name": "custom-2", "verdict": "great", "text": "x"}]}
    assert client.post(f"{at}/comments/{service.code}", json.dumps(odd), **as_json).status_code in (400, 422)
    body = {"text": "已排定", "results": [{"name": "custom-2"}]}
    assert client.post(f"{at}/comments/{service.code}", json.dumps(body), **as_json).status_code == 200

    client.force_login(brm)
    digest = client.get(at).json()["digest"]
    done = client.post(f"{at}/approve", json.dumps({"digest": digest, "reason": "下月補辦"}), **as_json)
    assert (done.json()["state"], done.json()["approved_without"]) == ("approved", "下月補辦")


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
    plain = {"figures": {}, "met": None}
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

    assert (issue.figures["schema"], issue.figures["definitions"]) == (3, "01.02")
    with override("en"):
        assert {"Delivery of reports", "Maintenance kept", "Other measures"} <= set(dict(set_sheet(issue).definitions))
    assert NOVEMBER[1] < AFTER

"""What nothing measures a person judges: entered with the commentary, frozen with the report, asked for before it is approved."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from itsm.people.models import Person
from itsm.records.refusals import Objected
from itsm.service_reports import steps, work
from itsm.service_reports.amounts import figure_of
from itsm.service_reports.entering import Result
from itsm.service_reports.models import ReportIssue
from itsm.service_reports.shown import sheet as set_sheet
from tests.service_reports.conftest import AFTER, sheet
from tests.service_reports.test_promises_of_the_period import CUSTOM, RATIO, cells, line_of

pytestmark = pytest.mark.django_db


def again(issue: ReportIssue, *, by: Person, at: Any = AFTER) -> ReportIssue:
    """Calculate anew."""
    steps.recalculate(issue, by=by, at=at)
    work.go_on(at + timedelta(seconds=1))
    issue.refresh_from_db()
    return issue


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

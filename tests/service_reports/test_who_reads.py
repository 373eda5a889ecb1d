"""The agreement says by role who reads its reports (the slides: report files for download, by role)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from itsm.records.refusals import Objected
from itsm.service_reports.models import ReportIssue
from tests.fixtures import make_person
from tests.service_reports.conftest import sheet

pytestmark = pytest.mark.django_db


@pytest.fixture
def named(agree: Any, service: Any) -> Any:
    """An agreement whose reports problem managers and change managers read."""
    return agree(sheet(service, report_roles="problem_manager, change_manager"))


@pytest.mark.parametrize(
    ("role", "status"), [("problem_manager", 200), ("change_manager", 200), ("release_manager", 404), ("agent", 404)]
)
def test_a_role_that_the_agreement_names_reads_its_issued_reports(
    named: Any, issued: Any, client: Client, role: str, status: int
) -> None:
    issue = issued()
    client.force_login(make_person("reader", role))

    assert client.get(issue.get_absolute_url()).status_code == status
    assert client.get(f"/api/v1/sla-reports/{issue.pk}").status_code == status
    assert (issue.number in client.get("/reports/sla/").content.decode()) is (status == 200)


def test_it_reads_no_draft_and_no_report_of_another_agreement(
    named: Any, calculated: Any, unit: Any, client: Client
) -> None:
    reader = make_person("reader", "problem_manager")
    draft = calculated()
    assert not ReportIssue.objects.visible_to(reader).exists()

    at, start = draft.prepared_at, draft.ends_at
    other = ReportIssue.objects.create(
        customer=unit, starts_at=start, ends_at=start + timedelta(days=31), prepared_at=at, approved_at=at, issued_at=at, state="issued",
        digest="x",
    )  # fmt: skip

    assert other not in ReportIssue.objects.visible_to(reader)


def test_a_role_that_there_is_not_is_refused_with_those_that_there_are(agree: Any, service: Any) -> None:
    with override("en"), pytest.raises(Objected) as refused:
        agree(sheet(service, report_roles="slm, boss"))

    said = refused.value.fields["rows.0.report_roles"]
    assert said.startswith("There is no role boss. Write codes of these: ")
    assert "service_owner" in said

"""A report of a contract year is asked for by the form and over REST, and named alike on page, paper and files."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from catalogue.models import Service
from itsm.people.models import Organisation, Person
from itsm.service_reports import steps, work
from itsm.service_reports.models import ReportIssue
from sla.models import ServiceAgreement
from tests.service_reports.yearly import AFTER, YEAR, day
from tests.service_reports.yearly import cut as cut
from tests.service_reports.yearly import second as second
from tests.service_reports.yearly import yearly as yearly

pytestmark = pytest.mark.django_db
# ---- page, files and REST --------------------------------------------------------------------
ASKED = {"kind": "contract_year", "years": "minguo", "month": "2027-03"}


@pytest.fixture
def now(time_machine: Any) -> None:
    """Some days after the year."""
    time_machine.move_to(AFTER, tick=False)


def send(interface: str, person: Person, given: dict[str, Any]) -> Any:
    """Ask for a report by the form or by REST."""
    client = Client()
    Person.objects.filter(pk=person.pk).update(language="en")
    client.force_login(person)
    if interface == "html":
        return client.post("/reports/sla/prepare/", given)
    return client.post("/api/v1/sla-reports", json.dumps(given), content_type="application/json")


@pytest.mark.parametrize("interface", ["html", "api"])
@pytest.mark.usefixtures("now")
def test_the_only_agreement_needs_no_naming(
    interface: str, yearly: ServiceAgreement, customer: Organisation, slm: Person
) -> None:
    answer = send(interface, slm, ASKED | {"customer": customer.code})

    issue = ReportIssue.objects.get()
    assert answer.status_code in (201, 303)
    assert (issue.agreement_id, issue.starts_at, issue.ends_at, issue.month) == (yearly.pk, *YEAR, "2026-10-01")


@pytest.mark.parametrize("interface", ["html", "api"])
@pytest.mark.usefixtures("now")
def test_of_several_one_must_be_named(
    interface: str, second: ServiceAgreement, yearly: ServiceAgreement, customer: Organisation, slm: Person,
) -> None:  # fmt: skip
    refused = send(interface, slm, ASKED | {"customer": customer.code})
    sent = send(interface, slm, ASKED | {"customer": customer.code, "agreement": second.number})

    assert refused.status_code == 422
    told = refused.content.decode()
    assert "Choose the agreement whose contract year is meant" in told
    assert yearly.number in told
    assert second.number in told
    assert 'value="2027-03"' in told or interface == "api"  # nothing typed is lost
    assert sent.status_code in (201, 303)
    assert ReportIssue.objects.get().starts_at == day(2027, 1, 15)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"month": "2026-08"}, "was first in force on"), ({"month": "2027-08"}, "ended on"),
        ({"month": "2027-03", "kind": "month", "named": True}, "Only a contract year is that of one agreement"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("interface", ["html", "api"])
@pytest.mark.usefixtures("now")
def test_what_cannot_be_reported_is_refused_with_a_sentence(
    interface: str, given: dict[str, Any], sentence: str, cut: ServiceAgreement, customer: Organisation, slm: Person,
) -> None:  # fmt: skip
    more = {name: value for name, value in given.items() if name != "named"}
    named = {"agreement": cut.number} if given.get("named") else {}

    answer = send(interface, slm, ASKED | {"customer": customer.code} | more | named)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not ReportIssue.objects.exists()


@pytest.mark.usefixtures("now")
@pytest.mark.parametrize("interface", ["html", "api"])
def test_an_agreement_that_was_never_in_force_with_the_customer_is_refused(
    interface: str, yearly: ServiceAgreement, customer: Organisation, slm: Person
) -> None:
    from sla import agreement_writing

    other = agreement_writing.draft(
        by=slm, at=AFTER, title="草案", sheet={}, type="sla", level="service", provider=yearly.provider, consumer=customer
    )  # fmt: skip

    answer = send(interface, slm, ASKED | {"customer": customer.code, "agreement": other.number})

    assert answer.status_code == 422
    assert not ReportIssue.objects.exists()


@pytest.mark.usefixtures("now")
def test_page_files_and_rest_name_the_year_alike(
    yearly: ServiceAgreement, customer: Organisation, slm: Person, client: Client
) -> None:
    issue = steps.prepare(customer, YEAR, by=slm, at=AFTER, kind="contract_year", agreement=yearly.pk, years="minguo")
    work.go_on(AFTER)
    issue.refresh_from_db()
    Person.objects.filter(pk=slm.pk).update(language="zh-hant")
    client.force_login(slm)

    page = client.get(issue.get_absolute_url()).content.decode()
    told = client.get(f"/api/v1/sla-reports/{issue.pk}").json()

    words = "民國 115 年 10 月 1 日 – 民國 116 年 9 月 30 日（合約年度）"
    assert words in page
    assert f"{yearly.number} {yearly.title}" in page
    assert words in client.get(f"{issue.get_absolute_url()}print/").content.decode()
    book = client.get(f"{issue.get_absolute_url()}report.xlsx").content
    assert any(
        words in str(cell.value) for page in load_workbook(BytesIO(book)) for row in page.iter_rows() for cell in row
    )
    assert (told["month"], told["agreement"], told["number"]) == ("2026-C1001", yearly.number, issue.number)


@pytest.mark.usefixtures("now")
def test_a_correction_is_prepared_from_the_page(
    cut: ServiceAgreement, service: Service, customer: Organisation, slm: Person, brm: Person, client: Client
) -> None:
    at = day(2027, 7, 12)
    work.tend(day(2027, 7, 1, 6))
    work.go_on(at)
    issue = ReportIssue.objects.get()
    steps.comment(issue, service, "未辦理者下期補辦。", by=slm, at=at)
    issue.refresh_from_db()
    steps.approve(issue, digest=issue.digest, by=brm, at=at, reason="無")
    steps.issue(issue, by=slm, at=at)
    client.force_login(slm)
    page = client.get(issue.get_absolute_url()).content.decode()
    assert f'name="agreement" value="{cut.number}"' in page

    sent = client.post("/reports/sla/prepare/", {
        "customer": customer.code, "kind": issue.period, "month": issue.month, "years": issue.years, "agreement": cut.number,
        "reason": "漏列",
    })  # fmt: skip

    assert sent.status_code == 303
    assert [one.number[-2:] for one in ReportIssue.objects.order_by("edition")] == ["01", "02"]

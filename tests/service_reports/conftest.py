"""What tests of reports share: the slides' agreement in force since October 2026, its customer, and a month with outages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from catalogue.models import Service
from configuration.models import ConfigurationItem
from incidents.models import Incident
from itsm.draw import printing
from itsm.hours.models import Calendar
from itsm.people.models import Organisation, Person
from itsm.records.perform import perform
from itsm.service_reports import steps, work
from itsm.service_reports.models import ReportIssue
from itsm.service_reports.periods import period_of
from itsm.tickets.models import Outage
from relationships.models import Customer, CustomerContact
from sla import agreement_writing
from sla.models import ServiceAgreement
from tests.availability.conftest import taipei
from tests.fixtures import make_person

NOVEMBER = period_of(date(2026, 11, 1))
#: Ten in the morning of 10 December: six working days after the month.
AFTER = taipei(12, 10, 10)
HOUR = timedelta(hours=1)


@pytest.fixture
def slm(db: None) -> Person:
    """The service level manager."""
    return make_person("slm", "slm", name="吳服務")


@pytest.fixture
def brm(db: None) -> Person:
    """The relationship manager."""
    return make_person("brm", "brm", name="孫關係")


@pytest.fixture
def owner(service: Service) -> Any:
    """The owner of the service."""
    return service.owner


@pytest.fixture
def customer(unit: Organisation, slm: Person) -> Organisation:
    """The library, a customer with a named representative."""
    made = Customer.objects.create(organisation=unit, account_owner=slm)
    CustomerContact.objects.create(customer=made, name="何代表", role="組長", email="speaker@example.org")
    return unit


@pytest.fixture
def speaker(customer: Organisation) -> Person:
    """Who speaks for the customer."""
    return make_person("speaker", unit=customer, name="何代表")


def sheet(service: Service, **row: Any) -> dict[str, Any]:
    """Give the second row of the slides' table, around the clock, with promises of time."""
    promises = [
        {"metric": "availability", "op": "ge", "value": "99.9", "period": "month"},
        {"metric": "response", "op": "le", "seconds": 1800, "calendar": "always", "goal_percent": "95"},
        {"metric": "resolution", "op": "le", "seconds": 4 * 3600, "calendar": "always", "goal_percent": "95"},
        {"metric": "longest_outage", "op": "le", "seconds": 7200},
        {"metric": "outages", "op": "le", "value": "3"},
        {"metric": "csat", "op": "ge", "value": "4"},
    ]
    return {
        "valid_from": "2026-10-01", "valid_to": "2027-09-30", "next_review_on": "2027-08-01", "hours": "always",
        "workload_zh": "每月 500 件以內", "exceptions_zh": "天然災害不在此限",
        "rows": [{
            "service": service.code, "availability_zh": "99.9%以上", "availability_en": "99.9 % or more",
            "response_zh": "參閱事故管理程序書之事故層報機制", "response_en": "See the incident procedure",
            "reporting_zh": "依權限提供報表檔案於系統下載", "reporting_en": "Files in the system by role",
            "continuity_zh": "分公司異地備援六小時內啟用", "continuity_en": "Stand-by within six hours", "rto_seconds": 6 * 3600,
            "maintenance_zh": "每月一次約1小時", "maintenance_en": "Monthly, about an hour", "remarks_zh": "天然災害不可抗力不在此限",
            "remarks_en": "Not for natural disasters", "report_frequency": "month", "report_delivery": "mail",
            "promises": promises,
            "maintenance_plans": [
                {"subject_zh": "公文系統維護", "subject_en": "Maintenance", "interval": "month", "first_on": "2026-10-12", "notice_days": 7}
            ],
        } | row],
    }  # fmt: skip


@pytest.fixture
def agree(slm: Person, customer: Organisation) -> Callable[..., ServiceAgreement]:
    """Put an agreement with the customer in force from October on."""

    def make(
        contents: dict[str, Any], *, level: str = "service", consumer: Organisation | None = customer
    ) -> ServiceAgreement:
        at, provider = taipei(9, 20, 10), Organisation.objects.create(code="it", name_zh="資訊處", name_en="IT Office")
        made = agreement_writing.draft(
            by=slm,
            at=at,
            title="電子公文服務水準協議",
            sheet=contents,
            type="sla",
            level=level,
            provider=provider,
            consumer=consumer,
        )
        made = perform(made, "open_negotiation", by=slm, at=at)
        made = perform(
            made,
            "sign",
            by=slm,
            at=at,
            provider_signer=slm,
            customer_signer="何館長",
            customer_title="館長",
            how="paper",
            edition="01.00",
        )
        found: ServiceAgreement = perform(made, "activate", by=slm, at=taipei(10, 1, 1), effective_on=date(2026, 10, 1))
        return found

    return make


@pytest.fixture
def agreement(agree: Any, service: Service) -> Any:
    """The agreement of the service."""
    return agree(sheet(service))


@pytest.fixture
def down(service: Service) -> Callable[..., Outage]:
    """Write an outage of the service down."""

    def write(start: datetime, end: datetime | None, **more: Any) -> Outage:
        return Outage.objects.create(service=service, started_at=start, ended_at=end, **more)

    return write


@pytest.fixture
def handled(service: Service, requester: Person, agent: Person) -> Callable[..., Incident]:
    """Lead an incident of the customer through its life: answered, resolved, confirmed."""
    from catalogue.models import Category
    from incidents import services as raising
    from itsm.people.models import Team

    category = Category.objects.create(code="crash", name_zh="故障", name_en="Fault")
    desk = Team.objects.get(code="desk")

    def live(
        at: datetime, *, answered: float = 10, took: float = 60, title: str = "公文無法開啟", by: Person | None = None
    ) -> Incident:
        minute = timedelta(minutes=1)
        made = raising.raise_incident(
            by=by or requester, requester=by or requester, title=title, description="", service=service, channel="portal",
            still_working="partly", at=at,
        )  # fmt: skip
        then = at + answered * minute
        made = perform(made, "classify", by=agent, at=then, service=service, category=category, impact="3", urgency="3")
        made = perform(made, "assign_first_line", by=agent, at=then, team=desk, assignee=agent)
        ended = at + took * minute
        made = perform(made, "resolve", by=agent, at=ended, resolution_code="fixed", resolution_note="重新啟動服務")
        found: Incident = perform(
            made, "confirm_resolution", by=by or requester, at=ended + minute, confirmation="portal"
        )
        return found

    return live


@pytest.fixture
def november(agreement: Any, down: Any, handled: Any) -> None:
    """A month: an hour lost, maintenance in time, four cases of which one is late."""
    down(taipei(11, 5, 9), taipei(11, 5, 10), evidence="監控告警")
    down(
        taipei(11, 12, 18), taipei(11, 12, 19), kind="planned", planned_from=taipei(11, 12, 18), planned_until=taipei(11, 12, 19),
        announced_at=taipei(11, 2), evidence="每月維護",
    )  # fmt: skip
    for day in (9, 10, 11):
        handled(taipei(11, day, 10))
    handled(taipei(11, 16, 9), answered=45, took=300, title="公文附件遺失")


@pytest.fixture
def calculated(customer: Organisation, slm: Person) -> Callable[..., ReportIssue]:
    """Prepare the report of November and let the worker calculate it."""

    def make(at: datetime = AFTER, **more: Any) -> ReportIssue:
        made = steps.prepare(customer, NOVEMBER, by=more.pop("by", slm), at=at, **more)
        work.go_on(at)
        found: ReportIssue = ReportIssue.objects.get(pk=made.pk)
        return found

    return make


@pytest.fixture
def issued(calculated: Any, service: Service, owner: Person, slm: Person, brm: Person) -> Callable[..., ReportIssue]:
    """Lead the report of November to its issue."""

    def make(at: datetime = AFTER, **more: Any) -> ReportIssue:
        made = calculated(at, **more)
        steps.comment(made, service, "外電異常，已增設備援。", by=owner, at=at)
        made.refresh_from_db()
        steps.approve(made, digest=made.digest, reason="本月未辦理", by=brm, at=at)
        steps.issue(made, by=slm, at=at)
        work.go_on(at)
        found: ReportIssue = ReportIssue.objects.get(pk=made.pk)
        return found

    return make


#: A press that prints nothing, quickly: a paper of what it was given.
QUICK = """
import hashlib, pathlib, sys
given = pathlib.Path(sys.argv[2], "page.html").read_bytes()
pathlib.Path(sys.argv[2], "page.pdf").write_bytes(b"%PDF- " + hashlib.sha256(given).hexdigest().encode())
"""


@pytest.fixture
def quick_press(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """Let reports have papers without the time that real ones take."""
    (tmp_path / "press.py").write_text(QUICK)
    monkeypatch.setattr(printing, "PRESS", tmp_path / "press.py")
    settings.PDF_WITH = ["weasyprint"]


@pytest.fixture
def press(settings: Any) -> str:
    """Let reports be printed in earnest."""
    settings.PDF_WITH = ["weasyprint", "chromium"]
    found = printing.made_by()
    if not found:
        pytest.skip("printing needs Pango for WeasyPrint, or chromium")
    return found


def item(code: str) -> ConfigurationItem:
    """Find an item of the configuration by its name."""
    found: ConfigurationItem = ConfigurationItem.objects.get(title=code)
    return found


def always() -> Calendar:
    """Give the calendar that never closes."""
    found: Calendar = Calendar.objects.get(code="always")
    return found

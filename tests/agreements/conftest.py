"""What tests of agreements share: their people, contents, and an agreement led to each of its states."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from catalogue.models import Category, Service
from changes.models import Change
from incidents import services
from itsm.hours.models import Calendar
from itsm.people.models import Organisation, Person, Team
from itsm.records.perform import open_record, perform
from sla import agreement_writing
from sla.models import ServiceAgreement
from tests.fixtures import MONDAY, make_person

DAY = timedelta(days=1)
SIGNED: dict[str, Any] = {"customer_signer": "林館長", "customer_title": "館長", "how": "paper", "edition": "01.00"}


def clock_promise(metric: str, seconds: int, **more: Any) -> dict[str, Any]:
    """Give a promise measured on each case, around the clock unless said otherwise."""
    return {"metric": metric, "op": "le", "seconds": seconds, "calendar": "always"} | more


def sheet(service: str | None = "documents", *promises: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Give contents that may be signed."""
    kept = list(promises) or [clock_promise("response", 3600), clock_promise("resolution", 8 * 3600)]
    return {
        "valid_from": "2026-11-20", "valid_to": "2027-11-19", "next_review_on": "2027-10-01", "hours": "taiwan-office",
        "workload_zh": "每月 500 件以內", "exceptions_zh": "天然災害不在此限",
        "rows": [{"service": service, "availability_zh": "98%以上", "promises": kept}],
    } | more  # fmt: skip


@pytest.fixture
def slm(db: None) -> Person:
    """The service level manager."""
    return make_person("slm", "slm", name="周服務")


@pytest.fixture
def management(db: None) -> Person:
    """The management representative."""
    return make_person("management", "management_rep", name="管代表")


@pytest.fixture
def provider(db: None) -> Organisation:
    """The unit that provides."""
    return Organisation.objects.create(code="it", name_zh="資訊處", name_en="IT Office")


@pytest.fixture
def always(db: None) -> Calendar:
    """The calendar that never closes."""
    return Calendar.objects.get(code="always")


Draft = Callable[..., ServiceAgreement]


@pytest.fixture
def draft(slm: Person, service: Service, provider: Organisation, unit: Organisation) -> Draft:
    """Draft an SLA for the service with the unit of the requester as its customer."""

    def make(contents: dict[str, Any] | None = None, *, at: datetime = MONDAY - DAY, **given: Any) -> ServiceAgreement:
        fields: dict[str, Any] = {"type": "sla", "level": "service", "provider": provider, "consumer": unit} | given
        title = fields.pop("title", "電子公文服務水準協議")
        return agreement_writing.draft(by=slm, at=at, title=title, sheet=contents or sheet(service.code), **fields)

    return make


@pytest.fixture
def put_in_force(slm: Person, draft: Draft) -> Draft:
    """Draft an agreement, sign it and put it in force a day before the tests begin."""

    def make(contents: dict[str, Any] | None = None, *, at: datetime = MONDAY - DAY, **given: Any) -> ServiceAgreement:
        made = draft(contents, at=at, **given)
        made = perform(made, "open_negotiation", by=slm, at=at)
        made = perform(made, "sign", by=slm, at=at, provider_signer=slm, **SIGNED)
        found: ServiceAgreement = perform(made, "activate", by=slm, at=at, effective_on=date(2026, 11, 20))
        return found

    return make


@pytest.fixture
def ola(draft: Draft, put_in_force: Draft, network_team: Team, service: Service) -> ServiceAgreement:
    """An OLA of the second line in force: accepted within 20 minutes, done within 4 hours."""
    promises = [clock_promise("acceptance", 1200), clock_promise("handling", 4 * 3600)]
    return put_in_force(
        sheet(service.code, *promises),
        type="ola",
        provider_team=network_team,
        consumer=None,
        level="corporate",
        title="網路組 OLA",
    )


@pytest.fixture
def authorised(requester: Person) -> Change:
    """A change that stands authorised."""
    made: Change = open_record(
        Change, by=None, at=MONDAY, channel="portal", title="修訂服務水準協議", requester=requester, received_at=MONDAY,
        state="scheduled",
    )  # fmt: skip
    return made


@pytest.fixture
def handed_over(
    requester: Person, service: Service, category: Category, agent: Person, network_team: Team
) -> Callable[[], Any]:
    """Report a fault on Monday at 10:00 and hand it to the second line at once."""

    def make() -> Any:
        case: Any = services.raise_incident(
            by=requester, requester=requester, title="公文系統無法登入", service=service, at=MONDAY
        )
        grade: dict[str, Any] = {"service": service, "category": category, "impact": "2", "urgency": "2"}
        case = perform(case, "classify", by=agent, at=MONDAY, **grade)
        case = perform(case, "assign_first_line", by=agent, at=MONDAY, assignee=agent)
        return perform(case, "escalate_second_line", by=agent, at=MONDAY, team=network_team, note="登入 502")

    return make

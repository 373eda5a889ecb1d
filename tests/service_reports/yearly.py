"""An agreement since 1 October 2026 that promises a report of each of its years; one that ends sooner; another customer's second one."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from catalogue.models import Service
from itsm.people.models import Organisation, Person
from itsm.records.perform import perform
from sla.models import ServiceAgreement
from tests.availability.conftest import TAIPEI
from tests.service_reports.conftest import sheet

FIRST = date(2026, 10, 1)


def day(year: int, month: int, number: int, hour: int = 0) -> datetime:
    return datetime(year, month, number, hour, tzinfo=TAIPEI)


YEAR = (day(2026, 10, 1), day(2027, 10, 1))
AFTER = day(2027, 10, 11, 10)
RATIO = {"metric": "availability", "op": "ge", "value": "99.99", "period": "contract_year"}
MONTHLY = {"metric": "availability", "op": "ge", "value": "99", "period": "month"}


@pytest.fixture
def yearly(agree: Any, service: Service) -> ServiceAgreement:
    """An agreement since 1 October 2026 that promises a report of each of its years, and goes on."""
    contents = sheet(service, report_frequency="contract_year", promises=[RATIO, MONTHLY])
    found: ServiceAgreement = agree(contents | {"valid_to": "2029-09-30"})
    return found


@pytest.fixture
def cut(agree: Any, service: Service) -> ServiceAgreement:
    """One that ends after nine months."""
    found: ServiceAgreement = agree(
        sheet(service, report_frequency="contract_year", promises=[RATIO]) | {"valid_to": "2027-06-30"}
    )
    return found


@pytest.fixture
def second(yearly: ServiceAgreement, slm: Person, customer: Organisation, service: Service) -> ServiceAgreement:
    """Another agreement with the customer, whose years begin with 15 January."""
    from sla import agreement_writing

    at, other = day(2027, 1, 4), Service.objects.create(
        code="mail", name_zh="電子郵件", name_en="Mail", hours=service.hours, support_team=service.support_team,
        second_line_team=service.second_line_team, owner=service.owner, criticality=2,
    )  # fmt: skip
    contents = sheet(other, report_frequency="contract_year", promises=[MONTHLY], maintenance_plans=[])
    made = agreement_writing.draft(
        by=slm, at=at, title="郵件服務水準協議", sheet=contents | {"valid_from": "2027-01-15", "valid_to": "2030-01-14"},
        type="sla", level="service", provider=Organisation.objects.get(code="it"), consumer=customer,
    )  # fmt: skip
    made = perform(made, "open_negotiation", by=slm, at=at)
    signed: dict[str, Any] = {
        "provider_signer": slm,
        "customer_signer": "何館長",
        "customer_title": "館長",
        "how": "paper",
        "edition": "01.00",
    }
    made = perform(made, "sign", by=slm, at=at, **signed)
    found: ServiceAgreement = perform(made, "activate", by=slm, at=day(2027, 1, 15, 1), effective_on=date(2027, 1, 15))
    return found

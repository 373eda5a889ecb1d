"""What a month's close needs: the people, and the slides' agreement since two months ago."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from catalogue.models import Service
from itsm.people.models import Organisation, Person
from itsm.records.perform import perform
from sla import agreement_writing
from sla.models import ServiceAgreement
from tests.service_reports.conftest import brm as brm
from tests.service_reports.conftest import customer as customer
from tests.service_reports.conftest import owner as owner
from tests.service_reports.conftest import sheet
from tests.service_reports.conftest import slm as slm
from tests.service_reports.conftest import speaker as speaker


def agreed_last_month(service: Service, customer: Organisation, slm: Person, start: datetime) -> ServiceAgreement:
    """Put the agreement in force a month before ``start``."""
    day = (start - timedelta(days=3)).date().replace(day=1)
    at = start - timedelta(days=40)
    contents: dict[str, Any] = sheet(service) | {
        "valid_from": day.isoformat(), "valid_to": (day + timedelta(days=700)).isoformat(),
        "next_review_on": (day + timedelta(days=300)).isoformat(),
    }  # fmt: skip
    provider = Organisation.objects.create(code="it", name_zh="資訊處", name_en="IT Office")
    made = agreement_writing.draft(
        by=slm,
        at=at,
        title="電子公文服務水準協議",
        sheet=contents,
        type="sla",
        level="service",
        provider=provider,
        consumer=customer,
    )
    made = perform(made, "open_negotiation", by=slm, at=at)
    signed: dict[str, Any] = {"customer_signer": "何館長", "customer_title": "館長", "how": "paper", "edition": "01.00"}
    made = perform(made, "sign", by=slm, at=at, provider_signer=slm, **signed)
    found: ServiceAgreement = perform(made, "activate", by=slm, at=start - timedelta(days=20), effective_on=day)
    return found

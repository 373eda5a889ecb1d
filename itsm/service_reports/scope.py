"""What a report is about: the services of a customer and the rows of the agreements that promise them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from catalogue.models import Service
from itsm.hours.models import Calendar
from itsm.people.models import Organisation
from itsm.service_reports.periods import Span
from relationships.models import Customer
from sla import agreements
from sla.availability_terms import Terms, terms_from
from sla.models import AgreementEdition, AgreementRow


@dataclass(frozen=True)
class Subject:
    """A service of the report with the row that promises it; a row is None where nothing was agreed then."""

    service: Service
    row: AgreementRow | None


class Hours:
    """Calendars with their versions in force, read once."""

    def __init__(self) -> None:
        self.known = {one.pk: one for one in Calendar.objects.with_current()}

    def terms(self, subject: Subject, *, period: str) -> Terms:
        """Give the terms of a subject, with a calendar that needs no further statement."""
        found = terms_from(subject.row, subject.service, period=period) if subject.row else Terms(subject.service.hours)
        return replace(found, calendar=self.known[found.calendar.pk])


def last_instant(span: Span, *, at: datetime) -> datetime:
    """Give the instant whose agreements count for a period: its last one, or now while it runs."""
    return min(span[1] - timedelta(seconds=1), at)


def editions_of(customer: Organisation, span: Span, *, at: datetime) -> list[AgreementEdition]:
    """List the agreements that held for a customer at the end of a period."""
    return agreements.in_force(at=last_instant(span, at=at), customer=customer)


def subjects(customer: Organisation, editions: Iterable[AgreementEdition]) -> list[Subject]:
    """List the services that are promised to a customer, each with its best row, by code."""
    held = list(editions)
    rows = [row for edition in held for row in edition.rows.all()]
    named = {row.service_id for row in rows if row.service_id is not None}
    if any(row.service_id is None for row in rows):
        named |= set(
            Customer.objects.filter(organisation=customer).exclude(services=None).values_list("services", flat=True)
        )
    services = Service.objects.filter(pk__in=named).select_related("hours__current", "owner").order_by("code")
    line = agreements.line_of(customer.pk)
    found = [
        (one, agreements.best_row(held, agreements.Subject(line, one.pk, None)) or _partial(rows, one))
        for one in services
    ]
    return [Subject(service, row) for service, row in found if row is not None]


def _partial(rows: list[AgreementRow], service: Service) -> AgreementRow | None:
    """Give a row that promises only some offerings of a service."""
    return next((row for row in rows if row.service_id == service.pk), None)


def customers(*, at: datetime) -> list[Organisation]:
    """List the customers that are owed a report: parties to an agreement in force, and those of the register it holds for."""
    held = agreements.in_force(at=at)
    parties = {one.agreement.consumer_id for one in held if one.agreement.consumer_id is not None}
    if any(one.agreement.consumer_id is None for one in held):
        parties |= set(Customer.objects.values_list("organisation", flat=True))
    return list(Organisation.objects.filter(pk__in=parties).order_by("code"))

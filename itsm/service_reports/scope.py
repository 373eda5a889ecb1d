"""What a report is about: the services of a customer and the rows of the agreements that promise them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property

from catalogue.models import Service
from itsm.hours.models import Calendar
from itsm.people.models import Organisation
from itsm.service_reports.periods import Span, local
from relationships.models import Customer
from sla import agreements
from sla.availability_terms import Terms, terms_from
from sla.contract_years import ends_at
from sla.models import AgreementEdition, AgreementRow

#: How long an agreement that ended may still be reported.
YEAR = timedelta(days=366)


@dataclass(frozen=True)
class Subject:
    """A service of the report with the row that promises it; a row is None where nothing was agreed then."""

    service: Service
    row: AgreementRow | None
    #: Where the agreement ended in the period: its last instant. Nothing of the service is promised after it.
    ended_at: datetime | None = None
    #: What may be ordered of it that a row names, by its key: that row governs the requests for it.
    offers: Mapping[int, AgreementRow] = field(default_factory=dict)

    @property
    def offered(self) -> list[AgreementRow]:
        """The rows for what may be ordered that stand beside the row of the service."""
        return [row for row in dict.fromkeys(self.offers.values()) if row != self.row]

    def governing(self, item: int | None) -> AgreementRow | None:
        """Give the row that governs a case, by what was ordered with it; None where nothing is promised of it."""
        found = self.offers.get(item) if item is not None else None
        return self.general if found is None else found

    @cached_property
    def general(self) -> AgreementRow | None:
        """The row that governs what no row names; None where all that is promised is for single things to order."""
        return None if self.row is None or self.row.offerings.all() else self.row

    def until(self, end: datetime) -> datetime:
        """Give up to when the service is reckoned in a period that ends at ``end``."""
        return end if self.ended_at is None else min(end, self.ended_at)


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


def editions_of(
    customer: Organisation, span: Span, *, at: datetime, agreement: int | None = None
) -> list[AgreementEdition]:
    """List the agreements that held for a customer in a period: of each the edition in force at its end, else the last one.

    With ``agreement`` only that one: the period is a contract year of it.
    """
    held = agreements.held_within(span[0], last_instant(span, at=at), customer=customer)
    return _last_ones(held, agreement)


def editions_of_each(
    customer: Organisation, spans: Sequence[Span], *, at: datetime, agreement: int | None = None
) -> list[list[AgreementEdition]]:
    """List for each of several periods, the oldest first, what ``editions_of`` gives; they are read once."""
    every = agreements.held_within(spans[0][0], last_instant(spans[-1], at=at), customer=customer)
    each = (agreements.among(every, span[0], last_instant(span, at=at)) for span in spans)
    return [_last_ones(held, agreement) for held in each]


def _last_ones(held: Iterable[AgreementEdition], agreement: int | None) -> list[AgreementEdition]:
    held = [one for one in held if agreement in (None, one.agreement_id)]
    latest: dict[int, AgreementEdition] = {}
    for edition in sorted(held, key=lambda one: (one.applied_at, one.pk)):
        latest[edition.agreement_id] = edition
    return [one for one in held if latest[one.agreement_id] is one]


def subjects(
    customer: Organisation, editions: Iterable[AgreementEdition], *, span: Span, at: datetime
) -> list[Subject]:
    """List the services that are promised to a customer, each with its best row, by code.

    What an agreement in force at the end of the period promises goes before what one promised that ended in it.
    """
    last, every = last_instant(span, at=at), list(editions)
    held = [one for one in every if one.in_force(at=last, on=local(last).date())]
    found = {one.service.pk: one for one in _promised(customer, held)}
    ended = [one for one in every if one not in held]
    if not ended:
        return list(found.values())
    for one in _promised(customer, ended):
        assert one.row is not None  # only promised services are listed
        found.setdefault(one.service.pk, replace(one, ended_at=ends_at(one.row.edition)))
    return sorted(found.values(), key=lambda one: one.service.code)


def _promised(customer: Organisation, held: list[AgreementEdition]) -> list[Subject]:
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
    return [
        Subject(service, row, offers=_offers(held, rows, line, service)) for service, row in found if row is not None
    ]


def _offers(
    held: list[AgreementEdition], rows: list[AgreementRow], line: tuple[int, ...], service: Service
) -> dict[int, AgreementRow]:
    """Choose the row of each thing to order of a service that a row names."""
    named = {item.pk for row in rows for item in row.offerings.all() if item.service_id == service.pk}
    best = {key: agreements.best_row(held, agreements.Subject(line, service.pk, key)) for key in sorted(named)}
    return {key: row for key, row in best.items() if row is not None}


def _partial(rows: list[AgreementRow], service: Service) -> AgreementRow | None:
    """Give a row that promises only some offerings of a service."""
    return next((row for row in rows if row.service_id == service.pk), None)


def customers(*, at: datetime) -> list[Organisation]:
    """List the customers of whom there may be something to report: parties to an agreement that held in the last year.

    Of one with everybody these are the customers of the register.
    """
    held = agreements.held_within(at - YEAR, at)
    return list(Organisation.objects.filter(pk__in=parties_to(held, register_of(held))).order_by("code"))


def register_of(held: Iterable[AgreementEdition]) -> set[int]:
    """Read the customers of the register where an agreement is with everybody; nobody where none is."""
    everybody = any(one.agreement.consumer_id is None for one in held)
    return set(Customer.objects.values_list("organisation", flat=True)) if everybody else set()


def parties_to(held: Iterable[AgreementEdition], register: set[int]) -> set[int]:
    """Name the customers of agreements; one with everybody is with those of the ``register``."""
    named = {one.agreement.consumer_id for one in held}
    return {pk for pk in named if pk is not None} | (register if None in named else set())

"""What the rest of the product asks about agreements: which are in force, and which one applies to a record.

A record is measured by the agreement that names most of what it is: its offering, then its service, then the nearest
unit of its requester; of two alike, by the one that is in force for the shorter time.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple

from django.utils.timezone import localdate
from django.utils.translation import gettext

from itsm.people.models import Organisation
from itsm.ui.moments import day_text
from sla import agreed
from sla.models import AgreementEdition, AgreementRow, ServiceAgreement

#: What is fetched with an edition.
WITH = (
    "rows__service",
    "rows__offerings",
    "rows__promises__calendar__current",
    "rows__promises__request_item",
    "rows__items__ci",
    "rows__maintenance_plans",
    "exclusions",
)


class Applying(NamedTuple):
    """The agreement that applies, the row of its edition in force, and the sentence that says why."""

    agreement: ServiceAgreement
    row: AgreementRow
    reason: str


class Subject(NamedTuple):
    """What decides: the nearest unit first, the service, the offering."""

    units: tuple[int, ...]
    service: int | None
    offering: int | None


def in_force(
    *, at: datetime, customer: Organisation | None = None, service: Any = None, type: str = "sla"
) -> list[AgreementEdition]:
    """List the editions in force at ``at``; with ``customer`` those that hold for it, with ``service`` those with a row for it.

    Rows, promises, items, maintenance plans and exclusions are fetched with them.
    """
    found = fetched(AgreementEdition.objects.in_force(at=at).filter(agreement__type=type), customer)
    if service is None:
        return found
    return [one for one in found if any(row.service_id in (None, service.pk) for row in one.rows.all())]


def held_within(
    start: datetime, end: datetime, *, customer: Organisation | None = None, type: str = "sla"
) -> list[AgreementEdition]:
    """List the editions that were in force at some instant from ``start`` up to and including ``end``, fetched alike."""
    return fetched(AgreementEdition.objects.held_within(start, end).filter(agreement__type=type), customer)


def among(editions: Iterable[AgreementEdition], start: datetime, end: datetime) -> list[AgreementEdition]:
    """List those of editions read already that were in force at some instant from ``start`` up to and including ``end``."""
    first, last = localdate(start), localdate(end)
    return [
        one for one in editions
        if one.applied_at is not None and one.applied_at <= end
        and one.valid_from is not None and one.valid_from <= last
        and (one.ended_at is None or one.ended_at > start) and (one.valid_to is None or one.valid_to >= first)
    ]  # fmt: skip


def fetched(rows: Any, customer: Organisation | None = None) -> list[AgreementEdition]:
    """Read editions with all that is asked of them, the latest first; with ``customer`` those that hold for it."""
    named = (
        "agreement__consumer",
        "agreement__provider",
        "agreement__provider_team",
        "agreement__owner",
        "hours__current",
    )
    found = list(rows.select_related(*named).prefetch_related(*WITH).order_by("-valid_from", "-pk"))
    if customer is None:
        return found
    units = {None, *line_of(customer.pk)}
    return [one for one in found if one.agreement.consumer_id in units]


def applying(record: Any, *, at: datetime | None = None) -> Applying | None:
    """Find the agreement that applies to a case: by offering, service, customer and the day it was received.

    ``at`` takes another instant than that of receipt. None where none applies: then the house's own targets count.
    """
    moment = at or record.received_at
    best = best_row(in_force(at=moment), subject_of(record))
    if best is None:
        return None
    return Applying(best.edition.agreement, best, reason_of(best, record))


def subject_of(record: Any) -> Subject:
    """Tell what of a case decides which agreement applies."""
    return Subject(line_of(record.unit_id), record.service_id, getattr(record, "request_item_id", None))


def line_of(unit_id: int | None) -> tuple[int, ...]:
    """List a unit and those above it, the nearest first."""
    return agreed.line_of(unit_id, dict(Organisation.objects.values_list("pk", "parent_id")) if unit_id else {})


def best_row(editions: Iterable[AgreementEdition], subject: Subject) -> AgreementRow | None:
    """Choose the row that names most of the subject; None where none holds for it."""
    rows = [(edition, row) for edition in editions for row in edition.rows.all()]
    fitting = [(rank, row) for edition, row in rows if (rank := rank_of(edition, row, subject)) is not None]
    return max(fitting, key=lambda found: found[0])[1] if fitting else None


def rank_of(edition: AgreementEdition, row: AgreementRow, subject: Subject) -> tuple[Any, ...] | None:
    """Tell how much of the subject a row names; None where it does not hold for it."""
    consumer = edition.agreement.consumer_id
    offerings = {one.pk for one in row.offerings.all()}
    if row.service_id not in (None, subject.service) or consumer not in (None, *subject.units):
        return None
    if offerings and subject.offering not in offerings:
        return None
    nearness = 0 if consumer is None else len(subject.units) - subject.units.index(consumer)
    return (
        bool(offerings),
        row.service_id is not None,
        nearness,
        edition.valid_from or date.min,
        edition.pk,
        -row.position,
    )


def reason_of(row: AgreementRow, record: Any) -> str:
    """Say why a row applies to a case."""
    agreement, edition = row.edition.agreement, row.edition
    words = {
        "number": agreement.number, "edition": edition.number, "customer": agreement.consumer_words or gettext("everybody"),
        "what": _what(row, record), "since": day_text(edition.valid_from) if edition.valid_from else "",
    }  # fmt: skip
    return gettext("%(number)s %(edition)s is agreed with %(customer)s for %(what)s, in force since %(since)s.") % words


def _what(row: AgreementRow, record: Any) -> str:
    if row.offerings.all():
        return str(record.request_item)
    return str(row.service) if row.service_id else gettext("every service")

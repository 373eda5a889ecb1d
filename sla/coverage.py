"""Which agreements with customers cover a service and what may be ordered of it: their version and their last review."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db.models import Max
from django.utils.timezone import localdate

from itsm.records.models import Event
from sla.models import AgreementEdition, AgreementRow, ServiceAgreement

if TYPE_CHECKING:
    from itsm.people.models import Person

#: The moves that end a review: it goes on as it is, or it is revised.
REVIEWED = ("confirm_unchanged", "revise")


@dataclass(frozen=True)
class Cover:
    """An agreement in force that has a row for a service; without ``items`` for all that may be ordered of it."""

    number: str
    title: str
    customer: str
    edition: str
    since: date | None
    reviewed_on: date | None
    next_review_on: date | None
    service: int | None
    items: frozenset[int]
    item_codes: tuple[str, ...]

    @property
    def is_late(self) -> bool:
        """Tell whether its review is overdue today."""
        return self.next_review_on is not None and self.next_review_on < localdate()


def covers(*, person: Person, at: datetime) -> list[Cover]:
    """List the rows of the SLA in force that ``person`` may see, those that name what may be ordered first."""
    seen = ServiceAgreement.objects.visible_to(person).filter(type="sla")
    found = AgreementEdition.objects.in_force(at=at).filter(agreement__in=seen).order_by("agreement")
    editions = list(
        found.select_related("agreement__consumer", "agreement__consumer_team").prefetch_related("rows__offerings")
    )
    keys = [one.agreement_id for one in editions]
    events = Event.objects.filter(record__in=keys, name__in=REVIEWED, machine="agreement", at__lte=at)
    last = dict(events.order_by().values_list("record").annotate(last=Max("at"))) if keys else {}
    made = [
        _cover(edition, row, localdate(last[edition.agreement_id]) if edition.agreement_id in last else None)
        for edition in editions
        for row in edition.rows.all()
    ]
    return sorted(made, key=lambda one: (not one.items, one.service is None, one.number))


def _cover(edition: AgreementEdition, row: AgreementRow, reviewed_on: date | None) -> Cover:
    agreement, offerings = edition.agreement, list(row.offerings.all())
    return Cover(
        agreement.number or "", agreement.title, agreement.consumer_words, edition.number, edition.valid_from, reviewed_on,
        edition.next_review_on, row.service_id,
        frozenset(one.pk for one in offerings), tuple(sorted(one.code for one in offerings)),
    )  # fmt: skip


def of_service(found: Iterable[Cover], service: int) -> list[Cover]:
    """Choose those that cover a service."""
    return [one for one in found if one.service in (None, service)]


def of_item(found: Iterable[Cover], service: int, item: int) -> list[Cover]:
    """Choose those that cover something that may be ordered: that name it, or its whole service."""
    return [one for one in of_service(found, service) if not one.items or item in one.items]

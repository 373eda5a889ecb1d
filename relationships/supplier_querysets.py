"""Questions about suppliers, contracts and customers; visible_to() is where every list and page begins."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

if TYPE_CHECKING:
    from itsm.people.models import Person

#: Who reads contracts and their prices (reliability 7.3), and who keeps the registers.
CONTRACT_READERS = frozenset({"slm", "brm", "management_rep", "auditor"})
KEEPERS = frozenset({"slm", "brm"})


def keeps(person: Person) -> bool:
    """Tell whether ``person`` keeps the registers of suppliers and customers."""
    return bool(person.role_codes & KEEPERS)


class SupplierQuerySet(QuerySet[Any]):
    """Questions about suppliers."""

    def visible_to(self, person: Person) -> SupplierQuerySet:
        """All for who works cases, because they call suppliers; none for requesters."""
        return self if person.is_worker else self.none()


class ContractQuerySet(QuerySet[Any]):
    """Questions about contracts."""

    def visible_to(self, person: Person) -> ContractQuerySet:
        """For those who keep or oversee contracts, and who answers for one."""
        if person.role_codes & CONTRACT_READERS:
            return self.all()
        return self.filter(owner=person.pk) if person.is_worker else self.none()

    def usable_by(self, person: Person) -> ContractQuerySet:
        """Those in force, by which whoever works cases may ask a supplier; only their names are shown then."""
        return self.filter(state__in=("in_force", "under_review")) if person.is_worker else self.none()

    def ending(self, *, by: date) -> ContractQuerySet:
        """Only those in force that end until then."""
        return self.filter(phase="working", ends_on__lte=by)


class DisputeQuerySet(QuerySet[Any]):
    """Questions about disputes."""

    def visible_to(self, person: Person) -> DisputeQuerySet:
        """For those who keep or oversee contracts."""
        return self.all() if person.role_codes & CONTRACT_READERS else self.none()


class CustomerQuerySet(QuerySet[Any]):
    """Questions about customers."""

    def visible_to(self, person: Person) -> CustomerQuerySet:
        """All for who works cases; none for requesters."""
        return self if person.is_worker else self.none()


class ReviewQuerySet(QuerySet[Any]):
    """Questions about service reviews."""

    def visible_to(self, person: Person) -> ReviewQuerySet:
        """For those who keep the relationship, own services or oversee."""
        seen = person.role_codes & (CONTRACT_READERS | {"service_owner", "incident_manager"})
        return self.all() if seen else self.none()

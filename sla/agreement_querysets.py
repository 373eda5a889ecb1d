"""Questions about agreements; visible_to() is where every list and page begins."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q
from django.utils.timezone import localdate

if TYPE_CHECKING:
    from itsm.people.models import Person

#: Who writes agreements, and who beside them reads those with suppliers, which tell prices.
KEEPERS = frozenset({"slm", "service_owner"})
CONTRACT_READERS = frozenset({"slm", "brm", "management_rep", "auditor"})


def keeps(person: Person) -> bool:
    """Tell whether ``person`` writes agreements."""
    return bool(person.role_codes & KEEPERS)


class AgreementQuerySet(models.QuerySet[Any]):
    """Questions about agreements."""

    def visible_to(self, person: Person) -> AgreementQuerySet:
        """SLA and OLA for who works cases; contracts with suppliers for who keeps or oversees them; else nothing."""
        if not person.is_worker:
            return self.none()
        return self if person.role_codes & CONTRACT_READERS else self.exclude(Q(type="uc") & ~Q(owner=person.pk))

    def running(self) -> AgreementQuerySet:
        """Only those with an edition in force, also while the next one is negotiated."""
        from sla.models import AgreementEdition

        return self.filter(pk__in=AgreementEdition.objects.in_force_now().values("agreement"))


class EditionQuerySet(models.QuerySet[Any]):
    """Questions about editions of agreements."""

    def drafts(self) -> EditionQuerySet:
        """Only those that nobody has signed."""
        return self.filter(signed_at=None)

    def in_force_now(self) -> EditionQuerySet:
        """Only those that were put in force and not ended."""
        return self.filter(applied_at__isnull=False, ended_at=None)

    def in_force(self, *, at: datetime) -> EditionQuerySet:
        """Only those that were in force at ``at``."""
        day = localdate(at)
        begun = self.filter(applied_at__lte=at, valid_from__lte=day)
        return begun.filter(Q(ended_at=None) | Q(ended_at__gt=at), Q(valid_to=None) | Q(valid_to__gte=day))

    def held_within(self, start: datetime, end: datetime) -> EditionQuerySet:
        """Only those that were in force at some instant from ``start`` up to and including ``end``."""
        begun = self.filter(applied_at__lte=end, valid_from__lte=localdate(end))
        return begun.filter(
            Q(ended_at=None) | Q(ended_at__gt=start), Q(valid_to=None) | Q(valid_to__gte=localdate(start))
        )

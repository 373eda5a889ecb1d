"""Which approvals a person may decide, for themselves or for an absent colleague."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet
from django.utils import timezone

from itsm.people.queries import absent_whom
from itsm.tickets.models import ApprovalRequest

if TYPE_CHECKING:
    from itsm.people.models import Person

OPEN = ApprovalRequest.Decision.OPEN


def waiting_for(person: Person, *, at: datetime) -> QuerySet[ApprovalRequest]:
    """This will list what ``person`` may decide now, the soonest to expire first."""
    names = {person.pk} | absent_whom(person, on=timezone.localdate(at))
    asked = ApprovalRequest.objects.filter(approver__in=names, decision=OPEN, ticket__phase="waiting")
    return asked.order_by("expires_at", "pk")


def decided_by(person: Person) -> QuerySet[ApprovalRequest]:
    """This will list what was asked of ``person``, or decided by them, and is over; the latest first."""
    mine = ApprovalRequest.objects.filter(Q(approver=person.pk) | Q(decided_by=person.pk)).exclude(decision=OPEN)
    return mine.order_by("-decided_at", "-pk")

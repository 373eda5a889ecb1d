"""Questions about what is to be sent and shown."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from itsm.people.models import Person


class OutboxQuerySet(models.QuerySet[Any]):
    """Questions about outgoing mail."""

    def waiting(self) -> OutboxQuerySet:
        """Only what is neither sent, nor given up, nor dropped because the recipient may not know of it."""
        return self.filter(sent_at=None, dead_at=None, dropped_at=None)

    def dead(self) -> OutboxQuerySet:
        """Only what was given up, newest first."""
        return self.filter(dead_at__isnull=False).order_by("-dead_at", "-pk")

    def late(self, *, at: datetime) -> OutboxQuerySet:
        """Only what could have been sent before ``at``."""
        return self.waiting().filter(available_at__lt=at)


class NotificationQuerySet(models.QuerySet[Any]):
    """Questions about what is shown in the page."""

    def visible_to(self, person: Person) -> NotificationQuerySet:
        """One's own, as far as one may still see the record that it is about."""
        from itsm.records.finding import plain_processes
        from itsm.tickets.models import Ticket

        about = Q(record=None) | Q(record__in=Ticket.objects.visible_to(person).values("pk"))
        for process in plain_processes():
            seen = process.model.objects.visible_to(person).values("pk")
            about |= Q(record__kind=process.key, record__in=seen)
        return self.filter(about, person=person.pk)

    def unread(self) -> NotificationQuerySet:
        """Only those not read yet."""
        return self.filter(read_at=None)

    def newest(self) -> NotificationQuerySet:
        """Newest first."""
        return self.order_by("-at", "-pk")


class AnnouncementQuerySet(models.QuerySet[Any]):
    """Questions about announcements."""

    def current(self, at: datetime) -> AnnouncementQuerySet:
        """Only those shown at ``at``, the gravest first."""
        rank = models.Case(models.When(level="danger", then=0), models.When(level="warning", then=1), default=2)
        shown = self.filter(Q(ends_at=None) | Q(ends_at__gt=at), starts_at__lte=at)
        return shown.order_by(rank, "-starts_at", "-pk")

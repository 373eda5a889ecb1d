"""Each time a maintenance plan falls due: when, who does it, its ticket, and whether it was done."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from itsm.flow import pick
from itsm.records.models import Record
from itsm.tickets.models import Outage, Ticket

if TYPE_CHECKING:
    from itsm.people.models import Person

#: How a ticket ends whose maintenance was not done, or not all of it.
NOT_DONE = ("cancelled", "not_needed", "partly")


def worked() -> models.QuerySet[Ticket]:
    """Give the tickets whose work was done, confirmed or not yet."""
    return Ticket.objects.filter(resolved_at__isnull=False).exclude(closure_code__in=NOT_DONE)


class MaintenanceQuerySet(models.QuerySet["MaintenanceTurn"]):
    """Questions about turns of maintenance."""

    def visible_to(self, person: Person) -> MaintenanceQuerySet:
        """What ``person`` may know of: who works cases knows them all."""
        return self if person.is_worker else self.none()

    def planned_within(self, start: datetime, end: datetime) -> MaintenanceQuerySet:
        """Only those planned to begin from ``start`` up to ``end``."""
        return self.filter(starts_at__gte=start, starts_at__lt=end)

    def with_evidence(self) -> MaintenanceQuerySet:
        """Each with ``evidence_at``: when it was noted as done, else when the work of its ticket was; None without either."""
        ticket = worked().filter(pk=models.OuterRef("record_id")).values("resolved_at")[:1]
        at = Coalesce("done_at", models.Subquery(ticket))
        return self.annotate(evidence_at=at, ticket_number=models.F("record__number"))

    def waiting(self) -> MaintenanceQuerySet:
        """Only those that are neither done nor missed."""
        return self.filter(done_at=None, missed_at=None)


class MaintenanceTurn(models.Model):
    """One turn of a plan. Its words are kept, so that it stays readable when the agreement is renewed."""

    plan = models.ForeignKey("sla.MaintenancePlan", models.SET_NULL, null=True, related_name="turns")
    service = models.ForeignKey(
        "catalogue.Service", models.PROTECT, related_name="maintenance_turns", verbose_name=_("service")
    )
    subject_zh = models.CharField(_("subject (Chinese)"), max_length=120)
    subject_en = models.CharField(_("subject (English)"), max_length=120, blank=True)
    planned_on = models.DateField(_("planned on"))
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    interrupts = models.BooleanField(_("interrupts the service"), default=False)
    record = models.ForeignKey(Record, models.SET_NULL, null=True, related_name="+", verbose_name=_("ticket"))
    outage = models.ForeignKey(Outage, models.SET_NULL, null=True, related_name="+", verbose_name=_("outage"))
    announced_at = models.DateTimeField(_("announced"))
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    missed_at = models.DateTimeField(_("missed"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)

    objects = MaintenanceQuerySet.as_manager()

    class Meta:
        app_label = "sla"
        verbose_name = _("turn of maintenance")
        verbose_name_plural = _("turns of maintenance")
        ordering: ClassVar[list[str]] = ["starts_at", "pk"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("service", "subject_zh", "planned_on", name="maintenance_turn_once"),
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="maintenance_turn_ends_after_start"
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(
                fields=["ends_at"], condition=models.Q(done_at=None, missed_at=None), name="maintenance_turn_waiting"
            ),
            models.Index(fields=["starts_at"], name="maintenance_turn_by_start"),
        ]

    def __str__(self) -> str:
        return f"{self.subject_zh} {self.planned_on}"

    @property
    def subject(self) -> str:
        """What is maintained, in the active language."""
        return pick(self.subject_zh, self.subject_en)

    @property
    def state(self) -> str:
        """Whether it is planned, done, done late or missed."""
        if self.done_at is not None:
            return "done" if self.missed_at is None else "late"
        return "planned" if self.missed_at is None else "missed"

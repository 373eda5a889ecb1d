"""Stretches in which a service was down or degraded, whoever found them: a case, a change, a monitor or a person."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from itsm.people.models import Person


class OutageQuerySet(models.QuerySet["Outage"]):
    """Questions about outages."""

    def visible_to(self, person: Person) -> OutageQuerySet:
        """What ``person`` may know of: who works cases knows every outage, of its case only what is visible."""
        return self if person.is_worker else self.none()

    def counted(self) -> OutageQuerySet:
        """Only those that took place: neither planned for later nor struck out."""
        return self.filter(is_forecast=False, struck_out_at=None)

    def standing(self) -> OutageQuerySet:
        """Only those that were not struck out."""
        return self.filter(struck_out_at=None)

    def open(self) -> OutageQuerySet:
        """Only those that have not ended."""
        return self.filter(ended_at=None)

    def within(self, start: datetime, end: datetime) -> OutageQuerySet:
        """Only those that overlap the time from ``start`` up to ``end``."""
        return self.filter(models.Q(ended_at=None) | models.Q(ended_at__gt=start), started_at__lt=end)


class Outage(models.Model):
    """A stretch in which a service was down or degraded.

    Of a planned one ``planned_from`` and ``planned_until`` say what was planned, and ``announced_at`` when it was made
    known; it is a forecast until the work begins. ``standby_at`` is when the stand-by took over, where it was called upon.
    """

    class Kind(models.TextChoices):
        UNPLANNED = "unplanned", _("unplanned")
        PLANNED = "planned", _("planned")
        DEGRADED = "degraded", _("degraded")

    class Source(models.TextChoices):
        INCIDENT = "incident", _("incident")
        CHANGE = "change", _("change")
        MONITORING = "monitoring", _("monitoring")
        MAINTENANCE = "upkeep", _("maintenance plan")
        PERSON = "person", _("written by a person")

    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, null=True, blank=True, related_name="outages")
    service = models.ForeignKey(
        "catalogue.Service", models.PROTECT, related_name="outages", verbose_name=_("service"), db_index=False
    )
    ci = models.ForeignKey(
        "configuration.ConfigurationItem", models.PROTECT, null=True, blank=True, related_name="outages",
        verbose_name=_("configuration item"),
    )  # fmt: skip
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.UNPLANNED)
    started_at = models.DateTimeField(_("down since"))
    ended_at = models.DateTimeField(_("up again"), null=True, blank=True)
    standby_at = models.DateTimeField(_("stand-by running since"), null=True, blank=True)
    affected_users = models.PositiveIntegerField(_("users affected"), null=True, blank=True)
    weight_percent = models.PositiveSmallIntegerField(
        _("share lost while degraded (per cent)"), default=0, help_text=_("0: reported apart.")
    )
    source = models.CharField(_("source"), max_length=10, choices=Source.choices, default=Source.INCIDENT)
    evidence = models.CharField(_("evidence"), max_length=500, blank=True)
    monitor = models.CharField(_("monitoring system"), max_length=60, blank=True)
    monitor_key = models.CharField(_("key of the monitoring system"), max_length=200, blank=True)
    planned_from = models.DateTimeField(_("planned from"), null=True, blank=True)
    planned_until = models.DateTimeField(_("planned until"), null=True, blank=True)
    announced_at = models.DateTimeField(_("announced"), null=True, blank=True)
    is_forecast = models.BooleanField(_("not begun"), default=False)
    struck_out_at = models.DateTimeField(_("struck out"), null=True, blank=True)

    objects = OutageQuerySet.as_manager()

    class Meta:
        app_label = "tickets"
        verbose_name = _("outage")
        verbose_name_plural = _("outages")
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=models.Q(ended_at=None) | models.Q(ended_at__gte=models.F("started_at")),
                name="outage_ends_after_start",
            ),
            models.CheckConstraint(
                condition=models.Q(standby_at=None) | models.Q(standby_at__gte=models.F("started_at")),
                name="outage_standby_after_start",
            ),
            models.CheckConstraint(
                condition=models.Q(planned_from=None, planned_until=None)
                | models.Q(planned_until__gt=models.F("planned_from")),
                name="outage_plan_has_two_ends",
            ),
            models.CheckConstraint(condition=models.Q(weight_percent__lte=100), name="outage_weight_up_to_100"),
            models.CheckConstraint(
                condition=models.Q(monitor="") | ~models.Q(monitor_key=""), name="outage_of_monitor_has_key"
            ),
            models.UniqueConstraint(
                "monitor",
                "monitor_key",
                condition=models.Q(ended_at=None) & ~models.Q(monitor=""),
                name="outage_of_monitor_open_once",
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["ticket"], name="outage_by_ticket"),
            models.Index(fields=["service", "started_at"], name="outage_by_service"),
            models.Index(fields=["service"], condition=models.Q(ended_at=None), name="outage_open"),
        ]

    def __str__(self) -> str:
        return f"{self.service} {self.started_at:%Y-%m-%d %H:%M}"

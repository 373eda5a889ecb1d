"""Targets of figures, and the roll-ups: what each record adds to which cell, and the cells."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class KpiTarget(models.Model):
    """What a figure aims at from one day on; never changed, a new aim is a new row."""

    key = models.CharField(_("figure"), max_length=80)
    value = models.DecimalField(_("target"), max_digits=14, decimal_places=4, null=True, blank=True)
    since = models.DateField(_("in force from"))
    reason = models.CharField(_("reason"), max_length=300)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("set by"))
    set_at = models.DateTimeField(_("set"))

    class Meta:
        verbose_name = _("target of a figure")
        verbose_name_plural = _("targets of figures")
        ordering: ClassVar[list[str]] = ["key", "-since", "-pk"]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=models.Q(value=None) | models.Q(value__gte=0),
                name="kpi_target_not_below_zero",
                violation_error_message=_("A target is not below zero."),
            ),
            models.CheckConstraint(condition=~models.Q(reason=""), name="kpi_target_has_a_reason"),
        ]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["key", "-since", "-id"], name="kpi_target_by_key")]

    def __str__(self) -> str:
        return f"{self.key} {self.value} {self.since}"


class Dimensions(models.Model):
    """What a cell is about; 0 stands for no service, no team, no priority."""

    measure = models.CharField(max_length=12)
    day = models.DateField()
    kind = models.CharField(max_length=32)
    service = models.BigIntegerField(default=0)
    team = models.BigIntegerField(default=0)
    priority = models.PositiveSmallIntegerField(default=0)
    amount = models.BigIntegerField()

    class Meta:
        abstract = True


class Fact(Dimensions):
    """What one record adds to one cell, as it was counted last; ``record`` has no constraint, so that it may go first."""

    record = models.BigIntegerField()
    hour = models.PositiveSmallIntegerField(null=True)
    outcome = models.CharField(max_length=32, blank=True)

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["record"], name="fact_by_record"),
            models.Index(fields=["measure", "day", "record"], name="fact_by_measure"),
        ]

    def __str__(self) -> str:
        return f"{self.record} {self.measure} {self.day}"


class Slice(models.TextChoices):
    """Which dimensions a cell tells apart; those that it does not are 0, so that a sum reads few rows."""

    FULL = "full", "service, team and priority"
    ALL = "all", "none"
    SERVICE = "service", "service"
    TEAM = "team", "team"
    PRIORITY = "priority", "priority"


class DayCell(Dimensions):
    """The sum of the facts of one day with the same dimensions, in every slice."""

    slice = models.CharField(max_length=8, default=Slice.FULL)
    outcome = models.CharField(max_length=32, blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["slice", "measure", "day", "kind", "service", "team", "priority", "outcome"],
                name="day_cell_once",
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["id"], condition=models.Q(amount=0), name="day_cell_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.day} {self.amount}"


class HourCell(Dimensions):
    """The sum of the facts of one hour of one day, whatever their outcome; in the slices of one dimension at most."""

    slice = models.CharField(max_length=8, default=Slice.ALL)
    hour = models.PositiveSmallIntegerField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["slice", "measure", "day", "hour", "kind", "service", "team", "priority"], name="hour_cell_once"
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["id"], condition=models.Q(amount=0), name="hour_cell_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.day} {self.hour} {self.amount}"


class Stale(models.Model):
    """A record that has changed since it was counted; written by triggers, in the transaction of the change."""

    record = models.BigIntegerField()

    def __str__(self) -> str:
        return str(self.record)


class Recount(models.Model):
    """One full recount: when, how long, and by how much which cells had drifted."""

    at = models.DateTimeField()
    seconds = models.FloatField()
    facts = models.BigIntegerField()
    drift: models.JSONField[Any, Any] = models.JSONField(default=dict)
    repaired = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["-pk"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.drift}"


class Snapshot(models.Model):
    """A figure as it was counted once for a period and a narrowing; made by the worker where counting takes long.

    ``value`` is None until it was counted, and ``newest`` has the first rows of each side (``itsm.reporting.laid_out``);
    ``wanted_at`` says since when it is to be counted (again). A service or team of -1 is none, 0 is all.
    """

    key = models.CharField(max_length=80)
    since = models.DateField()
    until = models.DateField()
    service = models.BigIntegerField(default=0)
    team = models.BigIntegerField(default=0)
    priority = models.SmallIntegerField(default=0)
    value: models.JSONField[Any, Any] = models.JSONField(null=True)
    newest: models.JSONField[Any, Any] = models.JSONField(null=True)
    counted_at = models.DateTimeField(null=True)
    seconds = models.FloatField(default=0)
    wanted_at = models.DateTimeField(null=True)
    asked_on = models.DateField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["since", "until", "service", "team", "priority", "key"], name="snapshot_once"
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(
                fields=["wanted_at", "id"], condition=models.Q(wanted_at__isnull=False), name="snapshot_wanted"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.since}"


import itsm.reporting.call_models  # noqa: E402, F401  # so that its tables are made

"""The rules of the change calendar: freezes, maintenance windows, waivers of a freeze, and private feeds."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GistIndex
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from changes.recurrences import LAST, Recurrence
from itsm.flow import pick

if TYPE_CHECKING:
    from collections.abc import Iterable

A_WEEK = 7 * 24 * 60


class Scoped(models.Model):
    """A rule of the calendar: for everything, or for some services, configuration items and classes of them."""

    name_zh = models.CharField(_("Chinese name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    services: models.ManyToManyField[Any, Any] = models.ManyToManyField(
        "catalogue.Service", blank=True, related_name="+", verbose_name=_("services")
    )
    items: models.ManyToManyField[Any, Any] = models.ManyToManyField(
        "configuration.ConfigurationItem", blank=True, related_name="+", verbose_name=_("configuration items")
    )
    ci_classes: models.ManyToManyField[Any, Any] = models.ManyToManyField(
        "configuration.CiClass", blank=True, related_name="+", verbose_name=_("CI classes")
    )
    note = models.TextField(_("note"), blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the active language."""
        return pick(self.name_zh, self.name_en)


class FreezeQuerySet(models.QuerySet["FreezeWindow"]):
    """Questions about freezes."""

    def over(self, start: datetime, end: datetime) -> FreezeQuerySet:
        """Only those in force that share a moment with the stretch."""
        return self.filter(starts_at__lt=end, ends_at__gt=start)

    def soonest(self) -> FreezeQuerySet:
        """The first to come first."""
        return self.order_by("starts_at", "pk")


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class FreezeWindow(Scoped):
    """A time in which nothing is to be changed; a hard one stops changes, a soft one warns."""

    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    is_hard = models.BooleanField(_("stops changes"), default=True)
    exceptions = models.CharField(_("exceptions, and who may allow them"), max_length=300, blank=True)
    ended_early = models.CharField(_("why it ended early"), max_length=300, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    service_keys: list[int]  # laid on by scope.with_scopes(), as the next two
    item_keys: list[int]
    class_keys: list[int]
    waivers: Any
    objects = FreezeQuerySet.as_manager()

    class Meta:
        verbose_name = _("freeze")
        verbose_name_plural = _("freezes")
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=models.Q(starts_at__lt=models.F("ends_at")), name="freeze_runs_forward")
        ]
        indexes: ClassVar[list[Any]] = [
            GistIndex(models.Func("starts_at", "ends_at", function="tstzrange"), name="freeze_range")
        ]


class FreezeWaiver(models.Model):
    """Somebody who may allows one emergency change in one freeze, with a reason; counted."""

    change = models.ForeignKey("changes.Change", models.CASCADE, related_name="freeze_waivers")
    freeze = models.ForeignKey(FreezeWindow, models.PROTECT, related_name="waivers")
    reason = models.CharField(_("reason"), max_length=300)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    change_id: int
    freeze_id: int
    objects: ClassVar[models.Manager[Any]] = models.Manager()

    class Meta:
        verbose_name = _("freeze waiver")
        verbose_name_plural = _("freeze waivers")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("change", "freeze", name="freeze_waived_once"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="freeze_waiver_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.change_id} · {self.freeze_id}"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class MaintenanceWindow(Scoped):
    """A time that comes again and again in which changes are welcome, in its own time zone."""

    weekdays = ArrayField(
        models.PositiveSmallIntegerField(validators=[MaxValueValidator(6)]), verbose_name=_("weekdays")
    )
    opens = models.TimeField(_("opens at"))
    minutes = models.PositiveIntegerField(_("minutes"), validators=[MinValueValidator(1), MaxValueValidator(A_WEEK)])
    zone = models.CharField(_("time zone"), max_length=60, default="Asia/Taipei")
    since = models.DateField(_("first day"))
    until = models.DateField(_("last day"), null=True, blank=True)
    weeks = models.PositiveSmallIntegerField(_("every how many weeks"), default=1, validators=[MinValueValidator(1)])
    week_of_month = models.SmallIntegerField(
        _("week of the month"), null=True, blank=True,
        choices=[(1, _("first")), (2, _("second")), (3, _("third")), (4, _("fourth")), (LAST, _("last"))],
    )  # fmt: skip

    service_keys: list[int]  # laid on by scope.with_scopes(), as the next two
    item_keys: list[int]
    class_keys: list[int]
    objects: ClassVar[models.Manager[Any]] = models.Manager()

    class Meta:
        verbose_name = _("maintenance window")
        verbose_name_plural = _("maintenance windows")
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=models.Q(minutes__gte=1, minutes__lte=A_WEEK), name="maintenance_at_most_a_week"),
            models.CheckConstraint(condition=models.Q(weekdays__len__gte=1), name="maintenance_names_a_weekday"),
            models.CheckConstraint(condition=models.Q(weeks__gte=1), name="maintenance_weeks_positive"),
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gte=models.F("since")), name="maintenance_ends_after_it_begins"
            ),
        ]  # fmt: skip

    def recurrence(self) -> Recurrence:
        """Give the rule as arithmetic."""
        from datetime import timedelta

        return Recurrence(
            frozenset(self.weekdays), self.opens, timedelta(minutes=self.minutes), self.zone, self.since, self.until,
            self.weeks, self.week_of_month,
        )  # fmt: skip


class CalendarFeed(models.Model):
    """A private address from which a calendar program reads; its token is kept as a hash only."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendar_feeds")
    name = models.CharField(_("name"), max_length=60)
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager[Any]] = models.Manager()

    class Meta:
        verbose_name = _("calendar feed")
        verbose_name_plural = _("calendar feeds")
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["person"], condition=models.Q(revoked_at=None), name="feed_in_use")
        ]

    def __str__(self) -> str:
        return self.name


def keys_of(rows: Iterable[Any]) -> frozenset[int]:
    """Collect the keys of prefetched rows."""
    return frozenset(row.pk for row in rows)

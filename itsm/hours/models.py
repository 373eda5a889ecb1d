"""Calendars and their versions. A version never changes: results keep the hours they were judged by."""

from __future__ import annotations

from typing import ClassVar

import pghistory
import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from itsm.flow import pick
from itsm.hours.worktime import Schedule

MOST_SCHEDULES = 512
_schedules: dict[int, Schedule] = {}  # by version; a version never changes, so an entry is never stale


class CalendarQuerySet(models.QuerySet["Calendar"]):
    """Calendars, with the words for asking about them."""

    def active(self) -> CalendarQuerySet:
        """This will keep the calendars that may be chosen."""
        return self.filter(is_active=True)

    def with_current(self) -> CalendarQuerySet:
        """This will fetch the version in force in the same query."""
        return self.select_related("current")


@pghistory.track()
class Calendar(models.Model):
    """When a desk or a service is open. Zone and hours in force are those of the current version."""

    code = models.SlugField(_("code"), max_length=50, unique=True)
    name_zh = models.CharField(_("name (Chinese)"), max_length=120)
    name_en = models.CharField(_("name (English)"), max_length=120, blank=True)
    zone = models.CharField(_("time zone"), max_length=64, default="Asia/Taipei")
    county = models.CharField(
        _("county"), max_length=40, blank=True, help_text=_("Where work is suspended by county, such as 臺北市.")
    )
    always_on = models.BooleanField(_("always open"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    current = models.ForeignKey(
        "CalendarVersion",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("version in force"),
    )

    objects = CalendarQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar")
        verbose_name_plural = _("calendars")
        ordering: ClassVar[list[str]] = ["code"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the active language."""
        return pick(self.name_zh, self.name_en)


class CalendarVersion(models.Model):
    """The hours of a calendar as they were published once. The database refuses every change to it."""

    calendar = models.ForeignKey(
        Calendar, models.PROTECT, related_name="versions", verbose_name=_("calendar"), editable=False
    )
    number = models.PositiveIntegerField(_("version"))
    zone = models.CharField(_("time zone"), max_length=64)
    always_on = models.BooleanField(_("always open"), default=False)
    weekly = models.JSONField(_("weekly hours"), default=dict, blank=True)
    exceptions = models.JSONField(_("exceptions"), default=dict, blank=True)
    tz_release = models.CharField(_("edition of the time zone rules"), max_length=20, blank=True)
    created_at = models.DateTimeField(_("published"))
    created_by_name = models.CharField(_("published by"), max_length=120, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("calendar version")
        verbose_name_plural = _("calendar versions")
        ordering: ClassVar[list[str]] = ["calendar_id", "-number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["calendar", "number"], name="hours_version_number_once"),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="hours_version_number_positive"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Protect(name="version_never_changes", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.calendar_id}/{self.number}"

    def schedule(self) -> Schedule:
        """This will give the compiled hours, kept for this process by the key of the version.

        :raises BadHours: if the stored hours cannot be read
        """
        kept = _schedules.get(self.pk)
        if kept is None:
            kept = self._compiled()
            if self.pk is not None:
                if len(_schedules) >= MOST_SCHEDULES:
                    _schedules.clear()
                _schedules[self.pk] = kept
        return kept

    def _compiled(self) -> Schedule:
        windows = {day: entry["windows"] for day, entry in self.exceptions.items()}
        return Schedule.parse(zone=self.zone, weekly=self.weekly, exceptions=windows, always=self.always_on)


def schedule_of(version_id: int) -> Schedule:
    """This will give the compiled hours of a version by its key; one query the first time, none after.

    :raises CalendarVersion.DoesNotExist: if there is no such version
    """
    kept = _schedules.get(version_id)
    return CalendarVersion.objects.get(pk=version_id).schedule() if kept is None else kept

"""Baselines: how items and their relationships were at a moment, kept by reference to a history that nothing alters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from itsm.records.models import Record

if TYPE_CHECKING:
    from itsm.people.models import Person


class BaselineQuerySet(models.QuerySet[Any]):
    """Questions about baselines."""

    def visible_to(self, person: Person) -> BaselineQuerySet:
        """All for those who work cases, none for requesters."""
        return self if person.is_worker else self.none()

    def of(self, record: Record) -> BaselineQuerySet:
        """Only those taken for a change or a release, the latest first."""
        return self.filter(record_id=record.pk).order_by("-pk")


def _person() -> Any:
    return models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")


class Baseline(models.Model):
    """A set of items as they were ``at`` a moment; ``digest`` tells whether what it refers to is still the same.

    Items that come later do not join by themselves. ``scope`` says how they were chosen.
    """

    name = models.CharField(_("name"), max_length=160)
    at = models.DateTimeField(_("as of"))
    made_at = models.DateTimeField(_("taken"))
    made_by = _person()
    record = models.ForeignKey(
        Record, models.PROTECT, null=True, blank=True, related_name="baselines", verbose_name=_("taken for")
    )
    scope: models.JSONField[Any, Any] = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)
    count = models.PositiveIntegerField(_("items"), default=0)

    objects = BaselineQuerySet.as_manager()

    class Meta:
        verbose_name = _("baseline")
        verbose_name_plural = _("baselines")
        ordering: ClassVar[list[str]] = ["-pk"]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["record", "-id"], name="baseline_by_record")]

    def __str__(self) -> str:
        return self.name


class BaselineItem(models.Model):
    """An item of a baseline in the version that it had."""

    baseline = models.ForeignKey(Baseline, models.CASCADE, related_name="items")
    item = models.ForeignKey("ConfigurationItem", models.CASCADE, related_name="+")
    item_version = models.ForeignKey("CiVersion", models.CASCADE, related_name="+")

    objects: ClassVar[models.Manager[Any]] = models.Manager()

    class Meta:
        constraints: ClassVar[list[Any]] = [models.UniqueConstraint("baseline", "item", name="baseline_item_once")]

    def __str__(self) -> str:
        return f"{self.baseline_id} {self.item_id}"


class NoChange(models.Model):
    """Somebody says that a change left an item's data as they were."""

    record = models.ForeignKey(Record, models.CASCADE, related_name="+")
    item = models.ForeignKey("ConfigurationItem", models.CASCADE, related_name="+")
    by = _person()
    at = models.DateTimeField()

    objects: ClassVar[models.Manager[Any]] = models.Manager()

    class Meta:
        constraints: ClassVar[list[Any]] = [models.UniqueConstraint("record", "item", name="no_change_once")]

    def __str__(self) -> str:
        return f"{self.record_id} {self.item_id}"


class AcceptedDifference(models.Model):
    """Somebody looked at a difference that nothing authorised and lets it stand, with the reason."""

    item_version = models.OneToOneField("CiVersion", models.CASCADE, related_name="accepted")
    by = _person()
    at = models.DateTimeField()
    reason = models.CharField(_("reason"), max_length=300)

    objects: ClassVar[models.Manager[Any]] = models.Manager()

    def __str__(self) -> str:
        return self.reason

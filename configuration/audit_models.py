"""Verification audits: what was looked at, what was found of each attribute, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from itsm.people.models import Person


def _person(label: Any = "") -> Any:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=label
    )


class AuditQuerySet(models.QuerySet[Any]):
    """Questions about audits."""

    def visible_to(self, person: Person) -> AuditQuerySet:
        """All for those who work cases, none for requesters."""
        return self if person.is_worker else self.none()

    def closed(self) -> AuditQuerySet:
        """Only those whose result stands."""
        return self.filter(closed_at__isnull=False)


class VerificationAudit(models.Model):
    """A look at real things to see whether the data say what is there.

    The sample is drawn when it starts, by ``seed``, of ``population`` items; anybody can draw it again. ``figures`` are
    its result, written when it closes.
    """

    class Kind(models.TextChoices):
        SAMPLE = "sample", _("random sample")
        FULL = "full", _("everything")

    number = models.CharField(_("number"), max_length=32, unique=True, editable=False)
    title = models.CharField(_("subject"), max_length=160)
    kind = models.CharField(_("kind"), max_length=6, choices=Kind.choices, default=Kind.SAMPLE)
    ci_class = models.ForeignKey(
        "CiClass", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("CI class")
    )
    precision = models.PositiveSmallIntegerField(_("wanted precision in percentage points"), default=5)
    confidence = models.PositiveSmallIntegerField(_("confidence in per cent"), default=95)
    seed = models.CharField(_("seed of the sample"), max_length=64)
    population = models.PositiveIntegerField(_("items in question"), default=0)
    planned_on = models.DateField(_("planned for"), null=True, blank=True)
    auditor = _person(_("auditor"))
    made_by = _person(_("planned by"))
    made_at = models.DateTimeField()
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    closed_by = _person(_("closed by"))
    conclusion = models.TextField(_("conclusion"), blank=True)
    figures: models.JSONField[Any, Any] = models.JSONField(default=dict)

    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name = _("verification audit")
        verbose_name_plural = _("verification audits")
        ordering: ClassVar[list[str]] = ["-pk"]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=models.Q(closed_at=None) | models.Q(started_at__isnull=False) & ~models.Q(conclusion=""),
                name="audit_closes_with_a_conclusion",
            ),
            models.CheckConstraint(
                condition=models.Q(precision__gte=1, precision__lte=50) & models.Q(confidence__gte=50, confidence__lte=99),
                name="audit_precision_in_range",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class AuditItem(models.Model):
    """One item on the count sheet."""

    class Result(models.TextChoices):
        FOUND = "found", _("was found")
        MISSING = "missing", _("not found")

    audit = models.ForeignKey(VerificationAudit, models.CASCADE, related_name="items")
    item = models.ForeignKey("ConfigurationItem", models.CASCADE, related_name="audit_items")
    place = models.PositiveIntegerField()
    result = models.CharField(_("result"), max_length=8, choices=Result.choices, blank=True)
    counted_by = _person(_("counted by"))
    counted_at = models.DateTimeField(null=True)
    remark = models.CharField(_("remark"), max_length=300, blank=True)
    photo = models.ForeignKey(
        "records.Attachment", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("photo")
    )

    objects: ClassVar[models.Manager[Any]] = models.Manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["audit", "place"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("audit", "item", name="audit_item_once"),
            models.UniqueConstraint("audit", "place", name="audit_place_once"),
        ]

    def __str__(self) -> str:
        return f"{self.audit_id}/{self.place}"


class AuditLine(models.Model):
    """One attribute of an item: what was recorded when the audit began, and what is there."""

    class Result(models.TextChoices):
        OK = "ok", _("right")
        WRONG = "wrong", _("wrong")
        UNSEEN = "unseen", _("could not be seen")

    audit_item = models.ForeignKey(AuditItem, models.CASCADE, related_name="lines")
    field = models.CharField(max_length=60)
    recorded = models.TextField(blank=True)
    found = models.TextField(blank=True)
    result = models.CharField(max_length=8, choices=Result.choices, blank=True)
    correction = models.ForeignKey("Correction", models.SET_NULL, null=True, related_name="audit_lines")

    objects: ClassVar[models.Manager[Any]] = models.Manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["audit_item", "pk"]
        constraints: ClassVar[list[Any]] = [models.UniqueConstraint("audit_item", "field", name="audit_line_once")]

    def __str__(self) -> str:
        return f"{self.field}: {self.recorded}"


class AuditFind(models.Model):
    """Something that was met on the way and is not on the sheet."""

    class Kind(models.TextChoices):
        UNREGISTERED = "unregistered", _("not registered")
        DUPLICATE = "duplicate", _("registered twice")
        UNAUTHORISED = "unauthorised", _("changed without authorisation")

    audit = models.ForeignKey(VerificationAudit, models.CASCADE, related_name="finds")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.UNREGISTERED)
    name = models.CharField(_("what it is"), max_length=160)
    place = models.CharField(_("place"), max_length=120, blank=True)
    remark = models.CharField(_("remark"), max_length=300, blank=True)
    found_by = _person(_("found by"))
    found_at = models.DateTimeField()
    correction = models.ForeignKey("Correction", models.SET_NULL, null=True, related_name="+")

    objects: ClassVar[models.Manager[Any]] = models.Manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["audit", "pk"]

    def __str__(self) -> str:
        return self.name

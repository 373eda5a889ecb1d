"""The edition of a catalogue entry: immutable from its approval on, in the database too."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from catalogue.editions.content import Gap, completeness, gaps
from itsm.flow import pick


def _person(label: Any) -> Any:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=label
    )


class ServiceEditionQuerySet(models.QuerySet["ServiceEdition"]):
    """Questions about editions."""

    def drafts(self) -> ServiceEditionQuerySet:
        """Only those that nobody has approved yet."""
        return self.filter(approved_at=None)

    def in_force(self) -> ServiceEditionQuerySet:
        """Only those that the catalogue says now."""
        return self.filter(applied_at__isnull=False, ended_at=None)

    def waiting(self, *, on: date) -> ServiceEditionQuerySet:
        """Only approved ones whose day has come and that are not in force yet."""
        return self.filter(approved_at__isnull=False, applied_at=None, ended_at=None, effective_on__lte=on)


class ServiceEdition(models.Model):
    """What the catalogue says of one service from one day on."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        SUBMITTED = "submitted", _("to be approved")
        APPROVED = "approved", _("approved, not in force yet")
        IN_FORCE = "in_force", _("in force")
        ENDED = "ended", _("no longer in force")

    service = models.ForeignKey("catalogue.Service", models.PROTECT, related_name="editions", verbose_name=_("service"))
    number = models.PositiveSmallIntegerField(_("edition"))
    content: models.JSONField[Any, Any] = models.JSONField(_("content"), default=dict)
    reason = models.TextField(_("what changes, and why"), blank=True)
    authors: models.JSONField[Any, Any] = models.JSONField(default=list)
    drafted_by = _person(_("written by"))
    drafted_at = models.DateTimeField(_("written"))
    version = models.PositiveIntegerField(default=1)
    submitted_by = _person(_("submitted by"))
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    returned = models.TextField(_("why it was returned"), blank=True)
    approved_by = _person(_("approved by"))
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True)
    effective_on = models.DateField(_("in force from"), null=True, blank=True)
    applied_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    transition = models.ForeignKey(
        "catalogue.ServiceTransition", models.PROTECT, null=True, blank=True, related_name="editions",
        verbose_name=_("service transition"),
    )  # fmt: skip
    change = models.ForeignKey(
        "records.Record", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("approved change")
    )

    objects = ServiceEditionQuerySet.as_manager()

    class Meta:
        app_label = "catalogue"
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        ordering: ClassVar[list[str]] = ["service", "-number"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("service", "number", name="edition_number_once"),
            models.UniqueConstraint("service", condition=models.Q(approved_at=None), name="edition_one_draft"),
            models.UniqueConstraint(
                "service", condition=models.Q(applied_at__isnull=False, ended_at=None), name="edition_one_in_force"
            ),
            models.CheckConstraint(
                condition=models.Q(approved_by=None) | ~models.Q(approved_by=models.F("drafted_by")),
                name="edition_approver_not_author",
            ),
            models.CheckConstraint(
                condition=models.Q(applied_at=None)
                | models.Q(approved_at__isnull=False, approved_by__isnull=False, effective_on__isnull=False),
                name="edition_in_force_is_approved",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.service_id} · {self.number}"

    @property
    def state(self) -> State:
        """Where it stands."""
        if self.ended_at:
            return self.State.ENDED
        if self.applied_at:
            return self.State.IN_FORCE
        if self.approved_at:
            return self.State.APPROVED
        return self.State.SUBMITTED if self.submitted_at else self.State.DRAFT

    @property
    def name(self) -> str:
        """The name of the service as this edition has it."""
        return pick(self.content.get("name_zh", ""), self.content.get("name_en", ""))

    @property
    def gaps(self) -> list[Gap]:
        """What is missing of the eight fields."""
        return gaps(self.content)

    @property
    def complete(self) -> int:
        """How many of the eight fields are complete."""
        return completeness(self.content)

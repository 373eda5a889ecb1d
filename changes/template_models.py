"""Standard changes: what the board has approved in advance, until when, and how it went."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

import pghistory
from django.conf import settings
from django.db import models
from django.utils.timezone import localdate
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


def _who(label: Any) -> Any:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=label
    )


class TemplateQuerySet(models.QuerySet["StandardTemplate"]):
    """Questions about standard changes."""

    def usable(self, *, at: datetime) -> TemplateQuerySet:
        """Only those that are approved, in force and neither suspended nor retired."""
        return self.filter(
            approved_at__lte=at, valid_until__gte=localdate(at), suspended_at=None, retired_at=None
        )  # fmt: skip


@pghistory.track()
class StandardTemplate(models.Model):
    """A change that the board has approved in advance: what is done, on what, how long, when, until when."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=160)
    service = models.ForeignKey(
        "catalogue.Service", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("service")
    )
    steps = models.TextField(_("steps"), help_text=_("One step a line, with its minutes in brackets: “Restart (5)”."))
    test_plan = models.TextField(_("test plan"), blank=True)
    backout_plan = models.TextField(_("back-out plan"))
    max_minutes = models.PositiveIntegerField(_("longest duration in minutes"))
    ci_classes: models.JSONField[Any, Any] = models.JSONField(_("classes of items"), default=list, blank=True)
    earliest = models.TimeField(_("not before"), null=True, blank=True)
    latest = models.TimeField(_("not after"), null=True, blank=True)
    proof: models.ManyToManyField[Any, Any] = models.ManyToManyField(
        "changes.Change", blank=True, related_name="proves", verbose_name=_("earlier changes")
    )
    proposed_by = _who(_("proposed by"))
    proposed_at = models.DateTimeField(_("proposed"), null=True, blank=True)
    approved_by = _who(_("approved by"))
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    suspended_at = models.DateTimeField(_("suspended"), null=True, blank=True)
    suspended_reason = models.TextField(_("why it is suspended"), blank=True)
    #: Where failures suspended it: how many, of how many uses, and the number of the last one.
    suspended_uses = models.JSONField(null=True, blank=True, editable=False)
    reviewed_at = models.DateTimeField(_("last review"), null=True, blank=True)
    review_note = models.TextField(_("what the review found"), blank=True)
    retired_at = models.DateTimeField(_("retired"), null=True, blank=True)

    objects: ClassVar[Any] = TemplateQuerySet.as_manager()

    class Meta:
        verbose_name = _("standard change")
        verbose_name_plural = _("standard changes")
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=models.Q(approved_by=None) | models.Q(proposed_by=None) | ~models.Q(approved_by=models.F("proposed_by")),
                name="template_approver_not_proposer",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name

    @property
    def suspension(self) -> str:
        """Say why it is suspended, in the reader's language where failures did it."""
        if self.suspended_uses is None:
            return self.suspended_reason
        words: str = gettext("%(count)s of the last %(uses)s uses failed; last: %(number)s.") % self.suspended_uses
        return words

    def state_at(self, at: datetime) -> str:
        """Name the state: proposed, in force, suspended, expired or retired."""
        if self.retired_at is not None:
            return "retired"
        if self.suspended_at is not None:
            return "suspended"
        if self.approved_at is None:
            return "proposed"
        return "in_force" if self.valid_until and self.valid_until >= localdate(at) else "expired"

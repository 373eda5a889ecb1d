"""Files that prove why lost time does not count: kept under the hash of their content, never altered."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from sla.outage_models import ExclusionClaim


class ClaimFile(models.Model):
    """One file of evidence of a claim."""

    claim = models.ForeignKey(ExclusionClaim, models.CASCADE, related_name="files", verbose_name=_("exclusion claim"))
    name = models.CharField(_("name"), max_length=200)
    media_type = models.CharField(_("type"), max_length=100)
    size = models.PositiveBigIntegerField(_("size"))
    sha256 = models.CharField(max_length=64)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("added by"))
    added_at = models.DateTimeField(_("added"))

    class Meta:
        app_label = "sla"
        verbose_name = _("file of evidence")
        verbose_name_plural = _("files of evidence")
        ordering: ClassVar[list[str]] = ["claim", "pk"]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Protect(name="claim_file_never_changes", operation=pgtrigger.Update)
        ]

    def __str__(self) -> str:
        return self.name

"""Items that a change was thought to affect and does not: named with the reason, until it is decided otherwise."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from changes.models import Change
from configuration.models import ConfigurationItem


class NotAffected(models.Model):
    """That ``change`` does not affect ``item``; ``was_named`` tells that it was named before, and not only found by the walk."""

    change = models.ForeignKey(Change, models.CASCADE, related_name="not_affected")
    item = models.ForeignKey(ConfigurationItem, models.CASCADE, related_name="+")
    reason = models.TextField(_("why it is not affected"))
    was_named = models.BooleanField(default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("item that is not affected")
        verbose_name_plural = _("items that are not affected")
        ordering: ClassVar[list[str]] = ["pk"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["change", "item"], name="not_affected_once"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="not_affected_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.change_id} {self.item_id}"

"""Who asked to be called before an item of an agenda is heard."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ItemCall(models.Model):
    """One person's wish; ``told_at`` says when it was fulfilled."""

    item = models.ForeignKey(
        "changes.CabItem", models.CASCADE, related_name="calls", verbose_name=_("item of an agenda")
    )
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("person"))
    asked_at = models.DateTimeField(_("asked"))
    told_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(_("told"), null=True)

    objects: ClassVar[models.Manager[Any]] = models.Manager()

    class Meta:
        verbose_name = _("call before an item")
        verbose_name_plural = _("calls before items")
        constraints: ClassVar[list[Any]] = [models.UniqueConstraint("item", "person", name="item_call_once")]

    def __str__(self) -> str:
        return f"{self.item_id} {self.person_id}"

"""A mail that came in: kept as it is, and what became of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from itsm.records.models import Record
from itsm.records.undoing import LASTS


class InboundMailQuerySet(models.QuerySet["InboundMail"]):
    """Questions about mails that came in."""

    def waiting(self) -> InboundMailQuerySet:
        """Only those that nobody has looked at, those tried least first."""
        return self.filter(state=InboundMail.State.NEW).order_by("attempts", "pk")

    def held_back(self) -> InboundMailQuerySet:
        """Only those that a person must look at, the newest first."""
        return self.filter(state=InboundMail.State.HELD).order_by("-received_at", "-pk")

    def discarded(self) -> InboundMailQuerySet:
        """Only those that a person set aside, the last one first."""
        return self.filter(state=InboundMail.State.DISCARDED).order_by("-decided_at", "-pk")


class InboundMail(models.Model):
    """One mail; the same one is kept once, however often it is fetched."""

    class State(models.TextChoices):
        NEW = "new", _("just come in")
        TAKEN = "taken", _("put on a case")
        HELD = "held", _("held back")
        DISCARDED = "discarded", _("discarded")

    mid_key = models.CharField(max_length=255)
    digest = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64)
    sender = models.CharField(max_length=254, blank=True)
    subject = models.CharField(max_length=300, blank=True)
    received_at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=State.choices, default=State.NEW)
    why = models.CharField(max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    record = models.ForeignKey(Record, models.SET_NULL, null=True, related_name="+")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    objects = InboundMailQuerySet.as_manager()

    class Meta:
        verbose_name = _("incoming mail")
        verbose_name_plural = _("incoming mails")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("mid_key", "digest", name="inbound_mail_once"),
            models.CheckConstraint(
                condition=~models.Q(state="taken") | models.Q(decided_at__isnull=False), name="inbound_mail_taken_at"
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["attempts", "id"], condition=models.Q(state="new"), name="inbound_mail_waiting"),
            models.Index(fields=["-received_at", "-id"], condition=models.Q(state="held"), name="inbound_mail_held"),
        ]

    def __str__(self) -> str:
        return self.subject

    def can_be_taken_back(self, *, at: datetime) -> bool:
        """Tell whether it was discarded so short a time ago that it may be held back again."""
        if self.state != InboundMail.State.DISCARDED or self.decided_at is None:
            return False
        return at <= self.decided_at + LASTS

"""What is to be sent, what is shown in the page, who wants what, and what is announced to all."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

import pghistory
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from itsm.flow import pick
from itsm.notices.querysets import AnnouncementQuerySet, NotificationQuerySet, OutboxQuerySet
from itsm.notices.templates import happening_label
from itsm.records.models import Record

if TYPE_CHECKING:
    pass

WAITING = models.Q(sent_at=None, dead_at=None, dropped_at=None)


class Outbox(models.Model):
    """A mail that must be sent: written in the transaction of what it tells, sent by whoever claims it."""

    dedupe_key = models.CharField(max_length=200, unique=True)
    event = models.CharField(max_length=32)
    template = models.CharField(max_length=40)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    email = models.EmailField(blank=True)
    record = models.ForeignKey(Record, models.CASCADE, null=True, related_name="+")
    facts: models.JSONField[Any, Any] = models.JSONField(default=dict)
    language = models.CharField(max_length=10, blank=True)
    ordering_key = models.CharField(max_length=100, blank=True)
    created_at = models.DateTimeField()
    not_before = models.DateTimeField(null=True)
    available_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    dead_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=300, blank=True)
    message_id = models.CharField(max_length=120)

    objects = OutboxQuerySet.as_manager()

    class Meta:
        verbose_name = _("outgoing message")
        verbose_name_plural = _("outgoing messages")
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["available_at", "id"], condition=WAITING, name="outbox_waiting"),
            models.Index(fields=["ordering_key", "id"], condition=WAITING, name="outbox_in_order"),
            models.Index(fields=["-dead_at"], condition=models.Q(dead_at__isnull=False), name="outbox_dead"),
            models.Index(fields=["record"], name="outbox_by_record"),
        ]

    def __str__(self) -> str:
        return self.dedupe_key

    @property
    def label(self) -> str:
        """The words of its event."""
        return str(happening_label(self.event))


class Notification(models.Model):
    """A line of a person's notifications; its words are made when it is shown, in the reader's language."""

    dedupe_key = models.CharField(max_length=200, unique=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications")
    record = models.ForeignKey(Record, models.CASCADE, null=True, related_name="+")
    event = models.CharField(max_length=32)
    template = models.CharField(max_length=40)
    facts: models.JSONField[Any, Any] = models.JSONField(default=dict)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["person", "-at", "-id"], name="notification_by_person"),
            models.Index(fields=["person"], condition=models.Q(read_at=None), name="notification_unread"),
        ]

    def __str__(self) -> str:
        return f"{self.template} → {self.person_id}"


class Preference(models.Model):
    """What one person wants to be told of, and how; without a row both ways are on."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="preferences")
    event = models.CharField(max_length=32)
    by_mail = models.BooleanField(_("by e-mail"), default=True)
    in_app = models.BooleanField(_("in the page"), default=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [models.UniqueConstraint("person", "event", name="preference_once")]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.event}"


class UsedLink(models.Model):
    """A signed link that was used: it decides once."""

    key = models.CharField(max_length=64, unique=True)
    purpose = models.CharField(max_length=20)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    record = models.ForeignKey(Record, models.CASCADE, related_name="+")
    choice = models.CharField(max_length=40)
    used_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.purpose}: {self.choice}"


class LocalMail(models.Model):
    """A mail kept here in place of being sent: the demo's mailbox."""

    message_id = models.CharField(max_length=200, unique=True)
    sender = models.CharField(max_length=200)
    recipients = models.CharField(max_length=500)
    subject = models.CharField(max_length=300)
    body = models.TextField()
    headers: models.JSONField[Any, Any] = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("mail in the local mailbox")
        verbose_name_plural = _("mails in the local mailbox")
        indexes: ClassVar[list[Any]] = [models.Index(fields=["-at", "-id"], name="local_mail_newest")]

    def __str__(self) -> str:
        return self.subject


@pghistory.track()
class Announcement(models.Model):
    """A notice at the head of every page between two times."""

    class Level(models.TextChoices):
        INFO = "info", _("information")
        WARNING = "warning", _("disturbance")
        DANGER = "danger", _("outage")

    title_zh = models.CharField(_("title (Chinese)"), max_length=160)
    title_en = models.CharField(_("title (English)"), max_length=160, blank=True)
    body_zh = models.TextField(_("text (Chinese)"), blank=True)
    body_en = models.TextField(_("text (English)"), blank=True)
    level = models.CharField(_("level"), max_length=8, choices=Level.choices, default=Level.INFO)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    services = models.ManyToManyField("catalogue.Service", blank=True, related_name="+", verbose_name=_("services"))
    record = models.ForeignKey(Record, models.SET_NULL, null=True, editable=False, related_name="+")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+"
    )

    objects = AnnouncementQuerySet.as_manager()

    class Meta:
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=models.Q(ends_at=None) | models.Q(ends_at__gt=models.F("starts_at")),
                name="announcement_ends_after_start",
                violation_error_message=_("It must end after it starts."),
            ),
        ]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["ends_at"], name="announcement_by_end")]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The title in the active language."""
        return pick(self.title_zh, self.title_en)

    @property
    def body(self) -> str:
        """The text in the active language."""
        return pick(self.body_zh, self.body_en)

    def is_current(self, *, at: datetime) -> bool:
        """Tell whether it is shown at that time."""
        return self.starts_at <= at and (self.ends_at is None or at < self.ends_at)

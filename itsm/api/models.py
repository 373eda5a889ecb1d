"""Tokens of the REST interface, and the answers kept for requests that are repeated."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from rest_framework.utils.encoders import JSONEncoder

from itsm.api.scopes import Scope


class TokenQuerySet(models.QuerySet["Token"]):
    """Questions about tokens."""

    def visible_to(self, person: Any) -> TokenQuerySet:
        """Only one's own."""
        return self.filter(person=person.pk)

    def good(self, *, at: datetime) -> TokenQuerySet:
        """Only those that are neither revoked nor expired at ``at``."""
        return self.filter(revoked_at=None, expires_at__gt=at)


class Token(models.Model):
    """A key for programs that act as its owner within its scopes; only a hash of it is kept."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="api_tokens")
    name = models.CharField(_("name"), max_length=60)
    prefix = models.CharField(max_length=12, unique=True)
    digest = models.CharField(max_length=64)
    scopes: models.JSONField[Any, Any] = models.JSONField(_("may be used to"), default=list)
    created_at = models.DateTimeField(_("created"))
    expires_at = models.DateTimeField(_("expires"))
    last_used_at = models.DateTimeField(_("last used"), null=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True)

    objects = TokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        indexes: ClassVar[list[Any]] = [models.Index(fields=["person", "-created_at"], name="token_by_person")]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    @property
    def scope_labels(self) -> list[str]:
        """What it may be used for, in words."""
        return [str(Scope(scope).label) for scope in self.scopes]


class KeptAnswer(models.Model):
    """The answer to a request with an Idempotency-Key, written in the transaction of its effect and given again."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    body: models.JSONField[Any, Any] = models.JSONField(encoder=JSONEncoder, null=True)
    headers: models.JSONField[Any, Any] = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[Any]] = [models.UniqueConstraint("person", "key", name="kept_answer_once")]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["at"], name="kept_answer_by_age")]

    def __str__(self) -> str:
        return f"{self.key} → {self.status}"

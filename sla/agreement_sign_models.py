"""Signatures that are asked from both sides of an edition, and what was answered."""

from __future__ import annotations

from typing import Any, ClassVar

import pghistory
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from sla.agreement_models import AgreementEdition, Signatory, party


@pghistory.track()
class SignatureRequest(models.Model):
    """One side's signature, asked from one person for exactly the contents whose ``digest`` they are shown."""

    class Answer(models.TextChoices):
        OPEN = "open", _("waits for the signature")
        SIGNED = "signed", _("has signed")
        DECLINED = "declined", _("declined")
        WITHDRAWN = "withdrawn", _("request withdrawn")

    edition = models.ForeignKey(AgreementEdition, models.CASCADE, related_name="requests")
    side = models.CharField(_("side"), max_length=8, choices=Signatory.Side.choices)
    person = party(settings.AUTH_USER_MODEL, _("person"))
    asked_at = models.DateTimeField(_("asked"))
    digest = models.CharField(_("seal of the contents"), max_length=64)
    answer = models.CharField(_("answer"), max_length=9, choices=Answer.choices, default=Answer.OPEN)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    title = models.CharField(_("title"), max_length=120, blank=True)
    reason = models.TextField(_("reason"), blank=True)

    class Meta:
        verbose_name = _("request for a signature")
        verbose_name_plural = _("requests for signatures")
        ordering: ClassVar[list[str]] = ["edition", "pk"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                "edition", "side", condition=models.Q(answer__in=("open", "signed")), name="signature_asked_once_a_side"
            ),
            models.CheckConstraint(
                condition=models.Q(answer="open", answered_at=None) | (~models.Q(answer="open") & models.Q(answered_at__isnull=False)),
                name="signature_answered_at_a_time",
            ),
            models.CheckConstraint(
                condition=~models.Q(answer="declined") | ~models.Q(reason=""), name="signature_declined_with_a_reason"
            ),
            models.CheckConstraint(
                condition=~models.Q(answer="signed") | ~models.Q(name=""), name="signature_signed_with_a_name"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_side_display()} · {self.person}"

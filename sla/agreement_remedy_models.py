"""What closes an edition: what the customer gets when a promise was not kept, and the documents that belong to it."""

from __future__ import annotations

from typing import Any, ClassVar

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from itsm.flow import pick
from sla.agreement_models import AgreementEdition
from sla.agreement_row_models import Promise

#: Measures whose result is a share, so that a remedy can be agreed for a band of it.
SHARES = ("availability", "response", "resolution", "fulfilment", "update", "report", "maintenance")


@pghistory.track()
class Remedy(models.Model):
    """What is owed, and when: as its words say, when a target was missed, or where the result lies in a band.

    A band is in per cent, from ``band_from`` (empty: from 0) up to but not including ``band_below``. ``metric`` empty is
    every promise, ``service`` empty every service of the edition.
    """

    class Kind(models.TextChoices):
        CREDIT = "credit_percent", _("credit in per cent")
        GIFT = "gift", _("gift")
        TERMINATION = "free_termination", _("termination free of charge")
        APOLOGY = "apology", _("apology")

    class Basis(models.TextChoices):
        WORDS = "words", _("as its words say, judged by a person")
        MISSED = "missed", _("the target was missed")
        BAND = "band", _("the result lies in a band")

    edition = models.ForeignKey(AgreementEdition, models.CASCADE, related_name="remedies")
    basis = models.CharField(
        _("owed when"), max_length=6, choices=Basis.choices, default=Basis.WORDS, db_default="words"
    )
    service = models.ForeignKey(
        "catalogue.Service", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("service")
    )
    metric = models.CharField(_("measure"), max_length=16, choices=Promise.Metric.choices, blank=True, db_default="")
    band_from = models.DecimalField(_("band from (per cent)"), max_digits=7, decimal_places=4, null=True, blank=True)
    band_below = models.DecimalField(_("band below (per cent)"), max_digits=7, decimal_places=4, null=True, blank=True)
    trigger_zh = models.CharField(_("when (Chinese)"), max_length=200, blank=True)
    trigger_en = models.CharField(_("when (English)"), max_length=200, blank=True)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2, null=True, blank=True)
    cap = models.DecimalField(_("at most"), max_digits=12, decimal_places=2, null=True, blank=True)
    claim_needed = models.BooleanField(_("must be claimed"), default=True)
    claim_days = models.PositiveSmallIntegerField(_("days for claiming"), null=True, blank=True)

    class Meta:
        verbose_name = _("remedy")
        verbose_name_plural = _("remedies")
        ordering: ClassVar[list[str]] = ["edition", "pk"]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=~models.Q(kind="credit_percent")
                | models.Q(amount__isnull=False, amount__gt=0, amount__lte=100),
                name="remedy_credit_in_per_cent",
                violation_error_message=_("A credit in per cent is more than 0 and at most 100."),
            ),
            models.CheckConstraint(
                condition=~models.Q(basis="words") | ~models.Q(trigger_zh=""), name="remedy_of_words_has_words",
                violation_error_message=_("Say in words when the remedy is owed, or let a missed target or a band decide."),
            ),
            models.CheckConstraint(
                condition=~models.Q(basis="band")
                | models.Q(metric__in=SHARES, band_below__isnull=False, band_below__gt=0, band_below__lte=100)
                & (models.Q(band_from=None) | models.Q(band_from__gte=0, band_from__lt=models.F("band_below"))),
                name="remedy_band_of_a_share",
                violation_error_message=_(
                    "A band needs a measure that is a share, and its bounds in per cent: up to 100, the lower one below the upper."
                ),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.trigger or str(self.basis)

    @property
    def trigger(self) -> str:
        """When it is owed in the words of the parties, in the active language; may be empty."""
        return pick(self.trigger_zh, self.trigger_en)


@pghistory.track()
class AgreementDocument(models.Model):
    """A document that belongs to an edition: its title, and where it lies."""

    edition = models.ForeignKey(AgreementEdition, models.CASCADE, related_name="documents")
    title_zh = models.CharField(_("title (Chinese)"), max_length=200)
    title_en = models.CharField(_("title (English)"), max_length=200, blank=True)
    url = models.URLField(_("address"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("document of an agreement")
        verbose_name_plural = _("documents of agreements")
        ordering: ClassVar[list[str]] = ["edition", "pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The title in the active language."""
        return pick(self.title_zh, self.title_en)

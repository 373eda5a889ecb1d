"""SLA, OLA and underpinning contract: one record, whose contents stand in numbered editions.

The edition in force goes on while the next one is negotiated; an edition that was signed is never altered.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

import pghistory
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from itsm.flow import Flow, Moves, pick
from itsm.records.models import PlainRecord
from sla.agreement_flow import AGREEMENT
from sla.agreement_querysets import AgreementQuerySet, EditionQuerySet


def text(label: Any = "") -> Any:
    """Give a field of free text that may be empty."""
    return models.TextField(label, blank=True)


def party(model: str, label: Any) -> Any:
    """Give a field that names a side of the agreement."""
    return models.ForeignKey(model, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=label)


class ServiceAgreement(Moves(AGREEMENT), PlainRecord):  # type: ignore[misc]  # the base is made from the flow table
    """An agreement between two parties; ``consumer`` empty is everybody, ``under`` is the register's contract."""

    class Type(models.TextChoices):
        SLA = "sla", _("service level agreement (SLA)")
        OLA = "ola", _("operational level agreement (OLA)")
        UC = "uc", _("underpinning contract (UC)")

    class Level(models.TextChoices):
        CORPORATE = "corporate", _("the whole organisation")
        CUSTOMER = "customer", _("one customer")
        SERVICE = "service", _("one service")

    process_key: ClassVar[str] = "agreement"
    flows: ClassVar[tuple[Flow, ...]]

    type = models.CharField(_("type"), max_length=3, choices=Type.choices, default=Type.SLA)
    level = models.CharField(_("level"), max_length=9, choices=Level.choices, default=Level.SERVICE)
    provider = party("people.Organisation", _("provider"))
    provider_team = party("people.Team", _("providing team"))
    consumer = party("people.Organisation", _("customer"))
    consumer_team = party("people.Team", _("receiving team"))
    owner = party(settings.AUTH_USER_MODEL, _("answers for it here"))
    under = models.ForeignKey(
        "records.Record", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("contract")
    )
    underpins: models.ManyToManyField[Any, Any] = models.ManyToManyField(
        "self", blank=True, symmetrical=False, related_name="underpinned_by", verbose_name=_("underpins")
    )

    objects: ClassVar[Any] = AgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=~models.Q(type="ola") | models.Q(provider_team__isnull=False), name="agreement_ola_names_a_team",
                violation_error_message=_("An OLA names the team that provides."),
            ),
            models.CheckConstraint(
                condition=models.Q(under=None) | models.Q(type="uc"), name="agreement_contract_only_of_uc",
                violation_error_message=_("Only an underpinning contract points to a contract."),
            ),
        ]  # fmt: skip
        indexes: ClassVar[list[Any]] = [models.Index(fields=["state", "-record_ptr"], name="agreement_by_state")]

    @property
    def provider_words(self) -> str:
        """Who provides."""
        return str(self.provider_team or self.provider or "")

    @property
    def consumer_words(self) -> str:
        """Who receives; empty is everybody."""
        return str(self.consumer_team or self.consumer or "")

    @property
    def edition_number(self) -> str:
        """The number of the newest edition, which signing proposes."""
        newest = self.editions.first()
        return newest.number if newest else "01.00"

    @property
    def proposed_signer(self) -> Any:
        """Who leads the other side, and so is asked first to sign for it."""
        from sla.signers import other_side

        _side, unit, team = other_side(self)
        asked = team or unit
        return asked.lead if asked else None

    @property
    def planned_start(self) -> date | None:
        """The day from which the newest edition is meant to be in force."""
        newest = self.editions.first()
        return newest.valid_from if newest else None


@pghistory.track()
class AgreementEdition(models.Model):
    """What was agreed, from ``applied_at`` up to but not including ``ended_at`` and within its days of validity."""

    agreement = models.ForeignKey(
        ServiceAgreement, models.CASCADE, related_name="editions", verbose_name=_("agreement")
    )
    major = models.PositiveSmallIntegerField(default=1)
    minor = models.PositiveSmallIntegerField(default=0)
    valid_from = models.DateField(_("in force from"), null=True, blank=True)
    valid_to = models.DateField(_("in force up to and including"), null=True, blank=True)
    review_every_months = models.PositiveSmallIntegerField(_("review every so many months"), default=12)
    next_review_on = models.DateField(_("next review"), null=True, blank=True)
    hours = models.ForeignKey(
        "hours.Calendar", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("service hours")
    )
    workload_zh = text(_("workload limits (Chinese)"))
    workload_en = text(_("workload limits (English)"))
    workload: models.JSONField[Any, Any] = models.JSONField(
        _("workload limits"), default=list, blank=True, help_text=_("Rows of measure, most, and per what period.")
    )
    exceptions_zh = text(_("exceptions (Chinese)"))
    exceptions_en = text(_("exceptions (English)"))
    provider_duties_zh = text(_("the provider's responsibilities (Chinese)"))
    provider_duties_en = text(_("the provider's responsibilities (English)"))
    customer_duties_zh = text(_("the customer's responsibilities (Chinese)"))
    customer_duties_en = text(_("the customer's responsibilities (English)"))
    charging_zh = text(_("charging (Chinese)"))
    charging_en = text(_("charging (English)"))
    reason = text(_("what changes, and why"))
    change = models.ForeignKey(
        "records.Record", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("approved change")
    )
    written_at = models.DateTimeField(_("written"))
    signed_at = models.DateTimeField(_("signed"), null=True, blank=True)
    sealed_at = models.DateTimeField(_("sealed for signing"), null=True, blank=True)
    digest = models.CharField(_("seal of the contents"), max_length=64, blank=True, db_default="")
    applied_at = models.DateTimeField(_("put in force"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    chain: models.JSONField[Any, Any] = models.JSONField(
        default=list, blank=True, editable=False
    )  # what cannot be kept, as found when it was last saved

    objects = EditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("edition of an agreement")
        verbose_name_plural = _("editions of agreements")
        ordering: ClassVar[list[str]] = ["agreement", "-major", "-minor"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("agreement", "major", "minor", name="agreement_edition_once"),
            models.UniqueConstraint("agreement", condition=models.Q(signed_at=None), name="agreement_one_draft"),
            models.UniqueConstraint(
                "agreement", condition=models.Q(applied_at__isnull=False, ended_at=None), name="agreement_one_in_force"
            ),
            models.CheckConstraint(
                condition=models.Q(applied_at=None) | models.Q(signed_at__isnull=False, valid_from__isnull=False),
                name="agreement_in_force_is_signed",
                violation_error_message=_("Only what is signed and has a first day comes in force."),
            ),
            models.CheckConstraint(
                condition=models.Q(valid_from=None) | models.Q(valid_to=None) | models.Q(valid_to__gte=models.F("valid_from")),
                name="agreement_ends_after_start",
                violation_error_message=_("The last day lies before the first."),
            ),
            models.CheckConstraint(
                condition=models.Q(major__range=(0, 99), minor__range=(0, 99)), name="agreement_edition_two_digits"
            ),
            models.CheckConstraint(
                condition=models.Q(review_every_months__range=(1, 60)), name="agreement_reviewed_within_5_years",
                violation_error_message=_("Reviews are 1 to 60 months apart."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number as people write it: NN.MM."""
        return f"{self.major:02}.{self.minor:02}"

    @property
    def workload_words(self) -> str:
        """The limits of the workload, in the active language."""
        return pick(self.workload_zh, self.workload_en)

    @property
    def exceptions(self) -> str:
        """The exceptions, in the active language."""
        return pick(self.exceptions_zh, self.exceptions_en)

    @property
    def provider_duties(self) -> str:
        """What the provider answers for, in the active language."""
        return pick(self.provider_duties_zh, self.provider_duties_en)

    @property
    def customer_duties(self) -> str:
        """What the customer answers for, in the active language."""
        return pick(self.customer_duties_zh, self.customer_duties_en)

    @property
    def charging(self) -> str:
        """What is charged, in the active language."""
        return pick(self.charging_zh, self.charging_en)

    def in_force(self, *, at: datetime, on: date) -> bool:
        """Tell whether it is in force at ``at``, which is the day ``on`` in the site's zone."""
        if self.applied_at is None or self.valid_from is None or at < self.applied_at:
            return False
        return (self.ended_at is None or at < self.ended_at) and self.valid_from <= on <= (self.valid_to or date.max)


@pghistory.track()
class Signatory(models.Model):
    """Who signed an edition for one side, when and how."""

    class Side(models.TextChoices):
        PROVIDER = "provider", _("provider")
        CUSTOMER = "customer", _("customer")

    class Method(models.TextChoices):
        PAPER = "paper", _("on paper")
        OFFICIAL = "official", _("by official letter")
        ELECTRONIC = "electronic", _("with an electronic signature")
        SYSTEM = "system", _("in this system")

    edition = models.ForeignKey(AgreementEdition, models.CASCADE, related_name="signatories")
    side = models.CharField(_("side"), max_length=8, choices=Side.choices)
    person = party(settings.AUTH_USER_MODEL, _("person"))
    name = models.CharField(_("name"), max_length=120)
    title = models.CharField(_("title"), max_length=120, blank=True)
    method = models.CharField(_("how it was signed"), max_length=10, choices=Method.choices, blank=True)
    signed_at = models.DateTimeField(_("signed"), null=True, blank=True)

    class Meta:
        verbose_name = _("signatory")
        verbose_name_plural = _("signatories")
        ordering: ClassVar[list[str]] = ["edition", "-side", "pk"]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=models.Q(signed_at=None) | ~models.Q(method=""), name="signatory_signed_somehow"
            )
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class ExclusionClause(models.Model):
    """A circumstance that is agreed not to count, and what proves it."""

    class Effect(models.TextChoices):
        AVAILABILITY = "availability", _("availability")
        RESPONSE = "response", _("response")
        BOTH = "both", _("availability and response")

    edition = models.ForeignKey(AgreementEdition, models.CASCADE, related_name="exclusions")
    code = models.SlugField(_("code"), max_length=40)
    text_zh = models.CharField(_("clause (Chinese)"), max_length=400)
    text_en = models.CharField(_("clause (English)"), max_length=400, blank=True)
    effect = models.CharField(_("does not count for"), max_length=12, choices=Effect.choices, default=Effect.BOTH)
    evidence_needed = models.CharField(_("evidence needed"), max_length=400, blank=True)

    class Meta:
        verbose_name = _("exclusion clause")
        verbose_name_plural = _("exclusion clauses")
        ordering: ClassVar[list[str]] = ["edition", "pk"]
        constraints: ClassVar[list[Any]] = [models.UniqueConstraint("edition", "code", name="exclusion_once")]

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        """The clause in the active language."""
        return pick(self.text_zh, self.text_en)


from sla.agreement_row_models import (  # noqa: E402  # the rows, after what they point to
    AgreementItem as AgreementItem,
)
from sla.agreement_row_models import AgreementRow as AgreementRow  # noqa: E402
from sla.agreement_row_models import MaintenancePlan as MaintenancePlan  # noqa: E402
from sla.agreement_row_models import Promise as Promise  # noqa: E402
from sla.agreement_sign_models import SignatureRequest as SignatureRequest  # noqa: E402  # beside the editions

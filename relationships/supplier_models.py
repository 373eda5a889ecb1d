"""Suppliers, what they are contracted for, what is asked of them, and how they do."""

from __future__ import annotations

from typing import Any, ClassVar

import pghistory
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from itsm.flow import Flow, Moves
from itsm.records.models import PlainRecord
from itsm.tickets.models import Ticket
from itsm.tickets.querysets import TicketQuerySet
from relationships.register_flow import CONTRACT, SUPPLIER_DISPUTE
from relationships.supplier_flow import SUPPLIER_CASE
from relationships.supplier_querysets import ContractQuerySet, DisputeQuerySet, SupplierQuerySet


def _text(label: Any) -> Any:
    return models.TextField(label, blank=True)


def person(label: Any) -> Any:
    """Give a field that names somebody of ours."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=label
    )


@pghistory.track()
class Supplier(models.Model):
    """An organisation that delivers to us: who answers for it here, and under whom it works."""

    class Tier(models.TextChoices):
        LEAD = "lead", _("lead supplier")
        SUB = "sub", _("subcontracted supplier")

    organisation = models.OneToOneField(
        "people.Organisation", models.PROTECT, related_name="supplier", verbose_name=_("organisation")
    )
    tax_id = models.CharField(_("tax number"), max_length=16, blank=True)
    owner = person(_("answers for it here"))
    tier = models.CharField(_("tier"), max_length=4, choices=Tier.choices, default=Tier.LEAD)
    lead_supplier = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="subcontractors", verbose_name=_("lead supplier")
    )
    criticality = models.PositiveSmallIntegerField(_("criticality"), default=2, choices=[(1, "1"), (2, "2"), (3, "3")])
    next_evaluation_on = models.DateField(_("next evaluation"), null=True, blank=True)
    note = _text(_("note"))

    objects: ClassVar[Any] = SupplierQuerySet.as_manager()

    class Meta:
        verbose_name = _("supplier")
        verbose_name_plural = _("suppliers")
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=models.Q(tier="lead", lead_supplier=None) | models.Q(tier="sub", lead_supplier__isnull=False),
                name="supplier_sub_has_lead",
            ),
            models.CheckConstraint(
                condition=~models.Q(lead_supplier=models.F("pk")), name="supplier_not_under_itself"
            ),
            models.CheckConstraint(
                condition=models.Q(criticality__range=(1, 3)), name="supplier_criticality_1_to_3"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return str(self.organisation)


@pghistory.track()
class SupplierContact(models.Model):
    """Whom to ask at a supplier."""

    supplier = models.ForeignKey(Supplier, models.CASCADE, related_name="contacts")
    name = models.CharField(_("name"), max_length=80)
    role = models.CharField(_("role"), max_length=80, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["supplier", "pk"]

    def __str__(self) -> str:
        return self.name


class Contract(Moves(CONTRACT), PlainRecord):  # type: ignore[misc]  # the base is made from the flow table
    """What a supplier owes us: the eleven contents of the standard, the period, the hours and the targets."""

    process_key: ClassVar[str] = "contract"
    flows: ClassVar[tuple[Flow, ...]]

    supplier = models.ForeignKey(Supplier, models.PROTECT, related_name="contracts", verbose_name=_("supplier"))
    services: models.ManyToManyField[Any, Any] = models.ManyToManyField(
        "catalogue.Service", blank=True, related_name="contracts", verbose_name=_("services")
    )
    owner = person(_("answers for it here"))
    scope = _text(_("scope"))
    dependencies = _text(_("dependencies"))
    requirements = _text(_("requirements"))
    targets_text = _text(_("service targets"))
    interfaces = _text(_("interfaces"))
    workload = _text(_("workload"))
    exceptions = _text(_("exceptions to it"))
    authorities = _text(_("authorities and responsibilities"))
    reporting = _text(_("reporting"))
    charges = _text(_("charges"))
    ending = _text(_("ending and transfer"))
    starts_on = models.DateField(_("begins"), null=True, blank=True)
    ends_on = models.DateField(_("ends"), null=True, blank=True)
    notice_days = models.PositiveSmallIntegerField(_("days of notice"), default=90)
    review_on = models.DateField(_("next review"), null=True, blank=True)
    reviewed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    hours = models.ForeignKey(
        "hours.Calendar", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("hours of service")
    )
    value = models.PositiveBigIntegerField(_("value (NT$)"), null=True, blank=True)
    penalty_rule = _text(_("penalties"))
    milestones = _text(_("acceptance milestones"))

    objects: ClassVar[Any] = ContractQuerySet.as_manager()

    class Meta:
        verbose_name = _("contract")
        verbose_name_plural = _("contracts")
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=models.Q(starts_on=None)
                | models.Q(ends_on=None)
                | models.Q(ends_on__gte=models.F("starts_on")),
                name="contract_ends_after_start",
            )
        ]


@pghistory.track()
class ContractTarget(models.Model):
    """Within how many minutes of the contract's hours the supplier answers a case of a priority, or of any."""

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="targets")
    priority = models.PositiveSmallIntegerField(_("priority"), null=True, blank=True)
    minutes = models.PositiveIntegerField(_("answer within (minutes)"))

    class Meta:
        ordering: ClassVar[list[Any]] = ["contract", models.F("priority").asc(nulls_last=True)]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint("contract", "priority", name="contract_target_once", nulls_distinct=False),
            models.CheckConstraint(
                condition=models.Q(priority__range=(1, 5)) | models.Q(priority=None), name="contract_target_priority"
            ),
            models.CheckConstraint(condition=models.Q(minutes__range=(1, 525600)), name="contract_target_a_year"),
        ]

    def __str__(self) -> str:
        return f"P{self.priority or '*'} {self.minutes}"


class SupplierCase(Moves(SUPPLIER_CASE), Ticket):  # type: ignore[misc]  # the base is made from the flow table
    """What is asked of a supplier under a contract; its requester is who opened it."""

    process_key: ClassVar[str] = "supplier_case"
    flows: ClassVar[tuple[Flow, ...]]

    under = models.ForeignKey(
        Contract, models.PROTECT, null=True, blank=True, related_name="cases", verbose_name=_("contract")
    )
    reference = models.CharField(_("supplier's reference"), max_length=80, blank=True)
    contact = models.CharField(_("contact"), max_length=160, blank=True)
    question = _text(_("what is asked"))
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=10, blank=True)

    objects: ClassVar[Any] = TicketQuerySet.as_manager()

    class Meta:
        verbose_name = _("supplier case")
        verbose_name_plural = _("supplier cases")


class SupplierExchange(models.Model):
    """One question to the supplier and its answer."""

    case = models.ForeignKey(SupplierCase, models.CASCADE, related_name="exchanges")
    number = models.PositiveSmallIntegerField()
    asked_at = models.DateTimeField()
    asked_by = person("")
    question = models.TextField()
    mailed_to = models.EmailField(blank=True)
    answered_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["case", "number"]
        constraints: ClassVar[list[Any]] = [models.UniqueConstraint("case", "number", name="supplier_exchange_once")]

    def __str__(self) -> str:
        return self.question[:60]


class SupplierDispute(Moves(SUPPLIER_DISPUTE), PlainRecord):  # type: ignore[misc]  # the base is made from the flow table
    """A disagreement with a supplier: what we claim, at which stage it is, what came of it."""

    process_key: ClassVar[str] = "supplier_dispute"
    flows: ClassVar[tuple[Flow, ...]]

    supplier = models.ForeignKey(
        Supplier, models.PROTECT, null=True, blank=True, related_name="disputes", verbose_name=_("supplier")
    )
    under = models.ForeignKey(
        Contract, models.PROTECT, null=True, blank=True, related_name="disputes", verbose_name=_("contract")
    )
    claim = _text(_("claim"))
    raised_by = person(_("raised by"))
    result = _text(_("result"))
    favour = models.CharField(max_length=10, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = DisputeQuerySet.as_manager()

    class Meta:
        verbose_name = _("supplier dispute")
        verbose_name_plural = _("supplier disputes")


class SupplierEvaluation(models.Model):
    """How a supplier did in a period: marks from 1 to 5, weighted, with the minutes of the talk."""

    supplier = models.ForeignKey(Supplier, models.CASCADE, related_name="evaluations")
    held_on = models.DateField(_("held on"))
    by = person(_("evaluated by"))
    quality = models.PositiveSmallIntegerField(_("quality"))
    timeliness = models.PositiveSmallIntegerField(_("timeliness"))
    cooperation = models.PositiveSmallIntegerField(_("cooperation"))
    price = models.PositiveSmallIntegerField(_("price"))
    minutes = models.TextField(_("minutes"))

    #: Weight of each mark in the score.
    WEIGHTS: ClassVar[dict[str, int]] = {"quality": 4, "timeliness": 3, "cooperation": 2, "price": 1}

    class Meta:
        ordering: ClassVar[list[str]] = ["-held_on", "-pk"]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=models.Q(
                    quality__range=(1, 5), timeliness__range=(1, 5), cooperation__range=(1, 5), price__range=(1, 5)
                ),
                name="supplier_marks_1_to_5",
            )
        ]

    def __str__(self) -> str:
        return f"{self.supplier_id} {self.held_on}"

    @property
    def score(self) -> float:
        """The weighted mean of the marks (domain 4.8)."""
        total: int = sum(weight * getattr(self, name) for name, weight in self.WEIGHTS.items())
        return total / sum(self.WEIGHTS.values())

"""What contracts may cost and do cost: budgets for spans of days, and the invoices and credit notes of their suppliers.

Money is whole NT$, as the value of a contract is.
"""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

import pghistory
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from itsm.ui import moments
from relationships.spending_querysets import BudgetQuerySet, InvoiceQuerySet

PEOPLE = settings.AUTH_USER_MODEL
#: The largest amount that is taken, NT$.
MOST = 10**12


def _both_ends(function: str, first: str, last: str) -> Func:
    """Give the range from ``first`` to ``last``, both included; of a key it is that key alone."""
    return Func(F(first), F(last), Value("[]"), function=function)


@pghistory.track()
class ContractBudget(models.Model):
    """What a contract may cost from one day to another, both included."""

    contract = models.ForeignKey(
        "relationships.Contract", models.PROTECT, related_name="budgets", verbose_name=_("contract")
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"))
    amount = models.BigIntegerField(_("budget (NT$)"))
    note = models.CharField(_("note"), max_length=200, blank=True)
    set_by = models.ForeignKey(PEOPLE, models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    objects: ClassVar[Any] = BudgetQuerySet.as_manager()

    class Meta:
        verbose_name = _("budget")
        verbose_name_plural = _("budgets")
        ordering: ClassVar[list[str]] = ["contract", "-starts_on"]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="budget_ends_after_start"),
            models.CheckConstraint(condition=Q(amount__range=(1, MOST)), name="budget_above_zero"),
            ExclusionConstraint(
                name="budget_once_a_day",
                expressions=[
                    (_both_ends("int8range", "contract", "contract"), RangeOperators.OVERLAPS),
                    (_both_ends("daterange", "starts_on", "ends_on"), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{moments.day_text(self.starts_on)} – {moments.day_text(self.ends_on)}"

    def part(self, first: date, last: date) -> int:
        """Give what of the budget falls on the days from ``first`` to ``last``, in whole NT$.

        It is spent evenly by day and cut to NT$ from the beginning on, so that the parts of a span always make the whole.
        """
        return self._until(last.toordinal()) - self._until(first.toordinal() - 1)

    def _until(self, day: int) -> int:
        days = self.ends_on.toordinal() - self.starts_on.toordinal() + 1
        return self.amount * min(max(day - self.starts_on.toordinal() + 1, 0), days) // days


@pghistory.track()
class SupplierInvoice(models.Model):
    """What a supplier charges under a contract, or gives back; somebody else than who entered it decides on it."""

    class Kind(models.TextChoices):
        INVOICE = "invoice", _("invoice")
        CREDIT = "credit", _("credit note")

    class State(models.TextChoices):
        RECEIVED = "received", pgettext_lazy("invoice", "received")
        APPROVED = "approved", _("approved")
        REFUSED = "refused", pgettext_lazy("invoice", "refused")

    contract = models.ForeignKey(
        "relationships.Contract", models.PROTECT, related_name="invoices", verbose_name=_("contract")
    )
    supplier = models.ForeignKey(
        "relationships.Supplier", models.PROTECT, related_name="invoices", verbose_name=_("supplier")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.INVOICE)
    number = models.CharField(_("number of the invoice"), max_length=40)
    issued_on = models.DateField(_("dated"))
    received_on = models.DateField(pgettext_lazy("invoice", "received on"))
    amount = models.BigIntegerField(_("amount (NT$)"))
    note = models.CharField(_("note"), max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.RECEIVED)
    entered_by = models.ForeignKey(PEOPLE, models.PROTECT, related_name="+", verbose_name=_("entered by"))
    entered_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        PEOPLE,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=pgettext_lazy("invoice", "decided by"),
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    objects: ClassVar[Any] = InvoiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("invoice of a supplier")
        verbose_name_plural = _("invoices of suppliers")
        ordering: ClassVar[list[str]] = ["-issued_on", "-pk"]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(kind="invoice", amount__range=(1, MOST)) | Q(kind="credit", amount__range=(-MOST, -1)),
                name="invoice_sign_of_kind",
            ),
            models.CheckConstraint(condition=~Q(number=""), name="invoice_numbered"),
            models.CheckConstraint(
                condition=Q(state="received", decided_by=None, decided_at=None)
                | Q(state__in=("approved", "refused"), decided_by__isnull=False, decided_at__isnull=False),
                name="invoice_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("entered_by")), name="invoice_decided_by_another"
            ),
            models.CheckConstraint(condition=~Q(state="refused", reason=""), name="invoice_refused_with_reason"),
            models.UniqueConstraint(
                "supplier", Upper("number"), condition=~Q(state="refused"), name="invoice_number_once"
            ),
        ]  # fmt: skip
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["issued_on"], condition=Q(state="approved"), name="invoice_approved_by_day"),
            models.Index(fields=["received_on"], condition=Q(state="received"), name="invoice_waiting"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_open(self) -> bool:
        """Tell whether nobody has decided on it yet."""
        return self.state == self.State.RECEIVED

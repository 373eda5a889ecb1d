"""What suppliers cost against what they may (domain 4.8), and who tells of the rows."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils.timezone import localdate

from itsm.records.figures import Rows, Share, share
from itsm.tickets.finding import page_of
from relationships.models import ContractBudget, SupplierInvoice

MOMENT = timedelta(microseconds=1)
Told = dict[int, tuple[str, str]]


def spending(*, start: datetime, end: datetime) -> Share:
    """Add up the approved invoices dated in the period, out of what the budgets give its days.

    The days are those from ``start`` to the last one before ``end``, both whole. An invoice counts without a budget too.
    """
    first, last = localdate(start), localdate(end - MOMENT)
    spent = SupplierInvoice.objects.spent(first, last)
    budgets = ContractBudget.objects.overlapping(first, last).order_by("pk")
    parts = tuple((one.pk, one.part(first, last)) for one in budgets)
    return share(Rows(spent, amount="amount", of="invoice"), Rows(parts, of="budget"))


def invoice_rows(*, start: datetime, end: datetime) -> Any:
    """Give the invoices that were decided on in the period, with who entered them and who decided."""
    rows = SupplierInvoice.objects.filter(decided_at__gte=start, decided_at__lt=end)
    return rows.select_related("contract", "supplier__organisation", "entered_by", "decided_by").order_by("pk")


def tell_invoices(keys: list[int], person: Any) -> Told:
    """Name the invoices of contracts that the person may read."""
    rows = SupplierInvoice.objects.visible_to(person).filter(pk__in=keys)
    return {
        row.pk: (f"{row.number} · {row.supplier} · {row.issued_on}", _place(row.contract))
        for row in rows.select_related("contract", "supplier__organisation")
    }


def tell_budgets(keys: list[int], person: Any) -> Told:
    """Name the budgets of contracts that the person may read."""
    rows = ContractBudget.objects.visible_to(person).filter(pk__in=keys)
    return {row.pk: (f"{row.contract} · {row}", _place(row.contract)) for row in rows.select_related("contract")}


def _place(contract: Any) -> str:
    return f"{page_of(contract)}#spending"


EVIDENCE = {"invoices_decided": invoice_rows}

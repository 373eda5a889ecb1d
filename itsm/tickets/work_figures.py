"""What a closed case costs by the time worked on it (domain 4.8): for every process of cases, in the same way."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

from django.db.models import DecimalField, Exists, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from itsm.records.costs import Cost, cost
from itsm.records.figures import Rows
from itsm.records.kpis import Kpi, Words
from itsm.tickets.models import Ticket
from itsm.tickets.work_models import WorkEntry

FORMULA = _("Σ (working minutes × rate of the role) ÷ closed; cases with minutes that have no rate are left out")
_MONEY = DecimalField(max_digits=14, decimal_places=2)


def cost_per_case(kind: str, label: Words) -> Kpi:
    """Give the figure of one process."""
    return Kpi(partial(_cost, kind), label, FORMULA, "money", "closed", "down", name="cost_per_case")


def _cost(kind: str, *, start: datetime, end: datetime) -> Cost:
    """Average what the cases closed in the period cost; those of unknown cost are set apart."""
    closed = Ticket.objects.filter(kind=kind, closed_at__gte=start, closed_at__lt=end, state="closed")
    known = closed.exclude(Exists(_work(rate=None))).annotate(
        cost=Coalesce(_sum(_work(), "cost"), Decimal(0), output_field=_MONEY)
    )
    unknown = closed.filter(Exists(_work(rate=None))).annotate(unpriced_minutes=_sum(_work(rate=None), "minutes"))
    return cost(Rows(known, amount="cost", kind=kind), Rows(unknown, amount="unpriced_minutes", kind=kind))


def _work(**only: Any) -> QuerySet[WorkEntry]:
    """Choose what stands of the time worked on the case of the outer statement."""
    return WorkEntry.objects.standing().filter(ticket=OuterRef("pk"), **only)


def _sum(rows: QuerySet[WorkEntry], column: str) -> Subquery:
    return Subquery(rows.order_by().values("ticket").annotate(total_of=Sum(column)).values("total_of"))

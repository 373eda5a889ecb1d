"""Questions about budgets and invoices; who reads a contract reads what it costs."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

if TYPE_CHECKING:
    from itsm.people.models import Person


class _OfContracts(QuerySet[Any]):
    def visible_to(self, person: Person) -> Any:
        """Those of the contracts that the person may read."""
        contracts: Any = self.model._meta.get_field("contract").related_model
        return self.filter(contract__in=contracts.objects.visible_to(person).values("pk"))


class InvoiceQuerySet(_OfContracts):
    """Questions about invoices."""

    def waiting(self) -> InvoiceQuerySet:
        """Only those on which nobody has decided yet."""
        return self.filter(state="received")

    def spent(self, first: date, last: date) -> InvoiceQuerySet:
        """Only approved ones that are dated from ``first`` to ``last``, both included."""
        return self.filter(state="approved", issued_on__gte=first, issued_on__lte=last)


class BudgetQuerySet(_OfContracts):
    """Questions about budgets."""

    def overlapping(self, first: date, last: date) -> BudgetQuerySet:
        """Only those with a day from ``first`` to ``last``, both included."""
        return self.filter(starts_on__lte=last, ends_on__gte=first)

    def with_actual(self) -> BudgetQuerySet:
        """Add to each as ``actual`` what the approved invoices of its contract make that are dated in its days."""
        dated = Q(contract__invoices__issued_on__gte=F("starts_on"), contract__invoices__issued_on__lte=F("ends_on"))
        spent = Sum("contract__invoices__amount", filter=dated & Q(contract__invoices__state="approved"))
        found: BudgetQuerySet = self.annotate(actual=Coalesce(spent, 0))
        return found

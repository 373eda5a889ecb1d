"""Questions about budgets and invoices; who reads a contract reads what it costs."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from relationships.supplier_querysets import KEEPERS

if TYPE_CHECKING:
    from itsm.people.models import Person


#: Who decides on every invoice; of a single contract also who answers for it.
DECIDERS = KEEPERS | {"management_rep"}


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

    def decidable_by(self, person: Person) -> InvoiceQuerySet:
        """Only those on which the person may decide now: they wait, and somebody else has entered them."""
        rows = self.waiting().exclude(entered_by=person.pk)
        if person.role_codes & DECIDERS:
            return rows
        return rows.filter(contract__owner=person.pk) if person.is_worker else self.none()

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

"""When a supplier was asked about a case: from sending the supplier case to its answer, for who held the clock."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from itsm.hours.instants import epoch_of
from itsm.records.models import Link, LinkKind
from relationships.models import SupplierCase
from sla.held.parting import Errand


def errands(keys: Sequence[int]) -> dict[int, list[Errand]]:
    """Give the errands of cases: each supplier case that was sent, with its supplier's organisation."""
    links = list(Link.objects.filter(kind=LinkKind.SUPPLIER_CASE, source__in=keys).values_list("source", "target"))
    sent = SupplierCase.objects.filter(pk__in=[target for _source, target in links], sent_at__isnull=False)
    rows = {row.pk: row for row in sent.filter(under__isnull=False).select_related("under__supplier")}
    found: dict[int, list[Errand]] = defaultdict(list)
    for source, target in links:
        if target in rows:
            found[source].append(_errand(rows[target]))
    return found


def _errand(case: SupplierCase) -> Errand:
    end = case.answered_at or case.closed_at
    if case.sent_at is None or case.under is None:
        raise ValueError(f"{case.number} was not sent under a contract")
    return Errand(epoch_of(case.sent_at), None if end is None else epoch_of(end), case.under.supplier.organisation_id)

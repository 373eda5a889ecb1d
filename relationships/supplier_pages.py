"""What the pages of supplier cases, contracts, disputes and reviews show beside what all records have."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.timezone import localdate

from itsm.people.models import Person
from itsm.records.models import Attachment
from itsm.tickets.finding import page_of
from relationships import spending_shown
from relationships.models import SupplierCase
from relationships.review_agenda import agenda
from relationships.supplier_clock import waiting_for
from relationships.supplier_flow import SUPPLIER_CASE
from relationships.supplier_guards import CONTENTS, missing
from relationships.supplier_querysets import CONTRACT_READERS, keeps
from relationships.suppliers import CHANGED_IN

MOST = 20


def supplier_case(record: Any, *, person: Person, at: datetime) -> dict[str, Any]:
    """Collect the questions and answers, the contract, and who waits."""
    contract = record.under
    return {
        "exchanges": list(record.exchanges.select_related("asked_by")),
        "contract": contract,
        "contract_url": page_of(contract) if contract and person.role_codes & CONTRACT_READERS else "",
        "supplier": contract.supplier if contract else None,
        "contacts": list(contract.supplier.contacts.all()) if contract else [],
        "waiting": waiting_for(record),
    }


def contract(record: Any, *, person: Person, at: datetime) -> dict[str, Any]:
    """Collect the contents, targets, services, files and cases of a contract."""
    cases = SupplierCase.objects.worked_by(person).filter(under=record).order_by("-pk")[:MOST]
    fields = {name: record._meta.get_field(name).verbose_name for name in CONTENTS}
    return {
        "contents": [(label, getattr(record, name)) for name, label in fields.items()],
        "lacks": [fields[name] for name in missing(record)] if record.state == "draft" else [],
        "targets": list(record.targets.all()),
        "services": list(record.services.order_by("code")),
        "files": list(Attachment.objects.filter(record=record.pk).select_related("added_by").order_by("pk")),
        "cases": [{"record": row, "url": page_of(row), "state": SUPPLIER_CASE.states[row.state]} for row in cases],
        "may_keep": keeps(person),
        "may_change": keeps(person) and record.state in CHANGED_IN,
        **spending_shown.of_contract(record, person=person),
    }


def review(record: Any, *, person: Person, at: datetime) -> dict[str, Any]:
    """Lay out the agenda of a service review, and what may be added to it."""
    may_keep = keeps(person)
    return {
        "customer": record.customer, "may_keep": may_keep, "may_agree": may_keep and record.held_at is not None,
        "today": localdate(at), **agenda(record, person=person),
    }  # fmt: skip

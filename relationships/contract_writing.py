"""Contracts, disputes and service reviews as they are written from outside the pages, by the pages' own forms and services."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext

from itsm.people.models import Person
from itsm.records.perform import open_record
from itsm.records.refusals import Objected
from relationships import register_bodies as bodies
from relationships import register_writing as writing
from relationships import suppliers
from relationships.action_register import agree
from relationships.models import Contract, Customer, ServiceReview, Supplier
from relationships.supplier_forms import ContractForm, ReviewForm
from relationships.survey_models import ImprovementAction


def _given(body: Any, request: Any) -> dict[str, Any]:
    read = body(data=request.data, partial=True)
    read.is_valid(raise_exception=True)
    return dict(read.validated_data)


def _row(model: Any, person: Any, field: str, **which: Any) -> Any:
    """Find what a body names among what ``person`` may know of.

    :raises Objected: if it is not there
    """
    found = model.objects.visible_to(person).filter(**which).first()
    if found is None:
        raise Objected(fields={field: gettext("“%(value)s” is not known.") % {"value": str(*which.values())[:80]}})
    return found


def draft(request: Any, *, by: Any) -> Contract:
    """Draft the contract of a body."""
    writing.only_keeper(by)
    given = _given(bodies.ContractBody, request)
    firm = _row(Supplier, by, "supplier", organisation__code=given.pop("supplier", ""))
    targets = _targets(given.pop("targets", []))
    form = writing.filled(ContractForm, given, instance=Contract(supplier=firm))
    fields = {name: value for name, value in form.cleaned_data.items() if name in form.Meta.fields}
    services, title = fields.pop("services"), fields.pop("title")
    made = suppliers.open_contract(by=by, supplier=firm, title=title, at=timezone.now(), targets=targets, **fields)
    made.services.set(services)
    return made


def change(contract: Contract, request: Any, *, by: Any) -> None:
    """Change a contract as a body says; targets that it does not name stay."""
    writing.only_keeper(by)
    given = _given(bodies.ContractBody, request)
    if "supplier" in given:
        raise Objected(fields={"supplier": gettext("It stays as it is.")})
    kept = {row.priority: row.minutes for row in contract.targets.all()}
    targets = _targets(given.pop("targets")) if "targets" in given else kept
    form = writing.filled(ContractForm, given, instance=Contract.objects.get(pk=contract.pk))
    fields = {name: value for name, value in form.cleaned_data.items() if name in form.Meta.fields}
    suppliers.change_contract(contract, by=by, targets=targets, **fields)


def _targets(rows: Any) -> dict[int | None, int]:
    found = {row.get("priority"): row["minutes"] for row in rows}
    if len(found) != len(rows):
        raise Objected(fields={"targets": gettext("Name each priority once.")})
    return found


def dispute(request: Any, *, by: Any) -> Any:
    """Raise the dispute of a body."""
    writing.only_keeper(by)
    body = bodies.DisputeBody(data=request.data)
    body.is_valid(raise_exception=True)
    given = dict(body.validated_data)
    contract = _row(Contract, by, "contract", number=given["contract"]) if given.get("contract") else None
    firm = _row(Supplier, by, "supplier", organisation__code=given["supplier"]) if given.get("supplier") else None
    if contract is None and firm is None:
        raise Objected(fields={"supplier": gettext("Name the supplier or the contract.")})
    return suppliers.raise_dispute(
        by=by, title=given["title"], claim=given["claim"], supplier=firm, contract=contract
    )  # fmt: skip


def review(request: Any, *, by: Any) -> Any:
    """Plan the service review of a body."""
    writing.only_keeper(by)
    body = bodies.ReviewBody(data=request.data)
    body.is_valid(raise_exception=True)
    given = dict(body.validated_data)
    customer = _row(Customer, by, "customer", organisation__code=given.pop("customer"))
    form = writing.judged(ReviewForm(given))
    return open_record(ServiceReview, by=by, at=timezone.now(), channel="api", customer=customer, **form.cleaned_data)


def action(found: Any, request: Any, *, by: Any) -> ImprovementAction:
    """Note the action of a body."""
    body = bodies.ActionBody(data=request.data)
    body.is_valid(raise_exception=True)
    given = dict(body.validated_data)
    owner = Person.objects.active().filter(username=given.pop("owner")).first()
    return agree(found, owner=owner, by=by, at=timezone.now(), **given)

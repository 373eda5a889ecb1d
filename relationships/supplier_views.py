"""The register of suppliers and the page of one."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from itsm.records.refusable import refuse
from itsm.records.refusals import NotAllowed, Objected
from itsm.tickets.finding import page_of
from itsm.ui.answers import done
from relationships import register_views as registers
from relationships import spending_shown, suppliers
from relationships.listing import for_staff, reader
from relationships.models import Contract, Supplier, SupplierCase, SupplierDispute
from relationships.register_flow import CONTRACT, SUPPLIER_DISPUTE
from relationships.scores import scores
from relationships.supplier_flow import SUPPLIER_CASE
from relationships.supplier_forms import DisputeForm, EvaluationForm, SupplierContactForm, SupplierForm
from relationships.supplier_querysets import CONTRACT_READERS, keeps

#: So many cases and contracts stand on the page of a supplier.
MOST = 20
#: Days before its end from which a contract is shown as ending.
SOON = 180


@require_safe
@for_staff
def register(request: HttpRequest) -> HttpResponse:
    """List the suppliers with their scores, and the contracts that end next."""
    person = reader(request)
    rows = Supplier.objects.visible_to(person).select_related("organisation", "owner", "lead_supplier__organisation")
    found = list(rows.order_by("criticality", "organisation__code")[:200])
    marks = scores(row.pk for row in found)
    contracts = (
        Contract.objects.visible_to(person)
        .filter(phase__in=["new", "working"])
        .select_related("supplier__organisation")
    )
    context = {
        "rows": [{"supplier": row, "score": marks[row.pk]} for row in found],
        "contracts": [_contract(row) for row in contracts.order_by("ends_on", "pk")[:100]],
        "may_keep": keeps(person),
        "waiting_invoices": spending_shown.waiting(person),
    }  # fmt: skip
    return render(request, "suppliers/list.html", context)


def _contract(row: Contract) -> dict[str, Any]:
    today = localdate()
    left = (row.ends_on - today).days if row.ends_on else None
    return {
        "record": row,
        "url": page_of(row),
        "state": CONTRACT.states[row.state],
        "left": left,
        "soon": left is not None and row.is_open and left <= SOON,
        "notice": left is not None and row.state != "draft" and row.is_open and left <= row.notice_days,
        "review_late": row.is_open and row.review_on is not None and row.review_on < today,
    }


@require_safe
@for_staff
def supplier(request: HttpRequest, code: str) -> HttpResponse:
    """Show a supplier: contacts, contracts, cases, evaluations, disputes, who works under it."""
    return draw(request, find(request, code))


def find(request: HttpRequest, code: str) -> Supplier:
    """Find a supplier that the person may know of.

    :raises Http404: if there is none
    """
    rows = Supplier.objects.visible_to(reader(request)).select_related(
        "organisation", "owner", "lead_supplier__organisation"
    )
    found: Supplier = get_object_or_404(rows, organisation__code=code)
    return found


def draw(
    request: HttpRequest, row: Supplier, *, status: int = 200, forms: dict[str, Any] | None = None, opened: str = ""
) -> HttpResponse:  # fmt: skip
    """Draw the page of a supplier; ``forms`` are those that came back, ``opened`` names the part to show."""
    person = reader(request)
    contracts = Contract.objects.visible_to(person).filter(supplier=row).order_by("-pk")[:MOST]
    cases = SupplierCase.objects.worked_by(person).filter(under__supplier=row).order_by("-pk")[:MOST]
    disputes = SupplierDispute.objects.visible_to(person).filter(supplier=row).order_by("-pk")[:MOST]
    context = {
        "supplier": row,
        "score": scores([row.pk])[row.pk],
        "contacts": list(row.contacts.all()),
        "under": list(row.subcontractors.select_related("organisation").order_by("organisation__code")),
        "contracts": [_contract(one) for one in contracts],
        "cases": [{"record": one, "url": page_of(one), "state": SUPPLIER_CASE.states[one.state]} for one in cases],
        "disputes": [{"record": one, "url": page_of(one), "state": SUPPLIER_DISPUTE.states[one.state]} for one in disputes],
        "evaluations": list(row.evaluations.select_related("by")[:MOST]) if person.role_codes & CONTRACT_READERS else [],
        "spending": spending_shown.of_supplier(row, person=person) if person.role_codes & CONTRACT_READERS else [],
        "may_keep": keeps(person),
        "may_read": bool(person.role_codes & CONTRACT_READERS),
        "contact_form": SupplierContactForm(),
        "evaluation_form": EvaluationForm(initial={"held_on": localdate()}),
        "dispute_form": DisputeForm(),
        "opened": opened,
    }  # fmt: skip
    return render(request, "suppliers/page.html", context | (forms or {}), status=status)


REGISTER = registers.Register(
    "supplier", SupplierForm, SupplierContactForm, find, draw, (gettext_lazy("Add a supplier"), gettext_lazy("Change the supplier"))
)  # fmt: skip


@require_http_methods(["GET", "POST"])
@for_staff
def edit(request: HttpRequest, code: str = "") -> HttpResponse:
    """Add a supplier, or change one."""
    return registers.edit(request, REGISTER, code)


@require_POST
@for_staff
def contact(request: HttpRequest, code: str) -> HttpResponse:
    """Add whom to ask there."""
    return registers.contact(request, REGISTER, code)


@require_POST
@for_staff
def evaluate(request: HttpRequest, code: str) -> HttpResponse:
    """Keep how the supplier did."""
    row = find(request, code)
    form = EvaluationForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        marks = {name: given[name] for name in suppliers.MARKS}
        try:
            suppliers.evaluate(
                row,
                by=reader(request),
                held_on=given["held_on"],
                minutes=given["minutes"],
                next_on=given["next_on"],
                marks=marks,
            )
        except NotAllowed as refusal:
            raise PermissionDenied(str(refusal)) from refusal
        except Objected as refusal:
            refuse(form, refusal)
        else:
            return done(request, REGISTER.place(row), say=_("The evaluation was kept."))
    return draw(request, row, status=422, forms={"evaluation_form": form}, opened="evaluation")


@require_POST
@for_staff
def dispute(request: HttpRequest, code: str) -> HttpResponse:
    """Note a disagreement."""
    row = find(request, code)
    form = DisputeForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            made = suppliers.raise_dispute(by=reader(request), title=given["title"], claim=given["claim"], supplier=row)
        except NotAllowed as refusal:
            raise PermissionDenied(str(refusal)) from refusal
        except Objected as refusal:
            refuse(form, refusal)
        else:
            return done(request, page_of(made), say=_("%(number)s is raised.") % {"number": made.number})
    return draw(request, row, status=422, forms={"dispute_form": form}, opened="dispute")

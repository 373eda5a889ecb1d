"""The pages of what contracts cost: budgets, invoices, the decision on one, and all rows as a file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from itsm.records.refusals import MovedOn, NotAllowed, Objected
from itsm.tickets.finding import page_of
from itsm.ui import sheets
from itsm.ui.answers import done
from relationships import spending
from relationships import spending_shown as shown
from relationships.listing import for_staff, reader
from relationships.models import Contract, ContractBudget, SupplierInvoice
from relationships.register_views import only_keepers
from relationships.spending_forms import BudgetForm, DecisionForm, InvoiceForm


def find(request: HttpRequest, number: str) -> Contract:
    """Find a contract that the person may read.

    :raises Http404: if there is none
    """
    found: Contract = get_object_or_404(Contract.objects.visible_to(reader(request)), number=number)
    return found


def _back(contract: Contract) -> str:
    return f"{page_of(contract)}#spending"


def _accepted(form: Any, act: Callable[[dict[str, Any]], Any]) -> bool:
    """Act as the form says; what the service refuses stands in the form.

    :raises PermissionDenied: if the person may not
    """
    if not (form.is_bound and form.is_valid()):
        return False
    try:
        act(form.cleaned_data)
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except (Objected, MovedOn) as refusal:
        form.refuse(refusal)
        return False
    return True


@require_http_methods(["GET", "POST"])
@for_staff
def budget(request: HttpRequest, number: str, pk: int = 0) -> HttpResponse:
    """Set a budget of a contract, or change one."""
    only_keepers(request)
    contract = find(request, number)
    row = get_object_or_404(ContractBudget, pk=pk, contract=contract) if pk else None
    known = {name: getattr(row, name) for name in BudgetForm.base_fields} if row else None
    form = BudgetForm(request.POST or None, initial=known)
    if _accepted(form, lambda given: spending.set_budget(contract, by=reader(request), budget=row, **given)):
        return done(request, _back(contract), say=_("The budget is set."))
    return _draw(request, form, _("Change the budget") if row else _("Set a budget"), contract)


@require_http_methods(["GET", "POST"])
@for_staff
def enter(request: HttpRequest, number: str) -> HttpResponse:
    """Enter an invoice under a contract."""
    only_keepers(request)
    contract = find(request, number)
    form = InvoiceForm(request.POST or None, initial={"received_on": localdate()})
    if _accepted(form, lambda given: spending.enter_invoice(contract, by=reader(request), **given)):
        return done(request, _back(contract), say=_("The invoice is entered; somebody else decides on it."))
    return _draw(request, form, _("Enter an invoice"), contract)


def _draw(request: HttpRequest, form: Any, title: str, contract: Contract) -> HttpResponse:
    context = {"form": form, "title": f"{title}: {contract}", "back": _back(contract)}
    return render(request, "suppliers/form.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@for_staff
def invoice(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Show an invoice; who may, decides on it."""
    contract = find(request, number)
    rows = SupplierInvoice.objects.select_related("entered_by", "decided_by", "contract__supplier__organisation")
    row = get_object_or_404(rows, pk=pk, contract=contract)
    form = DecisionForm(request.POST if request.method == "POST" else None)
    if _accepted(form, lambda given: _decide(row, given, request)):
        return done(request, _back(contract), say=_("It is decided."))
    said = spending.objection(row, reader(request))
    context = {
        "row": row,
        "amount": shown.money(row.amount),
        "contract": row.contract,
        "form": form,
        "back": _back(contract),
        "objection": said,
    }
    return render(request, "contract/invoice.html", context, status=422 if form.is_bound else 200)


def _decide(row: SupplierInvoice, given: dict[str, Any], request: HttpRequest) -> None:
    spending.decide(row, approve=given["decision"] == "approve", reason=given["reason"], by=reader(request))


@require_safe
@for_staff
def spending_file(request: HttpRequest, number: str) -> HttpResponse:
    """Take budgets and invoices of a contract along."""
    contract = find(request, number)
    head = [str(one) for one in shown.HEADER]
    return sheets.download(f"{contract.number}-spending", form="csv", header=head, rows=shown.lines(contract))

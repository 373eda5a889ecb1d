"""Drafting contracts, and writing them anew while they are drafted or reviewed."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from itsm.tickets.finding import page_of
from itsm.ui.answers import done
from relationships import suppliers
from relationships.listing import for_staff, reader
from relationships.models import Contract, Supplier
from relationships.register_views import only_keepers
from relationships.supplier_forms import ContractForm
from relationships.supplier_views import find


@require_http_methods(["GET", "POST"])
@for_staff
def new_contract(request: HttpRequest, code: str) -> HttpResponse:
    """Draft a contract with a supplier."""
    only_keepers(request)
    row = find(request, code)
    form = ContractForm(request.POST or None, instance=Contract(supplier=row))
    if form.is_bound and form.is_valid():
        given = {name: value for name, value in form.cleaned_data.items() if name in form.Meta.fields}
        services, title = given.pop("services"), given.pop("title")
        with transaction.atomic():
            made = suppliers.open_contract(
                by=reader(request), supplier=row, title=title, at=timezone.now(), targets=form.targets(), **given
            )
            made.services.set(services)
        return done(request, page_of(made), say=_("%(number)s is drafted.") % {"number": made.number})
    return _contract_form(request, form, _("Draft a contract"), _place(row))


@require_http_methods(["GET", "POST"])
@for_staff
def edit_contract(request: HttpRequest, number: str) -> HttpResponse:
    """Change a contract that is drafted or under review."""
    only_keepers(request)
    row = get_object_or_404(Contract.objects.visible_to(reader(request)), number=number)
    if row.state not in suppliers.CHANGED_IN:
        return done(request, page_of(row), warn=_("A contract in force is changed only under review."))
    form = ContractForm(request.POST or None, instance=row)
    if form.is_bound and form.is_valid():
        given = {name: value for name, value in form.cleaned_data.items() if name in form.Meta.fields}
        suppliers.change_contract(row, by=reader(request), targets=form.targets(), **given)
        return done(request, page_of(row), say=_("The contract was changed."))
    return _contract_form(request, form, _("Change the contract"), page_of(row))


def _place(row: Supplier) -> str:
    return reverse("relationships:supplier", args=[row.organisation.code])


def _contract_form(request: HttpRequest, form: ContractForm, title: str, back: str) -> HttpResponse:
    status = 422 if form.is_bound else 200
    return render(request, "suppliers/form.html", {"form": form, "title": title, "back": back}, status=status)

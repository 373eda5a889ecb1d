"""The register of suppliers, the page of one, and the list of supplier cases."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from itsm.records.refusals import NotAllowed, Objected
from itsm.tickets.finding import find_case, page_of
from itsm.ui.answers import done
from relationships import suppliers
from relationships.listing import for_staff, page_of_rows, reader, words
from relationships.models import Contract, Supplier, SupplierCase, SupplierDispute
from relationships.register_flow import CONTRACT, SUPPLIER_DISPUTE
from relationships.scores import scores
from relationships.supplier_flow import SUPPLIER_CASE
from relationships.supplier_forms import ContractForm, DisputeForm, EvaluationForm, SupplierContactForm, SupplierForm
from relationships.supplier_querysets import keeps

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
    return _draw(request, _found(request, code))


def _found(request: HttpRequest, code: str) -> Supplier:
    rows = Supplier.objects.visible_to(reader(request)).select_related(
        "organisation", "owner", "lead_supplier__organisation"
    )
    found: Supplier = get_object_or_404(rows, organisation__code=code)
    return found


def _draw(
    request: HttpRequest, row: Supplier, *, status: int = 200, forms: dict[str, Any] | None = None, opened: str = ""
) -> HttpResponse:  # fmt: skip
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
        "evaluations": list(row.evaluations.select_related("by")[:MOST]) if keeps(person) else [],
        "may_keep": keeps(person),
        "contact_form": SupplierContactForm(),
        "evaluation_form": EvaluationForm(initial={"held_on": localdate()}),
        "dispute_form": DisputeForm(),
        "opened": opened,
    }  # fmt: skip
    return render(request, "suppliers/page.html", context | (forms or {}), status=status)


def _only_keepers(request: HttpRequest) -> None:
    if not keeps(reader(request)):
        raise PermissionDenied(_("The registers are kept by the service level and the relationship manager."))


@require_http_methods(["GET", "POST"])
@for_staff
def edit(request: HttpRequest, code: str = "") -> HttpResponse:
    """Add a supplier, or change one."""
    _only_keepers(request)
    row = _found(request, code) if code else None
    form = SupplierForm(request.POST or None, instance=row)
    if form.is_bound and form.is_valid():
        with transaction.atomic():
            made = form.save()
        said = _("%(name)s is in the register.") % {"name": made}
        return done(request, reverse("relationships:supplier", args=[made.organisation.code]), say=said)
    status = 422 if form.is_bound else 200
    title = _("Change the supplier") if row else _("Add a supplier")
    context = {"form": form, "title": title, "back": reverse("relationships:suppliers")}
    return render(request, "suppliers/form.html", context, status=status)


@require_POST
@for_staff
def contact(request: HttpRequest, code: str) -> HttpResponse:
    """Add whom to ask there."""
    _only_keepers(request)
    row = _found(request, code)
    form = SupplierContactForm(request.POST)
    if not form.is_valid():
        return _draw(request, row, status=422, forms={"contact_form": form}, opened="contact")
    form.instance.supplier = row
    form.save()
    return _back(request, row, _("The contact was added."))


@require_POST
@for_staff
def evaluate(request: HttpRequest, code: str) -> HttpResponse:
    """Keep how the supplier did."""
    row = _found(request, code)
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
            _lay(form, refusal)
        else:
            return _back(request, row, _("The evaluation was kept."))
    return _draw(request, row, status=422, forms={"evaluation_form": form}, opened="evaluation")


@require_POST
@for_staff
def dispute(request: HttpRequest, code: str) -> HttpResponse:
    """Note a disagreement."""
    row = _found(request, code)
    form = DisputeForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            made = suppliers.raise_dispute(by=reader(request), title=given["title"], claim=given["claim"], supplier=row)
        except NotAllowed as refusal:
            raise PermissionDenied(str(refusal)) from refusal
        except Objected as refusal:
            _lay(form, refusal)
        else:
            return done(request, page_of(made), say=_("%(number)s is raised.") % {"number": made.number})
    return _draw(request, row, status=422, forms={"dispute_form": form}, opened="dispute")


def _lay(form: Any, refusal: Objected) -> None:
    for name, sentence in refusal.fields.items():
        form.add_error(name if name in form.fields else None, sentence)
    for sentence in refusal.reasons:
        if sentence not in refusal.fields.values():
            form.add_error(None, sentence)


def _back(request: HttpRequest, row: Supplier, said: str) -> HttpResponse:
    return done(request, reverse("relationships:supplier", args=[row.organisation.code]), say=said)


# ---- contracts ------------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
@for_staff
def new_contract(request: HttpRequest, code: str) -> HttpResponse:
    """Draft a contract with a supplier."""
    _only_keepers(request)
    row = _found(request, code)
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
    _only_keepers(request)
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


# ---- supplier cases -------------------------------------------------------------------------
@require_safe
@for_staff
def cases(request: HttpRequest) -> HttpResponse:
    """List what suppliers were asked, the newest first."""
    person = reader(request)
    text, show = words(request), request.GET.get("show", "open")
    rows = SupplierCase.objects.worked_by(person).select_related("under__supplier__organisation", "assignee")
    if show == "open":
        rows = rows.filter(phase__in=["new", "working", "waiting"])
    if text:
        rows = rows.filter(Q(title__icontains=text) | Q(number__iexact=text) | Q(reference__iexact=text))
    found, older = page_of_rows(rows, request)
    shown = [{"record": row, "url": page_of(row), "state": SUPPLIER_CASE.states[row.state]} for row in found]
    tabs = [
        {"label": label, "url": f"?show={code}", "current": show == code}
        for code, label in (("open", _("Not closed")), ("all", _("All")))
    ]
    return render(request, "supplier-cases/list.html", {"rows": shown, "older": older, "text": text, "tabs": tabs})


@require_POST
@for_staff
def ask(request: HttpRequest, number: str) -> HttpResponse:
    """Open a supplier case for a case."""
    person = reader(request)
    origin = find_case(number, person=person)
    try:
        made = suppliers.open_case(origin, by=person)
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Objected as refusal:
        return done(request, page_of(origin), warn=" ".join(map(str, refusal.reasons)))
    if not SupplierCase.objects.worked_by(person).filter(pk=made.pk).exists():
        raise Http404(_("There is no case with this number."))
    return done(request, page_of(made), say=_("%(number)s is open: send it to the supplier.") % {"number": made.number})

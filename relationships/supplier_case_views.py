"""The list of supplier cases, and opening one for a case that waits."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from itsm.records.refusals import NotAllowed, Objected
from itsm.tickets.earlier import TO_SUPPLIER, sentence
from itsm.tickets.finding import find_case, page_of
from itsm.ui.answers import done
from relationships import suppliers
from relationships.listing import for_staff, page_of_rows, reader, words
from relationships.models import SupplierCase
from relationships.supplier_flow import SUPPLIER_CASE


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
    before = sentence(origin, TO_SUPPLIER, person=person)
    try:
        made = suppliers.open_case(origin, by=person)
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Objected as refusal:
        return done(request, page_of(origin), warn=" ".join(map(str, refusal.reasons)))
    if not SupplierCase.objects.worked_by(person).filter(pk=made.pk).exists():
        raise Http404(_("There is no case with this number."))
    say = _("%(number)s is open: send it to the supplier.") % {"number": made.number}
    return done(request, page_of(made), say=f"{say} {before}".strip())

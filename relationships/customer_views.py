"""The register of customers and the page of one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from itsm.records.perform import open_record
from itsm.tickets.finding import page_of
from itsm.tickets.models import Ticket
from itsm.ui.answers import done
from relationships import register_views as registers
from relationships.complaint_flow import COMPLAINT
from relationships.listing import for_staff, reader
from relationships.models import Complaint, Customer, ServiceReview
from relationships.register_flow import SERVICE_REVIEW
from relationships.supplier_forms import CustomerContactForm, CustomerForm, ReviewForm
from relationships.supplier_querysets import keeps
from relationships.survey_figures import satisfaction_of

MOST = 20
YEAR = timedelta(days=365)


@require_safe
@for_staff
def register(request: HttpRequest) -> HttpResponse:
    """List the customers with who keeps the relationship and when it is reviewed next."""
    person = reader(request)
    rows = Customer.objects.visible_to(person).select_related("organisation", "account_owner")
    found = list(rows.annotate(n=Count("services", distinct=True)).order_by("organisation__code")[:200])
    today = localdate()
    shown = [{"customer": row, "late": row.next_review_on is not None and row.next_review_on < today} for row in found]
    return render(request, "customers/list.html", {"rows": shown, "may_keep": keeps(person)})


@require_safe
@for_staff
def customer(request: HttpRequest, code: str) -> HttpResponse:
    """Show a customer: services, who speaks for it, open work, complaints, reviews."""
    return draw(request, find(request, code))


def find(request: HttpRequest, code: str) -> Customer:
    """Find a customer that the person may know of.

    :raises Http404: if there is none
    """
    rows = Customer.objects.visible_to(reader(request)).select_related("organisation", "account_owner")
    found: Customer = get_object_or_404(rows, organisation__code=code)
    return found


def draw(
    request: HttpRequest, row: Customer, *, status: int = 200, forms: dict[str, Any] | None = None, opened: str = ""
) -> HttpResponse:  # fmt: skip
    """Draw the page of a customer; ``forms`` are those that came back, ``opened`` names the part to show."""
    person = reader(request)
    unit = row.organisation_id
    counted = Ticket.objects.visible_to(person).filter(unit=unit).order_by().values("kind")
    complaints = Complaint.objects.visible_to(person).filter(unit=unit).order_by("-pk")[:MOST]
    reviews = ServiceReview.objects.visible_to(person).filter(customer=row).order_by("-planned_on", "-pk")[:MOST]
    context = {
        "customer": row,
        "satisfaction": satisfaction_of(unit, since=localdate() - YEAR),
        "contacts": list(row.contacts.all()),
        "services": list(row.services.order_by("code")),
        "counted": {one["kind"]: one for one in counted.annotate(n=Count("pk"), still_open=Count("pk", filter=~Q(phase="done")))},
        "complaints": [{"record": one, "url": page_of(one), "state": COMPLAINT.states[one.state]} for one in complaints],
        "reviews": [{"record": one, "url": page_of(one), "state": SERVICE_REVIEW.states[one.state]} for one in reviews],
        "may_keep": keeps(person),
        "contact_form": CustomerContactForm(),
        "review_form": ReviewForm(),
        "opened": opened,
    }  # fmt: skip
    return render(request, "customers/page.html", context | (forms or {}), status=status)


REGISTER = registers.Register(
    "customer", CustomerForm, CustomerContactForm, find, draw, (gettext_lazy("Add a customer"), gettext_lazy("Change the customer"))
)  # fmt: skip


@require_http_methods(["GET", "POST"])
@for_staff
def edit(request: HttpRequest, code: str = "") -> HttpResponse:
    """Add a customer, or change one."""
    return registers.edit(request, REGISTER, code)


@require_POST
@for_staff
def contact(request: HttpRequest, code: str) -> HttpResponse:
    """Add who speaks for the customer."""
    return registers.contact(request, REGISTER, code)


@require_POST
@for_staff
def plan_review(request: HttpRequest, code: str) -> HttpResponse:
    """Plan a service review with the customer."""
    registers.only_keepers(request)
    row = find(request, code)
    form = ReviewForm(request.POST)
    if not form.is_valid():
        return draw(request, row, status=422, forms={"review_form": form}, opened="review")
    made = open_record(ServiceReview, by=reader(request), at=timezone.now(), customer=row, **form.cleaned_data)
    return done(request, page_of(made), say=_("%(number)s is planned.") % {"number": made.number})

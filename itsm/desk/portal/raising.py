"""Reporting that something is broken, and asking for something."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from catalogue.models import Category, RequestItem
from incidents.approvals import approvers_of
from incidents.models import ServiceRequest
from incidents.services import raise_incident, raise_request, similar
from itsm.desk.portal.cards import cards, own_cases
from itsm.desk.portal.conditions import holds
from itsm.desk.portal.forms import AskForm, CaseForm, OrderForm, ReportForm, items_like
from itsm.desk.portal.item_form import add_fields, files_of, given_by
from itsm.desk.portal.once import add_files, raise_once
from itsm.desk.services.entry import price_words
from itsm.hours.windows import BadHours
from itsm.people.models import Person
from itsm.people.requests import PersonRequest
from itsm.records.refusals import Refusal
from itsm.ui.answers import done

#: The category that orders from the catalogue are filed under, where it exists; without it the desk classifies.
ORDERS = "order"


@require_http_methods(["GET", "POST"])
def report(request: PersonRequest) -> HttpResponse:
    """Say that something is broken."""
    at = timezone.now()
    initial = {"title": request.GET.get("q", "")[:160], "service": request.GET.get("service", "")[:40]}
    form = ReportForm(request.user, request.POST or None, request.FILES or None, initial)
    if not form.is_bound or not form.is_valid():
        return _show(request, "portal/report.html", form)
    if alike := _alike(request, form.cleaned_data["title"], at):
        return _show(request, "portal/report.html", form, alike=alike)
    return _make(request, "portal/report.html", form, lambda: _report(form, at), at=at)


def _report(form: ReportForm, at: datetime) -> Any:
    given, person = form.cleaned_data, form.person
    return raise_incident(
        by=person, requester=person, title=given["title"], description=form.description(), service=given["service"],
        still_working=given["still_working"], confidential=given["confidential"], at=at, facts={"form": given["form"]},
    )  # fmt: skip


@require_safe
def catalogue(request: PersonRequest) -> HttpResponse:
    """Show what may be ordered, by service."""
    words = request.GET.get("q", "").replace("\x00", " ").strip()[:80]
    return render(request, "portal/catalogue.html", {"items": items_like(request.user, words), "words": words})


@require_http_methods(["GET", "POST"])
def order(request: PersonRequest, code: str) -> HttpResponse:
    """Order something of the catalogue."""
    at = timezone.now()
    found = RequestItem.objects.for_unit_of(request.user).select_related("service__hours__current", "service__owner")
    item = found.filter(code=code).first()
    if item is None:
        raise Http404(_("Nothing of that name is offered to you."))
    form = OrderForm(request.user, request.POST or None, request.FILES or None)
    add_fields(form, item, person=request.user)
    shown = {"item": item, "due": _due(item, at), "approvers": _approvers(item, request.user), "price": _price(item)}
    if not form.is_bound or not holds(form, item):
        return _show(request, "portal/order.html", form, **shown)
    same = own_cases(request.user).open().filter(pk__in=ServiceRequest.objects.filter(request_item=item).values("pk"))
    if not request.POST.get("anyway") and (alike := list(same.exclude(facts__form=form.cleaned_data["form"])[:3])):
        return _show(request, "portal/order.html", form, alike=_drawn(request, alike, at), **shown)
    return _make(request, "portal/order.html", form, lambda: _order(form, item, at), at=at, **shown)


def _order(form: OrderForm, item: RequestItem, at: datetime) -> Any:
    given, person = form.cleaned_data, form.person
    return raise_request(
        by=person, requester=person, description=given["details"], item=item, requested_for=given["requested_for"], at=at,
        category=Category.objects.filter(code=ORDERS, is_active=True).first(), facts={"form": given["form"]},
        answers=given_by(item, given),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def ask(request: PersonRequest) -> HttpResponse:
    """Ask for something that the catalogue does not name."""
    at = timezone.now()
    initial = {"title": request.GET.get("q", "")[:160]}
    form = AskForm(request.user, request.POST or None, request.FILES or None, initial)
    if not form.is_bound or not form.is_valid():
        return _show(request, "portal/ask.html", form)
    if alike := _alike(request, form.cleaned_data["title"], at):
        return _show(request, "portal/ask.html", form, alike=alike)
    return _make(request, "portal/ask.html", form, lambda: _ask(form, at), at=at)


def _ask(form: AskForm, at: datetime) -> Any:
    given, person = form.cleaned_data, form.person
    return raise_request(
        by=person, requester=person, title=given["title"], description=given["details"], service=given["service"],
        requested_for=given["requested_for"], at=at, facts={"form": given["form"]},
    )  # fmt: skip


def _show(request: PersonRequest, template: str, form: CaseForm, **more: Any) -> HttpResponse:
    status = 422 if form.is_bound and (form.errors or more.get("alike")) else 200
    return render(request, template, {"form": form, **more}, status=status)


def _make(
    request: PersonRequest, template: str, form: CaseForm, make: Any, *, at: datetime, **more: Any
) -> HttpResponse:
    """Make the case once, keep its files, and lead to its page; a refusal is shown with everything that was typed."""
    try:
        case, is_new = raise_once(request.user, form=form.cleaned_data["form"], at=at, make=make)
    except Refusal as refusal:
        form.refuse(refusal)
        return _show(request, template, form, **more)
    if is_new:
        files = [*form.cleaned_data["uploads"], *(files_of(more["item"], form.cleaned_data) if "item" in more else [])]
        for sentence in add_files(case, files, by=request.user):
            messages.warning(request, sentence)
    said = _("Thank you. Your case has the number %(number)s.") % {"number": case.number}
    return done(request, reverse("portal:case", args=[case.number]), say=said)


def _alike(request: PersonRequest, title: str, at: datetime) -> list[Any]:
    """Find own open cases that are like this one, unless the person said that it is another matter."""
    if request.POST.get("anyway"):
        return []
    mark = request.POST.get("form", "")
    found = similar(requester=request.user, title=title, at=at)
    return _drawn(request, [case for case in found if not mark or case.facts.get("form") != mark], at)


def _drawn(request: PersonRequest, cases: list[Any], at: datetime) -> list[Any]:
    return cards(cases, person=request.user, at=at)


def _due(item: RequestItem, at: datetime) -> datetime | None:
    """Reckon when it would be done if it began now; nothing when its service keeps no hours."""
    version = item.service.hours.current
    try:
        return version.schedule().add(at.replace(microsecond=0), seconds=item.target_seconds) if version else None
    except BadHours:
        return None


def _price(item: RequestItem) -> str:
    """Say what its service costs, where the catalogue states it."""
    tongue = "en" if (get_language() or "").startswith("en") else "zh"
    service = item.service
    return price_words(
        {"price": service.price, f"price_unit_{tongue}": getattr(service, f"price_unit_{tongue}")}, tongue
    )


def _approvers(item: RequestItem, person: Person) -> list[Person]:
    """Find who would be asked to approve it."""
    if item.approval == RequestItem.Approval.NONE:
        return []
    return approvers_of(ServiceRequest(request_item=item, service=item.service, requester=person))

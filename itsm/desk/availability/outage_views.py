"""Outages: the list, writing one down, its page with every correction, correcting it, striking it out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalogue.models import Service
from incidents.models import Incident
from itsm.desk.availability.forms import OutageForm, StrikeForm
from itsm.desk.availability.letting import for_those_who_may
from itsm.desk.availability.shown import lasting
from itsm.desk.availability.views import tabs
from itsm.hours.instants import epoch_of
from itsm.records.clock import database_now
from itsm.records.refusals import NotAllowed, Objected
from itsm.tickets.models import Outage, Ticket
from itsm.ui.answers import done
from itsm.ui.moments import moment_text
from sla import outages

PAGE, MOST_UNWRITTEN = 50, 10
FIELDS = {
    "started_at": gettext_lazy("down since"),
    "ended_at": gettext_lazy("up again"),
    "standby_at": gettext_lazy("stand-by running since"),
    "kind": gettext_lazy("kind"),
    "ci": gettext_lazy("configuration item"),
    "affected_users": gettext_lazy("users affected"),
    "weight_percent": gettext_lazy("share lost"),
    "evidence": gettext_lazy("evidence"),
    "planned_from": gettext_lazy("planned from"),
    "planned_until": gettext_lazy("planned until"),
    "announced_at": gettext_lazy("announced"),
    "struck_out_at": gettext_lazy("struck out"),
}


@require_safe
@for_those_who_may
def listing(request: HttpRequest) -> HttpResponse:
    """List outages, the newest first; declared major incidents without one stand above."""
    person: Any = request.user
    rows = Outage.objects.visible_to(person).select_related("service", "ticket", "ci")
    service, kind, state = (request.GET.get(name, "") for name in ("service", "kind", "state"))
    if service:
        rows = rows.filter(service__code=service)
    if kind in Outage.Kind.values:
        rows = rows.filter(kind=kind)
    rows = rows.open().counted() if state == "open" else rows
    before = request.GET.get("before", "")
    if before.isascii() and before.isdecimal() and len(before) < 19:
        rows = _earlier(rows, int(before))
    found = list(rows.order_by("-started_at", "-pk")[: PAGE + 1])
    context = {
        "rows": _laid_out(found[:PAGE], person), "more": found[PAGE - 1].pk if len(found) > PAGE else None,
        "services": Service.objects.order_by("code"), "kinds": Outage.Kind.choices,
        "chosen": {"service": service, "kind": kind, "state": state},
        "may_write": outages.may_write(person), "tabs": tabs("outages"), "unwritten": _unwritten(person),
    }  # fmt: skip
    return render(request, "availability/outages.html", context)


def _earlier(rows: Any, before: int) -> Any:
    """Keep what began before the outage of that key; all of them where it is not among them."""
    edge = rows.filter(pk=before).values_list("started_at", flat=True).first()
    return rows if edge is None else rows.filter(Q(started_at__lt=edge) | Q(started_at=edge, pk__lt=before))


def _unwritten(person: Any) -> list[Any]:
    """List declared major incidents of a service that no outage tells of."""
    rows = Incident.objects.visible_to(person).filter(major_status="declared", outages=None, service__isnull=False)
    return list(rows.select_related("service").order_by("-pk")[:MOST_UNWRITTEN])


def _laid_out(found: list[Outage], person: Any) -> list[dict[str, Any]]:
    """Lay rows out; the case of one is named only where the person may know of it."""
    keys = {one.ticket_id for one in found if one.ticket_id}
    seen = set(Ticket.objects.visible_to(person).filter(pk__in=keys).values_list("pk", flat=True))
    return [
        {"row": one, "case": one.ticket if one.ticket_id in seen else None, "lasted": _lasted(one)} for one in found
    ]


def _lasted(one: Outage) -> str:
    return lasting(epoch_of(one.ended_at) - epoch_of(one.started_at)) if one.ended_at is not None else ""


@require_http_methods(["GET", "POST"])
@for_those_who_may
def new(request: HttpRequest) -> HttpResponse:
    """Write an outage down that no case tells of."""
    person: Any = request.user
    if not outages.may_write(person):
        raise NotAllowed
    initial = {"started_at": timezone.localtime(), "service": request.GET.get("service", "")}
    form = OutageForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        try:
            made = outages.record(given.pop("service"), by=person, at=database_now(), **given)
        except Objected as refusal:
            form.refuse(refusal)
        else:
            return done(request, reverse("availability:outage", args=[made.pk]), say=_("Outage recorded."))
    context = {
        "form": form,
        "title": _("Record an outage"),
        "back": reverse("availability:outages"),
        "tabs": tabs("outages"),
    }
    return render(request, "availability/form.html", context, status=422 if form.errors else 200)


@require_safe
@for_those_who_may
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an outage with every correction that was made of it."""
    person: Any = request.user
    outage = _outage(pk, person)
    row = _laid_out([outage], person)[0]
    edits = outage.edits.select_related("by").order_by("-pk")
    context = row | {
        "outage": outage, "tabs": tabs("outages"), "may_correct": outages.may_correct(person, outage.service) and not outage.struck_out_at,
        "may_claim": outages.may_write(person) and not outage.struck_out_at, "edits": [_edit(one) for one in edits],
        "claims": outage.claims.select_related("requested_by", "decided_by").order_by("-pk"),
        "strike": StrikeForm(auto_id="id_strike_%s"),
    }  # fmt: skip
    return render(request, "availability/outage.html", context)


def _edit(one: Any) -> dict[str, Any]:
    changes = [
        (str(FIELDS.get(name, name)), _said(value), _said(one.after.get(name))) for name, value in one.before.items()
    ]
    return {"row": one, "changes": changes}


def _said(value: Any) -> str:
    if value in (None, ""):
        return "–"
    try:
        return moment_text(timezone.localtime(datetime.fromisoformat(value)))
    except (TypeError, ValueError):
        return str(value)


@require_http_methods(["GET", "POST"])
@for_those_who_may
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct an outage; what was there before is kept with the reason."""
    person: Any = request.user
    outage = _outage(pk, person)
    if not outages.may_correct(person, outage.service):
        raise NotAllowed
    form = OutageForm(request.POST if request.method == "POST" else None, outage=outage)
    back = reverse("availability:outage", args=[pk])
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        try:
            outages.correct(outage, given, reason=given.pop("reason"), by=person, at=database_now())
        except Objected as refusal:
            form.refuse(refusal)
        else:
            return done(request, back, say=_("Corrected."))
    context = {
        "form": form,
        "title": _("Correct the outage of %s") % outage.service,
        "back": back,
        "tabs": tabs("outages"),
    }
    return render(request, "availability/form.html", context, status=422 if form.errors else 200)


@require_POST
@for_those_who_may
def strike(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an outage out of the reckoning."""
    person: Any = request.user
    outage, back = _outage(pk, person), reverse("availability:outage", args=[pk])
    try:
        outages.strike_out(
            outage, reason=request.POST.get("reason", "").replace("\x00", ""), by=person, at=database_now()
        )
    except Objected as refusal:
        return done(request, back, warn=" ".join(map(str, refusal.reasons)))
    return done(request, back, say=_("The outage is struck out."))


def _outage(pk: int, person: Any) -> Outage:
    rows = Outage.objects.visible_to(person).select_related("service", "ticket", "ci")
    found: Outage = get_object_or_404(rows, pk=pk)
    return found

"""Exclusions: the claims, those to be decided first; making one; deciding it; what the customer objects to."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, IntegerField, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from itsm.desk.availability.forms import ClaimForm, DecisionForm, ObjectionForm
from itsm.desk.availability.letting import for_those_who_may
from itsm.desk.availability.shown import lasting
from itsm.desk.availability.views import service_at, tabs
from itsm.hours.instants import epoch_of
from itsm.records.clock import database_now
from itsm.records.refusals import NotAllowed, Objected
from itsm.tickets.finding import page_of
from itsm.tickets.models import Outage
from itsm.ui.answers import done
from sla import claim_files, claims, lifting
from sla.claim_overlaps import notice, overlapping, told
from sla.models import ExclusionClaim
from sla.outages import may_write
from sla.words import metric_words

MOST = 100
TONES = {
    "claimed": ("decision", "diamond"),
    "approved": ("done", "check"),
    "rejected": ("closed", "cross"),
    "withdrawn": ("closed", "cross"),
}


@require_safe
@for_those_who_may
def listing(request: HttpRequest) -> HttpResponse:
    """List the claims, those that wait first."""
    person: Any = request.user
    waits = Case(When(state="claimed", then=Value(0)), default=Value(1), output_field=IntegerField())
    rows = ExclusionClaim.objects.visible_to(person).select_related("service", "requested_by", "decided_by")
    found = rows.annotate(waits=waits).order_by("waits", "-started_at", "-pk")[:MOST]
    context = {
        "rows": [_row(one) for one in found],
        "tabs": tabs("claims"),
        "decides": claims.DECIDER in person.role_codes,
        "lifted": [_lifted(one) for one in lifting.told(lifting.seen_by(person)[:MOST])],
    }
    return render(request, "availability/claims.html", context)


def _row(one: ExclusionClaim) -> dict[str, Any]:
    tone, glyph = TONES[one.state]
    lasted = lasting(epoch_of(one.ended_at) - epoch_of(one.started_at))
    return {"claim": one, "tone": tone, "glyph": glyph, "label": one.get_state_display(), "lasted": lasted}


def _lifted(one: lifting.Lifted) -> dict[str, Any]:
    whose = " · ".join(filter(None, (str(one.team or ""), one.agreement)))
    return {"one": one, "url": page_of(one.case), "metric": metric_words(one.clock.metric), "whose": whose}


@require_http_methods(["GET", "POST"])
@for_those_who_may
def new(request: HttpRequest, code: str) -> HttpResponse:
    """Claim that lost time of a service does not count."""
    person: Any = request.user
    if not may_write(person):
        raise NotAllowed
    service, outage = service_at(code), _outage_of(request, code)
    first: ExclusionClaim | None = None
    initial = {} if outage is None else {
        "started_at": timezone.localtime(outage.started_at), "ended_at": timezone.localtime(outage.ended_at or timezone.now()),
    }  # fmt: skip
    offered = claims.clauses_of(service, at=timezone.now())
    form = ClaimForm(request.POST if request.method == "POST" else None, clauses=offered, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = claims.claim(
                service, clause=form.chosen(), started_at=given["started_at"], ended_at=given["ended_at"], reason=given["reason"],
                evidence=given["evidence"], by=person, at=database_now(), outage=outage,
            )  # fmt: skip
        except Objected as refusal:
            form.refuse(refusal)
            first = getattr(refusal, "first", None)
        else:
            address, warn = reverse("availability:claim", args=[made.pk]), notice(overlapping(made))
            return done(request, address, say=_("Claimed; it counts until it is approved."), warn=warn)
    title = _("Exclude lost time of %s") % service
    context = {
        "form": form,
        "title": title,
        "back": reverse("availability:service", args=[code]),
        "tabs": tabs("claims"),
        "first": first,
    }
    return render(request, "availability/claim_form.html", context, status=422 if form.errors else 200)


def _outage_of(request: HttpRequest, code: str) -> Outage | None:
    key = request.GET.get("outage", "")
    if not (key.isascii() and key.isdecimal() and len(key) < 19):
        return None
    found: Outage | None = Outage.objects.standing().filter(pk=int(key), service__code=code).first()
    return found


@require_http_methods(["GET", "POST"])
@for_those_who_may
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a claim; the service level manager decides it here."""
    person: Any = request.user
    claim = _claim(pk, person)
    form = DecisionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given, approve = form.cleaned_data, request.POST.get("then") == "approve"
        try:
            claims.decide(
                claim, approve=approve, note=given["note"], evidence=given["evidence"], by=person, at=database_now()
            )
        except Objected as refusal:
            form.refuse(refusal)
        else:
            say = _("Approved.") if approve else _("Rejected.")
            return done(request, reverse("availability:claims"), say=say)
    context = _row(claim) | {
        "overlaps": [(one, told(one)) for one in overlapping(claim)],
        "form": form, "why_not": claims.why_not_decide(claim, by=person), "tabs": tabs("claims"),
        "files": list(claim.files.select_related("added_by").order_by("pk")), "may_attach": claim_files.may_attach(claim, by=person),
        "may_withdraw": claim.requested_by_id == person.pk and claim.state == "claimed",
        "objection": ObjectionForm(auto_id="id_objection_%s"), "may_object": bool(person.role_codes & set(claims.MADE)),
    }  # fmt: skip
    return render(request, "availability/claim.html", context, status=422 if form.errors else 200)


@require_POST
@for_those_who_may
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's own claim back."""
    person: Any = request.user
    claims.withdraw(_claim(pk, person), by=person, at=database_now())
    return done(request, reverse("availability:claims"), say=_("Taken back."))


@require_POST
@for_those_who_may
def object_to(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down what the customer holds against it."""
    person: Any = request.user
    back = reverse("availability:claim", args=[pk])
    words = request.POST.get("objection", "").replace("\x00", "")[:4000]
    try:
        claims.object_to(_claim(pk, person), words=words, by=person, at=database_now())
    except Objected as refusal:
        return done(request, back, warn=" ".join(map(str, refusal.reasons)))
    return done(request, back, say=_("The objection is kept."))


def _claim(pk: int, person: Any) -> ExclusionClaim:
    rows = ExclusionClaim.objects.visible_to(person).select_related("service", "outage", "requested_by", "decided_by")
    found: ExclusionClaim = get_object_or_404(rows, pk=pk)
    return found

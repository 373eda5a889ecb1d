"""The page behind a signed link in a mail: says what it is about, and decides when its form is sent."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from itsm.notices import decisions, links
from itsm.notices.links import Claim
from itsm.records.perform import find_step
from itsm.records.refusals import Refusal, UnknownMove

CHOICES = ("yes", "no")
LANGUAGES = ("zh-hant", "en")
#: What the processes call that which was done.
RESULTS = ("resolution_note", "fulfilment_note", "answer")


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Show what the link decides; decide only when the form is sent."""
    wanted = request.GET.get("lang", "")
    chosen = wanted if wanted in LANGUAGES else ""
    with translation.override(chosen or translation.get_language()):
        try:
            claim = links.read(token)
        except links.BadLink as fault:
            return render(request, "notices/link_over.html", {"sentence": str(fault)}, status=404)
    with translation.override(chosen or claim.person.language):
        if request.method == "POST" and request.POST.get("choice") in claim.purpose.choices:
            return _decide(request, claim)
        return _show(request, claim)


def _decide(request: HttpRequest, claim: Claim) -> HttpResponse:
    choice, reason = request.POST["choice"], request.POST.get("reason", "")
    try:
        given = {name: str(value) for name, value in request.POST.items()}
        record = decisions.decide(claim, choice=choice, reason=reason, at=timezone.now(), given=given)
    except decisions.Spent as fault:
        return _over(request, claim, str(fault), status=409)
    except Refusal as refusal:
        return _show(request, claim, refusal=refusal, reason=reason)
    return _over(request, claim, gettext("Thank you. Your answer was noted."), record=record, glyph="check")


def _show(request: HttpRequest, claim: Claim, *, refusal: Refusal | None = None, reason: str = "") -> HttpResponse:
    if sentence := decisions.why_not(claim, at=timezone.now()):
        return _over(request, claim, sentence, status=410)
    record = claim.record
    context = {
        "claim": claim, "record": record, "refusal": refusal, "reason": reason,
        "result": next((text for name in RESULTS if (text := getattr(record, name, ""))), ""),
        "shows_text": not getattr(record, "confidential", False),
    }  # fmt: skip
    if claim.purpose.shows is not None:
        context |= claim.purpose.shows(claim, timezone.now())
    return render(request, f"notices/link_{claim.purpose.code}.html", context, status=422 if refusal else 200)


def _over(
    request: HttpRequest, claim: Claim, sentence: str, *, record: Any = None, status: int = 200, glyph: str = "info"
) -> HttpResponse:
    """Say how the case stands, and what was decided by this link."""
    now = record or claim.record
    state = next(flow.states[now.state].label for flow in now.flows if flow.field == "state")
    context = {
        "sentence": sentence, "record": now, "state": state, "decided": _decided(claim), "glyph": glyph,
        "leads": claim.purpose.leads(claim) if claim.purpose.leads is not None else "", "opens": claim.purpose.opens_case,
    }  # fmt: skip
    return render(request, "notices/link_over.html", context, status=status)


def _decided(claim: Claim) -> str:
    used = claim.used()
    if used is None:
        return ""
    if used.choice in claim.purpose.labels:
        return str(claim.purpose.labels[used.choice])
    try:
        return str(find_step(claim.record, used.choice).row.label)
    except UnknownMove:
        return used.choice

"""Proposals of problems: which records made each, and deciding on them."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from itsm.records.refusals import NotAllowed, Objected
from itsm.tickets.finding import page_of
from itsm.tickets.models import Ticket
from itsm.ui.answers import done
from problems import deciding
from problems.models import Proposal

MOST, DECIDED = 50, 20
READERS = frozenset({"problem_manager", "problem_handler", "auditor"})


def proposed(person: Any) -> int | None:
    """Count the proposals to decide; None for those who do not read them."""
    return Proposal.objects.filter(state="open").count() if person.role_codes & READERS else None


@require_safe
def candidates(request: HttpRequest) -> HttpResponse:
    """List what the rules propose, and what was decided last."""
    return _draw(request)


@require_POST
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a problem of a proposal, and show it."""
    found = get_object_or_404(Proposal, pk=pk)
    try:
        problem = deciding.accept(found, by=request.user)  # type: ignore[arg-type]  # signed in
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Objected as refusal:
        return _draw(request, wrong={"pk": pk, "text": str(refusal)}, status=422)
    return done(request, page_of(problem), say=_("%(number)s was made of the proposal.") % {"number": problem.number})


@require_POST
def dismiss(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep why a proposal is no problem."""
    found = get_object_or_404(Proposal, pk=pk)
    try:
        deciding.dismiss(found, reason=request.POST.get("reason", ""), by=request.user)  # type: ignore[arg-type]  # signed in
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except Objected as refusal:
        return _draw(request, wrong={"pk": pk, "text": str(refusal)}, status=422)
    return done(request, reverse("problems:candidates"), say=_("The proposal was dismissed."))


def _draw(request: HttpRequest, *, wrong: dict[str, Any] | None = None, status: int = 200) -> HttpResponse:
    person: Any = request.user
    if not person.role_codes & READERS:
        raise PermissionDenied(_("Proposals are for those who work on problems."))
    seen = Prefetch("evidence", Ticket.objects.visible_to(person).order_by("pk"), to_attr="seen")
    rows = Proposal.objects.select_related("service", "problem", "decided_by").prefetch_related(seen)
    waiting = rows.filter(state=Proposal.State.OPEN).order_by("-made_at", "-pk")[:MOST]
    context = {
        "waiting": [_shown(row) for row in waiting],
        "decided": [_shown(row) for row in rows.exclude(state="open").order_by("-decided_at", "-pk")[:DECIDED]],
        "may_decide": deciding.may_decide(person),
        "wrong": wrong or {},
    }
    return render(request, "problems/candidates.html", context, status=status)


def _shown(proposal: Any) -> dict[str, Any]:
    return {
        "row": proposal,
        "records": [{"number": case.number, "title": case.title, "url": page_of(case)} for case in proposal.seen],
        "problem_url": page_of(proposal.problem) if proposal.problem else "",
    }

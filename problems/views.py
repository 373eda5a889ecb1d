"""The list of problems."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.db.models.expressions import RawSQL
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from itsm.records.models import LinkKind
from itsm.records.refusals import Objected
from itsm.tickets.finding import page_of
from itsm.ui.answers import done
from problems.candidates import proposed
from problems.flow import PROBLEM
from problems.forms import ProblemForm
from problems.models import Problem
from problems.services import register_problem

PAGE, LONGEST = 50, 200
#: The problems that hold all words where their requester may read them.
HOLDING = "SELECT record_id FROM search_entry WHERE public_tsv @@ search_query(%s)"


@require_safe
def problems(request: HttpRequest) -> HttpResponse:
    """List the problems that the person works on or oversees, the newest first, fifty at a time; with words only those that hold them."""
    person = _reader(request)
    raised = Count("links_in", filter=Q(links_in__kind=LinkKind.ESCALATED_TO_PROBLEM), distinct=True)
    rows = (
        Problem.objects.worked_by(person).select_related("service", "assignee").annotate(raised=raised).order_by("-pk")
    )
    text = request.GET.get("q", "").replace("\x00", " ").strip()[:LONGEST]
    if text:
        rows = rows.filter(pk__in=RawSQL(HOLDING, [text]))  # noqa: S611  # the words are a parameter
    before = request.GET.get("before", "")
    if before.isdecimal() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    found = list(rows[: PAGE + 1])
    shown = [{"record": row, "url": page_of(row), "state": PROBLEM.states[row.state]} for row in found[:PAGE]]
    older = found[PAGE - 1].pk if len(found) > PAGE else None
    return render(
        request, "problems/list.html", {"rows": shown, "older": older, "text": text, "proposed": proposed(person)}
    )


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Register a problem that no incident brought."""
    person = _reader(request)
    asked = {name: request.GET.get(name, "")[:160] for name in ("title", "service", "item", "origin")}
    form = ProblemForm(person, request.POST or None, initial={name: text for name, text in asked.items() if text})
    if not form.is_bound or not form.is_valid():
        return render(request, "problems/new.html", {"form": form}, status=422 if form.is_bound else 200)
    try:
        made = register_problem(**form.cleaned_data, by=person, at=timezone.now())
    except Objected as refusal:
        for name, sentence in refusal.fields.items():
            form.add_error(name, sentence)
        return render(request, "problems/new.html", {"form": form}, status=422)
    return done(request, page_of(made), say=_("%(number)s is registered.") % {"number": made.number})


def _reader(request: HttpRequest) -> Any:
    """Give who asks, if they work cases."""
    person: Any = request.user
    if not person.is_worker:
        raise PermissionDenied(_("These screens are for those who work cases. Your own cases are in the portal."))
    return person

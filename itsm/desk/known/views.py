"""The list of known errors, the page of one, its steps, and noting that one was used on an incident."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from itsm.desk.access import for_workers
from itsm.desk.record.answering import answers_refusals, ask, case_of, finish, refused
from itsm.flow import Move, Transition
from itsm.records.models import Event
from itsm.records.perform import admit, find_step, objections, offers, perform
from itsm.records.refusals import Objected, Refusal, Stale, UnknownMove
from itsm.tickets.forms import TransitionForm
from itsm.tickets.lines import happening_of, line_of
from problems.flow import PROBLEM
from problems.models import KnownError, Problem
from problems.services import use_known_error

PAGE, LONGEST = 50, 200


def find_known(number: str, *, person: Any) -> KnownError:
    """Find the known error with that number as far as ``person`` may know of it.

    :raises Http404: if there is none, or the person may not know of it
    """
    rows = KnownError.objects.visible_to(person).select_related("problem", "service", "category")
    for known in rows.filter(number=number)[:1]:
        found: KnownError = known
        return found
    raise Http404(_("There is no known error with this number."))


@require_safe
@for_workers
def known_errors(request: HttpRequest) -> HttpResponse:
    """List the known errors, the newest first, fifty at a time; with words only those that hold them all."""
    text = request.GET.get("q", "").replace("\x00", " ").strip()[:LONGEST]
    rows = KnownError.objects.visible_to(request.user).select_related("service", "problem").order_by("-pk")  # type: ignore[arg-type]  # signed in
    if text:
        rows = rows.holding(text)
    before = request.GET.get("before", "")
    if before.isdecimal() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    found = list(rows[: PAGE + 1])
    shown = [{"record": row, "state": row.flows[0].states[row.state]} for row in found[:PAGE]]
    older = found[PAGE - 1].pk if len(found) > PAGE else None
    return render(request, "known/list.html", {"rows": shown, "older": older, "text": text})


@require_safe
@for_workers
def known_error(request: HttpRequest, number: str) -> HttpResponse:
    """Show a known error with its steps and its journal."""
    person: Any = request.user
    known = find_known(number, person=person)
    events = Event.objects.filter(record=known.pk).select_related("actor", "on_behalf_of").order_by("-pk")[:PAGE]
    problem = Problem.objects.worked_by(person).filter(pk=known.problem_id).first()
    context = {
        "record": known, "state": known.flows[0].states[known.state], "offers": offers(known, person=person, at=timezone.now()),
        "problem": problem, "problem_state": PROBLEM.states[problem.state] if problem else None,
        "lines": [line_of(happening_of(event), record=known, facts=True) for event in events],
    }  # fmt: skip
    return render(request, "known/page.html", context)


@require_http_methods(["GET", "POST"])
@for_workers
def transition(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """Show the dialog of a known error's transition, or make it."""
    known = find_known(number, person=request.user)
    try:
        return _transition(request, known, admit(known, name, by=request.user))  # type: ignore[arg-type]  # signed in
    except UnknownMove as refusal:
        raise Http404(str(refusal)) from refusal
    except Refusal as refusal:
        return refused(request, known, refusal)


def _transition(request: HttpRequest, known: KnownError, row: Transition) -> HttpResponse:
    person: Any = request.user
    form = TransitionForm(known, row, person, request.POST if request.method == "POST" else None)
    status = 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        version = request.POST.get("version", "")
        try:
            made = perform(
                known, row.name, by=person, version=int(version) if version.isdecimal() else None, **form.given
            )
            return finish(request, made, _("%(number)s: %(step)s.") % {"number": made.number, "step": row.label})
        except Objected as refusal:
            form.refuse(refusal)
        except Stale as refusal:
            form.add_error(None, str(refusal))
            status = 409
    reasons = (
        [] if form.is_bound else objections(known, row, move=Move(row.name, person, timezone.now()), offering=True)
    )
    flow = find_step(known, row.name).flow
    return ask(
        request, known, form, title=str(row.label), button=str(row.label), danger=row.danger, reasons=reasons, status=status,
        version=known.version, state=flow.states[known.state], target=str(flow.states[str(row.target)].label),
    )  # fmt: skip


@require_POST
@answers_refusals
def use(request: HttpRequest, number: str, known: str) -> HttpResponse:
    """Note on an incident that the known error was used; it is counted when the incident is resolved."""
    case = case_of(request, number)
    found = find_known(known, person=request.user)
    use_known_error(case, found, by=request.user)  # type: ignore[arg-type]  # signed in
    return finish(request, case, _("%(number)s is noted as used here.") % {"number": found.number})

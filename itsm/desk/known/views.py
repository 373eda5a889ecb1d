"""The list of known errors, and noting that one was used on an incident."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from itsm.desk.access import for_workers
from itsm.desk.record.answering import answers_refusals, case_of, finish
from itsm.records import register
from itsm.records.finding import find_plain
from problems.models import KnownError
from problems.services import use_known_error

PAGE, LONGEST = 50, 200


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


@require_POST
@answers_refusals
def use(request: HttpRequest, number: str, known: str) -> HttpResponse:
    """Note on an incident that the known error was used; it is counted when the incident is resolved."""
    case = case_of(request, number)
    process = register.process("known_error")
    found = find_plain(known, process=process, person=request.user)  # type: ignore[arg-type]  # signed in
    use_known_error(case, found, by=request.user)  # type: ignore[arg-type]  # signed in
    return finish(request, case, _("%(number)s is noted as used here.") % {"number": found.number})

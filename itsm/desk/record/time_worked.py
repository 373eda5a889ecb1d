"""The time worked on a case: a page, and a piece that the case's own page fetches when it is opened."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from itsm.desk.access import for_workers
from itsm.desk.record.answering import AskForm, answers_refusals, ask, case_of, finish
from itsm.flow import Choice, Input, Words
from itsm.flow.roles import ROLES
from itsm.records.refusals import NotAllowed, Objected
from itsm.tickets import time_worked as work
from itsm.tickets.finding import page_of
from itsm.tickets.models import WorkEntry
from itsm.tickets.work_models import MOST_MINUTES
from itsm.ui.answers import is_htmx
from itsm.ui.moments import span

ENTRY = (
    Input("minutes", Words("Minutes", "分鐘"), "number"),
    Input("worked_on", Words("Day", "日期"), "day"),
    Input("note", Words("Note", "說明"), "line", required=False),
)
BACK = (Input("reason", Words("Why does it not count?", "為何不計？"), "line"),)
#: How many entries the piece and the page list, the newest first.
FEW, MOST = 5, 500


@require_http_methods(["GET", "HEAD", "POST"])
@answers_refusals
@for_workers
def of_case(request: HttpRequest, number: str) -> HttpResponse:
    """Show the time worked with a form, for htmx the piece alone; or enter time."""
    person: Any = request.user
    case = _case(request, number)
    form = _form(request, case)
    if form.is_bound and form.is_valid():
        try:
            given = {name: value for name, value in form.given.items() if value is not None}
            entry = work.enter(case, by=person, at=timezone.now(), **given)
        except Objected as refusal:
            form.refuse(refusal)
        else:
            return finish(request, case, _("Entered: %(time)s.") % {"time": span(60 * entry.minutes)}, anchor="#time")
    context = _shown(request, case, most=FEW if is_htmx(request) else MOST) | {"form": form}
    template = "record/time_part.html" if is_htmx(request) else "record/time.html"
    return render(request, template, context, status=422 if form.is_bound else 200)


def _case(request: HttpRequest, number: str) -> Any:
    """Find the case.

    :raises NotAllowed: if the person may not read its internal notes
    """
    case = case_of(request, number, "team")
    if not case.shows_notes:
        raise NotAllowed
    return case


def _form(request: HttpRequest, case: Any) -> AskForm:
    """Make the form, with the roles to choose from where the person has several, the likeliest first."""
    person: Any = request.user
    roles = work.roles_of(case, person=person)
    choices = tuple(Choice(role, ROLES[role]) for role in roles)
    asked = (Input("role", Words("Role", "角色"), "choice", choices=choices),) if len(roles) > 1 else ()
    data = request.POST if request.method == "POST" else None
    form = AskForm(case, ENTRY[:2] + asked + ENTRY[2:], person, data, name="time")
    form.error_css_class = "wrong"  # type: ignore[attr-defined]  # Django reads it
    form.fields["minutes"].widget.attrs |= {"min": 1, "max": MOST_MINUTES, "inputmode": "numeric"}
    form.fields["note"].widget.attrs["maxlength"] = work.LONGEST
    form.fields["worked_on"].initial = timezone.localdate().isoformat()
    if asked:
        form.fields["role"].initial = roles[0]
    return form


def _shown(request: HttpRequest, case: Any, *, most: int) -> dict[str, Any]:
    person: Any = request.user
    rows = WorkEntry.objects.filter(ticket=case.pk).select_related("person", "entered_by", "taken_back_by")
    entries = list(rows.order_by("-worked_on", "-pk")[: most + 1])
    mine, sums = work.corrector(case, by=person), work.together(case)
    return {
        "record": case, "here": f"/t/{case.number}", "back": page_of(case), "together": sums,
        "seconds": 60 * sums.minutes, "unpriced": 60 * sums.unpriced, "more": len(entries) > most,
        "may_enter": work.may_enter(case, by=person), "alone": not is_htmx(request),
        "entries": [
            {"entry": one, "seconds": 60 * one.minutes, "may": one.taken_back_at is None and mine(one)} for one in entries[:most]
        ],
    }  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@answers_refusals
@for_workers
def take_back(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Ask why time that was entered does not count, or take it back."""
    person: Any = request.user
    case = _case(request, number)
    entry = get_object_or_404(WorkEntry.objects.select_related("person"), pk=pk, ticket=case.pk)
    if not work.corrector(case, by=person)(entry):
        raise NotAllowed
    form = AskForm(case, BACK, person, request.POST if request.method == "POST" else None, name="back")
    if form.is_bound and form.is_valid():
        try:
            work.take_back(case, entry, reason=form.given["reason"], by=person, at=timezone.now())
        except Objected as refusal:
            form.refuse(refusal)
        else:
            return finish(request, case, _("The time counts no longer."), anchor="#time")
    told = {"time": span(60 * entry.minutes), "name": entry.person.name, "day": entry.worked_on}
    intro = _("%(time)s of %(name)s on %(day)s") % told
    status = 422 if form.is_bound else 200
    return ask(request, case, form, title=_("Take time back"), button=_("Take back"), intro=intro, status=status)

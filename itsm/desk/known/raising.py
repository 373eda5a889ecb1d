"""Raising the problem behind an incident, with what is known already filled in."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from itsm.desk.record.answering import AskForm, answers_refusals, ask, case_of
from itsm.flow import Choice, Input, Words
from itsm.records import register
from itsm.records.refusals import NotAllowed, Objected
from itsm.records.roles import roles_on
from itsm.tickets.comments import NOTES
from itsm.tickets.earlier import TO_PROBLEM, sentence
from itsm.tickets.finding import page_of
from itsm.ui.answers import done
from problems.services import raise_problem

PROBLEM = (
    Input("title", Words("Subject", "主旨"), initial="title"),
    Input("description", Words("What repeats, and since when", "什麼情況重複發生、從何時開始"), "text", initial="description"),
    Input(
        "origin", Words("Origin", "來源"), "choice",
        choices=(
            Choice("trend", Words("It repeats", "重複發生")),
            Choice("proactive", Words("Found before it did harm", "主動發掘")),
            Choice("supplier", Words("The supplier told us", "供應者通知")),
            Choice("audit", Words("An audit found it", "稽核發現")),
        ),
    ),
)  # fmt: skip


@require_http_methods(["GET", "POST"])
@answers_refusals
def raise_from(request: HttpRequest, number: str) -> HttpResponse:
    """Ask what the problem is, or register it and return to the incident, which names it."""
    case = case_of(request, number)
    person: Any = request.user
    if case.kind != "incident":
        raise Http404(_("There is no case with this number."))
    if not roles_on(case, person=person) & (register.workers(case) | NOTES):
        raise NotAllowed
    form = AskForm(case, PROBLEM, person, request.POST if request.method == "POST" else None, name="problem")
    if form.is_bound and form.is_valid():
        try:
            made = raise_problem(case, by=person, **form.given)
            say = _("%(number)s is registered; the problem manager decides about it.") % {"number": made.number}
            return done(request, page_of(case), say=say)
        except Objected as refusal:
            form.refuse(refusal)
    title, status = _("Raise a problem"), 422 if form.is_bound else 200
    return ask(request, case, form, title=title, button=title, intro=_intro(case, person), status=status)


def _intro(case: Any, person: Any) -> str:
    """Say what a problem is, and which ones were raised from this incident already."""
    words = _("A problem is the cause behind one or more incidents; this incident goes on.")
    return f"{words} {sentence(case, TO_PROBLEM, person=person)}".strip()

"""Putting a workaround in place while the problem stands at a step that does not ask for one."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from itsm.desk.record.answering import AskForm, answers_refusals, ask, case_of, finish
from itsm.records.refusals import NotAllowed, Objected
from itsm.records.roles import roles_on
from problems.workarounds import ASKED, GIVERS, NAME, give_workaround


@require_http_methods(["GET", "POST"])
@answers_refusals
def give(request: HttpRequest, number: str) -> HttpResponse:
    """Ask for the workaround, or keep it and return to the problem."""
    case, person = case_of(request, number), request.user
    if case.kind != "problem":
        raise Http404(_("There is no case with this number."))
    if not roles_on(case, person=person) & GIVERS:  # type: ignore[arg-type]  # signed in
        raise NotAllowed
    form = AskForm(case, ASKED.inputs, person, request.POST if request.method == "POST" else None, name=NAME)
    if form.is_bound and form.is_valid() and _kept(form, case, person):
        return finish(request, case, _("The workaround stands at once on every open incident that is linked."))
    title, status = str(ASKED.label), 422 if form.is_bound else 200
    return ask(request, case, form, title=title, button=_("Save"), status=status)


def _kept(form: AskForm, case: Any, person: Any) -> bool:
    try:
        give_workaround(case, by=person, **form.given)
    except Objected as refusal:
        form.refuse(refusal)
        return False
    return True

"""Handing a case to a team and a person, or taking it oneself."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from itsm.desk.record.answering import AskForm, answers_refusals, ask, case_of, finish
from itsm.flow import Input, Words
from itsm.records.refusals import NotAllowed, Objected
from itsm.records.roles import roles_on
from itsm.tickets import assignments

INPUTS = (
    Input("team", Words("Team", "群組"), "team", required=False, initial="team"),
    Input("assignee", Words("Assignee", "承辦人"), "agent", required=False, initial="assignee"),
)


@require_POST
@answers_refusals
def take(request: HttpRequest, number: str) -> HttpResponse:
    """Assign the case to whoever asks."""
    case = case_of(request, number, "team")
    taken = assignments.take(case, by=request.user, version=_version(request))  # type: ignore[arg-type]  # signed in
    return finish(request, taken, _("%(number)s is yours now.") % {"number": taken.number})


@require_http_methods(["GET", "POST"])
@answers_refusals
def assign(request: HttpRequest, number: str) -> HttpResponse:
    """Choose the team and the person."""
    case = case_of(request, number, "team", "assignee")
    person: Any = request.user
    if not roles_on(case, person=person) & assignments.ASSIGNS:
        raise NotAllowed
    form = AskForm(case, INPUTS, person, request.POST if request.method == "POST" else None, name="assign")
    if form.is_bound and form.is_valid():
        try:
            made = assignments.assign(
                case, by=person, team=form.given["team"], assignee=form.given["assignee"], version=_version(request)
            )  # fmt: skip
        except Objected as refusal:
            form.refuse(refusal)
        else:
            whom = " · ".join(str(part) for part in (made.team, made.assignee) if part)
            return finish(request, made, _("Assigned to %(whom)s.") % {"whom": whom or _("nobody")})
    status = 422 if form.is_bound else 200
    return ask(request, case, form, title=_("Assign"), button=_("Assign"), status=status, version=case.version)


def _version(request: HttpRequest) -> int | None:
    version = request.POST.get("version", "")
    return int(version) if version.isdecimal() and len(version) < 10 else None

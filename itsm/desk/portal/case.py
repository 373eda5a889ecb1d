"""The page of a case for whoever asked for it: how it stands, who acts now, what was said, and what they can do."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from itsm.desk.portal.acts import Act, acts_of
from itsm.desk.portal.answers import answers_of
from itsm.desk.portal.cards import PROMISED
from itsm.desk.portal.said import RESULTS, said
from itsm.desk.portal.words import ANSWER, APPROVAL, CONFIRM, public_state, public_steps
from itsm.people.requests import PersonRequest
from itsm.records import register
from itsm.records.attachments import INLINE
from itsm.records.links import linked, linking
from itsm.records.models import LinkKind, Record
from itsm.records.roles import roles_on
from itsm.tickets.comments import ASKERS
from itsm.tickets.files import files_visible_to
from itsm.tickets.finding import find_case, page_of
from itsm.tickets.guards import reopens_until
from itsm.tickets.models import ApprovalRequest, Ticket
from itsm.ui.moments import moment_text
from sla.models import Clock

if TYPE_CHECKING:
    from itsm.people.models import Person

RELATED = ("requester", "requested_for", "service", "team", "hold_reason", "merged_into")
#: What a complaint may be about.
ABOUT = ("incident", "service_request")
MOST_FILES = 100


@require_safe
def case(request: PersonRequest, number: str) -> HttpResponse:
    """Show a case to whoever asked for it, or leads their unit; who works on it is led to the desk's page."""
    found = own_case(request, number)
    if found.is_worked and not is_own(found, request.user):
        return HttpResponseRedirect(page_of(found))
    return draw(request, found)


def own_case(request: PersonRequest, number: str) -> Any:
    """This will find the case.

    :raises Http404: if there is none, or the person may not know of it
    """
    return find_case(number, person=request.user, related=RELATED)


def is_own(case: Any, person: Person) -> bool:
    """This will tell whether ``person`` asked for the case or gets it."""
    return person.pk in (case.requester_id, case.requested_for_id)


def draw(
    request: PersonRequest, case: Any, *, status: int = 200, typed: dict[str, str] | None = None, wrong: dict[str, str] | None = None,
) -> HttpResponse:  # fmt: skip
    """This will draw the page; ``typed`` is what was written and not sent, ``wrong`` says why, both by act."""
    at, person = timezone.now(), request.user
    state = public_state(case)
    acts = acts_of(case, person=person, at=at)
    may_reply = case.is_open and bool(roles_on(case, person=person) & (register.workers(case) | ASKERS))
    shown = {act.code for act in acts} | ({"reply"} if may_reply else set())
    result = next((text for name in RESULTS if (text := getattr(case, name, ""))), "")
    context = {
        "case": case,
        "state": state,
        "steps": public_steps(state, is_open=case.is_open),
        "who": who_acts(case),
        "expected": expected(case, at=at),
        "said": said(case, shown=result if state.step >= 2 else ""),
        "files": _files(case, person),
        "acts": _with_typed(acts, typed or {}, wrong or {}),
        "may_reply": may_reply,
        "refused": [text for code, text in (wrong or {}).items() if code not in shown],
        "typed": typed or {},
        "wrong": wrong or {},
        "result": result,
        "may_complain": case.kind in ABOUT and is_own(case, person),
        "reopen_until": reopens_until(case.closed_at) if case.closed_at else None,
        "elsewhere": _elsewhere(case, person),
        "answers": answers_of(case),
    }
    return render(request, "portal/case.html", context, status=status)


def _with_typed(acts: list[Act], typed: dict[str, str], wrong: dict[str, str]) -> list[dict[str, Any]]:
    return [{"act": act, "typed": typed.get(act.code, ""), "wrong": wrong.get(act.code, "")} for act in acts]


def who_acts(case: Any) -> str:
    """This will say who has to do something now; empty when nobody has."""
    if not case.is_open:
        return ""
    state = public_state(case)
    if case.state == "awaiting_consent":
        return _("You: please say whether you agree with the answer.")
    if state is CONFIRM:
        return _("You: please say whether it works now.")
    if state is ANSWER:
        return _("You: please answer the question below.")
    if state is APPROVAL:
        asked = case.approvals.filter(decision=ApprovalRequest.Decision.OPEN).select_related("approver").first()
        return _("%(name)s decides whether it is approved.") % {"name": asked.approver.name} if asked else ""
    team = case.team.name if case.team else _("the service desk")
    words = _("%(team)s looks at it first.") if case.phase == "new" else _("%(team)s is working on it.")
    return words % {"team": team}


def expected(case: Any, *, at: datetime) -> str:
    """This will say when it should be done; empty when nothing is promised or it is done."""
    if not case.is_open:
        return ""
    clock = Clock.objects.agreed().filter(record=case.pk, metric__in=PROMISED).order_by("-cycle", "-pk").first()
    if clock is None:
        return ""
    if clock.state == Clock.State.PAUSED:
        return _("The time stands still while we wait.")
    if clock.state != Clock.State.RUNNING or clock.due_at is None:
        return ""
    if clock.due_at < at:
        return _("It takes longer than planned: it was expected by %(time)s.") % {"time": moment_text(clock.due_at)}
    return _("Expected by %(time)s") % {"time": moment_text(clock.due_at)}


def _files(case: Any, person: Person) -> list[dict[str, Any]]:
    rows = files_visible_to(person).filter(record=case.pk, is_internal=False).order_by("pk")[:MOST_FILES]
    return [
        {"name": row.name, "words": filesizeformat(row.size), "pk": row.pk, "shown": row.media_type in INLINE}
        for row in rows
    ]


def _elsewhere(case: Any, person: Person) -> list[dict[str, str]]:
    """Name the cases in which this one goes on, or from which it came, as far as the person may know of them."""
    far: list[Record] = [
        *linked(case, kind=LinkKind.RECLASSIFIED_TO).records, *linking(case, kind=LinkKind.RECLASSIFIED_TO).records
    ]  # fmt: skip
    wanted = {row.pk for row in far} | ({case.merged_into_id} if case.merged_into_id else set())
    rows = Ticket.objects.visible_to(person).filter(pk__in=wanted).order_by("pk") if wanted else []
    return [
        {"number": row.number, "title": row.title, "url": reverse("portal:case", args=[row.number])} for row in rows
    ]

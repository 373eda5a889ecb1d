"""The page of what waits for one's yes or no, and deciding."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from incidents.models import ServiceRequest
from itsm.desk.account.views import base_of
from itsm.desk.approvals.waiting import decided_by, waiting_for
from itsm.desk.record.answering import status_of
from itsm.people.requests import PersonRequest
from itsm.records.perform import offers, perform
from itsm.records.refusals import Objected, Refusal
from itsm.tickets.models import ApprovalRequest, Ticket
from itsm.ui.answers import done

if TYPE_CHECKING:
    from itsm.people.models import Person

MOVES = {"approve": "approve_request", "reject": "reject_request"}
MOST, MOST_DECIDED, LONGEST = 100, 50, 4000


@require_safe
def listing(request: PersonRequest) -> HttpResponse:
    """Show what waits, or what was decided."""
    return _draw(request)


@require_POST
def decide(request: PersonRequest, pk: int) -> HttpResponse:
    """Say yes or no; a no needs its reason."""
    move = MOVES.get(request.POST.get("choice", ""))
    asked = ApprovalRequest.objects.filter(pk__in=_known_to(request.user), pk=pk).first()
    if asked is None or move is None:
        raise Http404(_("This approval is not yours to decide."))
    reason = request.POST.get("reason", "").replace("\x00", "").strip()[:LONGEST]
    case = ServiceRequest.objects.get(pk=asked.ticket_id)
    try:
        perform(case, move, by=request.user, channel="portal", reason=reason)
    except Refusal as refusal:
        return _draw(request, wrong=asked.pk, typed=reason, said=_sentence(refusal), status=status_of(refusal))
    said = _("%(number)s is approved.") if move == "approve_request" else _("%(number)s is rejected.")
    return done(request, reverse("approvals:list"), say=said % {"number": case.number})


def _known_to(person: Person) -> set[int]:
    """Collect the approvals that the person decides now or was asked before: a second click says how it stands."""
    mine = waiting_for(person, at=timezone.now()).values_list("pk", flat=True)
    return {*mine, *decided_by(person).values_list("pk", flat=True)}


def _sentence(refusal: Refusal) -> str:
    if isinstance(refusal, Objected) and "reason" in refusal.fields:
        return _("Say why it is rejected: the requester reads it.")
    return " ".join(dict.fromkeys(refusal.reasons))


def _draw(
    request: PersonRequest, *, wrong: int = 0, typed: str = "", said: str = "", status: int = 200
) -> HttpResponse:
    person, at = request.user, timezone.now()
    tab = "decided" if request.GET.get("tab") == "decided" else "waiting"
    waiting = waiting_for(person, at=at)
    over = decided_by(person).select_related("ticket__requester", "approver", "decided_by")
    known = (
        set(Ticket.objects.visible_to(person).filter(pk__in=over.values("ticket")).values_list("pk", flat=True))
        if tab == "decided"
        else set()
    )
    context = {
        "base": base_of(request),
        "tab": tab,
        "tabs": _tabs(tab, waiting.count()),
        "rows": _rows(person, at) if tab == "waiting" else [],
        "decided": [(row, row.ticket_id in known) for row in over[:MOST_DECIDED]] if tab == "decided" else [],
        "wrong": wrong,
        "typed": typed,
        "said": said,
    }
    return render(request, "approvals/list.html", context, status=status)


def _tabs(tab: str, count: int) -> list[dict[str, Any]]:
    return [
        {"label": _("To approve"), "url": "?", "current": tab == "waiting", "count": count},
        {"label": _("Decided"), "url": "?tab=decided", "current": tab == "decided", "count": None},
    ]


def _rows(person: Person, at: datetime) -> list[dict[str, Any]]:
    """Lay out each case with why its buttons are closed, if they are."""
    asked = list(waiting_for(person, at=at).select_related("approver")[:MOST])
    related = ("requester__unit", "requested_for", "service", "request_item")
    cases = ServiceRequest.objects.select_related(*related).prefetch_related("approvals")
    found = cases.in_bulk([row.ticket_id for row in asked])
    return [_row(row, found[row.ticket_id], person, at) for row in asked if row.ticket_id in found]


def _row(asked: ApprovalRequest, case: Any, person: Person, at: datetime) -> dict[str, Any]:
    offered = {offer.name: offer for offer in offers(case, person=person, at=at)}
    offer = offered.get("approve_request")
    closed = offer.reason if offer else _("You cannot decide this now.")
    stands_in = asked.approver.name if asked.approver_id != person.pk else ""
    return {"asked": asked, "case": case, "closed": closed, "stands_in": stands_in}

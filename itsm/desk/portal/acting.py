"""Sending what the page of a case offers: a reply with files, or one of the acts."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from itsm.desk.portal.acts import MOVES, acts_of, inputs_of
from itsm.desk.portal.case import draw, is_own, own_case
from itsm.desk.portal.once import add_files
from itsm.desk.record.answering import status_of
from itsm.people.requests import PersonRequest
from itsm.records.perform import perform
from itsm.records.refusals import NotAllowed, Objected, Refusal
from itsm.tickets.comments import reply as write_reply
from itsm.ui.answers import done

LONGEST_REASON = 4000


@require_POST
def reply(request: PersonRequest, number: str) -> HttpResponse:
    """Write to those who work on it, with files."""
    case, body = own_case(request, number), request.POST.get("body", "")
    files = request.FILES.getlist("files")
    try:
        _only_own(case, request)
        if body.strip() or not files:
            write_reply(case, body=body, by=request.user, channel="portal")
    except Refusal as refusal:
        return _again(request, case, "reply", body, refusal)
    for sentence in add_files(case, files, by=request.user):
        messages.warning(request, sentence)
    return _back(request, case, _("Sent. We were told at once."), "#talk")


@require_POST
def act(request: PersonRequest, number: str, code: str) -> HttpResponse:
    """Confirm, refuse, withdraw or reopen."""
    case = own_case(request, number)
    move = MOVES.get(case.kind, {}).get(code)
    if move is None:
        raise Http404(_("There is no such step here."))
    reason = request.POST.get("reason", "").replace("\x00", "").strip()[:LONGEST_REASON]
    offered = {one.code: one for one in acts_of(case, person=request.user, at=timezone.now())}
    try:
        _only_own(case, request)
        perform(case, move, by=request.user, channel="portal", **inputs_of(code, reason=reason))
    except Refusal as refusal:
        return _again(request, case, code, reason, refusal)
    return _back(request, case, offered[code].said if code in offered else "")


def _only_own(case: Any, request: PersonRequest) -> None:
    if not is_own(case, request.user):
        raise NotAllowed


def _again(request: PersonRequest, case: Any, code: str, text: str, refusal: Refusal) -> HttpResponse:
    """Show the page as it is now, with what was typed and why it was not done."""
    said = list(dict.fromkeys(refusal.reasons))
    if isinstance(refusal, Objected) and "reason" in refusal.fields:
        said = [_("Please say why, in a few words.")]
    fresh = own_case(request, case.number)
    return draw(request, fresh, status=status_of(refusal), typed={code: text}, wrong={code: " ".join(said)})


def _back(request: PersonRequest, case: Any, said: str, anchor: str = "") -> HttpResponse:
    return done(request, reverse("portal:case", args=[case.number]) + anchor, say=said)

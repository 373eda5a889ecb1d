"""Writing on a case: replies, notes and drafts; nothing typed is lost, nothing is sent over a newer message."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from itsm.desk.record import drafts, shown
from itsm.desk.record.files import keep_all
from itsm.desk.record.page import render_page
from itsm.notices.audience import MENTION, MOST_MENTIONED, may_read
from itsm.people.models import Person
from itsm.records.refusals import NotAllowed, Objected, Refusal
from itsm.tickets import comments
from itsm.tickets.finding import glimpse, page_of
from itsm.tickets.models import Comment
from itsm.ui.answers import done, way_back

#: Transitions that a reply may lead on to.
NEXT = frozenset({"resolve", "fulfil", "hold"})


@require_POST
def reply(request: HttpRequest, number: str) -> HttpResponse:
    """Send a public reply, unless a newer message stands that its writer has not seen."""
    case = glimpse(number, person=request.user)  # type: ignore[arg-type]  # signed in
    newer = _unseen(case, request.POST.get("seen") or request.GET.get("seen", ""))
    if newer and not request.POST.get("anyway"):
        return _stopped(request, case, newer)
    return _write(request, case, kind=Comment.Kind.PUBLIC)


@require_POST
def note(request: HttpRequest, number: str) -> HttpResponse:
    """Keep an internal note."""
    return _write(request, glimpse(number, person=request.user), kind=Comment.Kind.INTERNAL)  # type: ignore[arg-type]  # signed in


@require_POST
def draft(request: HttpRequest, number: str) -> HttpResponse:
    """Keep what is being typed, for this person and case."""
    kind = Comment.Kind.INTERNAL if request.POST.get("kind") in ("note", "internal") else Comment.Kind.PUBLIC
    drafts.keep(
        glimpse(number, person=request.user),  # type: ignore[arg-type]  # signed in
        kind=kind,
        body=request.POST.get("body", ""),
        by=request.user,  # type: ignore[arg-type]  # signed in
        at=timezone.now(),
    )
    return HttpResponse(status=204)


def _write(request: HttpRequest, case: Any, *, kind: str) -> HttpResponse:
    person: Any = request.user
    body = request.POST.get("body", "")
    files = request.FILES.getlist("files")
    send = comments.reply if kind == Comment.Kind.PUBLIC else comments.note
    try:
        comment = send(case, body=body, by=person)
        keep_all(case, files, by=person, internal=kind == Comment.Kind.INTERNAL)
    except Refusal as refusal:
        return _again(request, case, kind, body, refusal)
    url = way_back(request, page_of(case))
    if (then := request.POST.get("then", "")) in NEXT:
        return done(request, f"/t/{case.number}/do/{then}?next={url}", say=_("Reply sent."))
    say = (
        _("Reply sent to %(name)s.") % {"name": case.requester.name}
        if kind == Comment.Kind.PUBLIC
        else _("Note saved.")
    )
    return done(
        request, f"{url}#m{comment.pk}", say=say, warn=_blind(case, body, internal=kind == Comment.Kind.INTERNAL)
    )


def _unseen(case: Any, seen: str) -> list[Comment]:
    """List public messages newer than the one that the writer has seen."""
    if not seen.isdecimal() or len(seen) > 18:
        return []
    return list(
        Comment.objects.public().filter(ticket=case.pk, pk__gt=int(seen)).select_related("author").order_by("pk")[:20]
    )


def _stopped(request: HttpRequest, case: Any, newer: list[Comment]) -> HttpResponse:
    """Show what came meanwhile, with the text kept, before it may be sent."""
    drafts.keep(case, kind=Comment.Kind.PUBLIC, body=request.POST.get("body", ""), by=request.user, at=timezone.now())  # type: ignore[arg-type]
    text = ngettext(
        "A message came while you wrote. Read it first; your text is kept.",
        "%(count)s messages came while you wrote. Read them first; your text is kept.",
        len(newer),
    )
    stop = {"text": text % {"count": len(newer)}, "newer": newer}
    return render_page(
        request, _whole(request, case), status=409, typed={"public": request.POST.get("body", "")}, stop=stop
    )


def _again(request: HttpRequest, case: Any, kind: str, body: str, refusal: Refusal) -> HttpResponse:
    """Show the page again with what was typed and why it was not taken."""
    whole = _whole(request, case)
    if not whole.is_worked:  # a requester's own page is the portal's, with a form of its own
        messages.error(request, " ".join(refusal.reasons))
        return redirect(page_of(case))
    status = 403 if isinstance(refusal, NotAllowed) else 422 if isinstance(refusal, Objected) else 409
    stop = {"text": " ".join(dict.fromkeys(refusal.reasons)), "newer": [], "kind": kind}
    return render_page(request, whole, status=status, typed={kind: body}, stop=stop)


def _whole(request: HttpRequest, case: Any) -> Any:
    return shown.load(case.number, person=request.user)  # type: ignore[arg-type]  # signed in


def _blind(case: Any, body: str, *, internal: bool) -> str:
    """Warn of people who are mentioned and may not read it; they are not told."""
    names = [name.rstrip(".") for name in MENTION.findall(body)][:MOST_MENTIONED]
    people = Person.objects.active().filter(username__in=names).order_by("name") if names else []
    blind = [person.name for person in people if not may_read(case, person, internal=internal)]
    return _("Not told, because they may not read it: %(names)s.") % {"names": ", ".join(blind)} if blind else ""

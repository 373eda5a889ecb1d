"""Replies and internal notes from a list: in the pane of the chosen case, or one text for several chosen cases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Max
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from itsm.desk.access import for_workers
from itsm.desk.queue import acts
from itsm.desk.queue.acts import Outcome, Pick, nothing_chosen, picks
from itsm.desk.queue.peeking import NEWER, newer, pane
from itsm.desk.record import drafts
from itsm.records.refusals import NotAllowed, Objected, Refusal
from itsm.tickets import comments
from itsm.tickets.finding import find_case
from itsm.tickets.models import Comment, Draft
from itsm.ui.answers import dialog, is_htmx, way_back

if TYPE_CHECKING:
    from itsm.people.models import Person


@dataclass(frozen=True)
class Letter:
    """One text for several cases: who writes it, for whom it is, and the newest message that the writer can have seen."""

    kind: str
    body: str
    seen: str
    by: Person


@require_http_methods(["GET", "HEAD", "POST"])
@for_workers
def write(request: HttpRequest) -> HttpResponse:
    """Open the composer of the chosen row in the pane (without JavaScript on its page); of several, write to all of them."""
    chosen = picks(request)
    if not chosen:
        return nothing_chosen(request)
    sent = request.POST if request.method == "POST" else request.GET
    focus = "note" if sent.get("focus") == "note" else "reply"
    if len(chosen) > 1 or request.method == "POST":
        return _to_many(request, chosen, focus)
    if is_htmx(request):
        return pane(request, chosen[0].number, focus=focus)
    return HttpResponseRedirect(reverse("desk:peek", args=[chosen[0].number]) + f"?focus={focus}")


def _to_many(request: HttpRequest, chosen: list[Pick], focus: str) -> HttpResponse:
    """Ask for the text, or put it on each chosen case; nothing done keeps the text in its field."""
    person: Any = request.user
    if request.method != "POST":
        return _ask(request, chosen, focus)
    kind = Comment.Kind.INTERNAL if focus == "note" else Comment.Kind.PUBLIC
    letter = Letter(kind, request.POST.get("body", ""), request.POST.get("seen", ""), person)
    try:
        comments.clean(letter.body)
    except Objected as refusal:
        return _ask(request, chosen, focus, wrong=" ".join(refusal.reasons))
    outcome = acts.each(chosen, lambda case, _version: _put(case, letter), person=person)
    if not outcome.done:
        return _ask(request, chosen, focus, refused=outcome.refused)
    return acts.answer(request, outcome, _said(outcome, focus))


def _put(case: Any, letter: Letter) -> None:
    """Write the text on one case under the rules of one; what else its writer had begun there stays a draft.

    :raises Refusal: if it may not be written there now; the text is kept as a draft
    """
    if letter.kind == Comment.Kind.PUBLIC and newer(case, letter.seen):
        _keep(case, letter)
        raise Objected(_(NEWER))
    begun = _begun(case, letter)
    try:
        (comments.note if letter.kind == Comment.Kind.INTERNAL else comments.reply)(
            case, body=letter.body, by=letter.by
        )
    except NotAllowed:
        raise
    except Refusal:
        _keep(case, letter)
        raise
    if begun.strip() != letter.body.strip():
        drafts.keep(case, kind=letter.kind, body=begun, by=letter.by, at=timezone.now())


def _begun(case: Any, letter: Letter) -> str:
    mine = Draft.objects.filter(ticket=case.pk, person=letter.by, kind=letter.kind)
    return mine.values_list("body", flat=True).first() or ""


def _keep(case: Any, letter: Letter) -> None:
    begun = _begun(case, letter)
    if letter.body.strip() not in begun:
        body = f"{begun}\n\n{letter.body}" if begun else letter.body
        drafts.keep(case, kind=letter.kind, body=body, by=letter.by, at=timezone.now())


def _said(outcome: Outcome, focus: str) -> str:
    count = len(outcome.done)
    if focus == "note":
        say = ngettext("Note saved on %(what)s.", "Note saved on %(count)s cases.", count)
    else:
        say = ngettext("Reply sent on %(what)s.", "Reply sent on %(count)s cases.", count)
    return say % {"what": "".join(outcome.done[:1]), "count": count}


def _ask(
    request: HttpRequest, chosen: list[Pick], focus: str, *, wrong: str = "", refused: dict[str, str] | None = None
) -> HttpResponse:
    """Show on which cases the text will stand, who will read it, and which cases will refuse it and why."""
    person: Any = request.user
    kind = Comment.Kind.INTERNAL if focus == "note" else Comment.Kind.PUBLIC
    open_now, closed = _judged(chosen, kind, person)
    sent = request.POST if request.method == "POST" else request.GET
    latest = Comment.objects.public().aggregate(latest=Max("pk"))["latest"] or 0
    title = _("Internal note on %(count)s cases") if focus == "note" else _("Reply to %(count)s cases")
    context = {
        "title": title % {"count": len(chosen)}, "focus": focus, "cases": open_now, "closed": refused or closed, "wrong": wrong,
        "was_refused": bool(refused), "picks": [acts.written(pick) for pick in chosen], "count": len(chosen),
        "body": sent.get("body", ""), "seen": sent.get("seen", "") or latest, "next": way_back(request, reverse("desk:home")),
        "htmx": is_htmx(request),
    }  # fmt: skip
    asked = dialog(request, "desk/write_many.html", context, status=422 if wrong or refused else 200)
    asked.headers["HX-Retarget"], asked.headers["HX-Reswap"] = "#dialogs", "innerHTML"
    return asked


def _judged(chosen: list[Pick], kind: str, person: Person) -> tuple[list[Any], dict[str, str]]:
    """Tell apart the cases on which the person may write, and those where not, each with its sentence."""
    open_now, closed = [], {}
    for pick in chosen:
        try:
            case = find_case(pick.number, person=person, related=("requester",))
        except Http404:
            closed[pick.number] = _("There is no case with this number.")
            continue
        if comments.allows(case, kind=kind, by=person):
            open_now.append(case)
        else:
            closed[pick.number] = str(NotAllowed())
    return open_now, closed

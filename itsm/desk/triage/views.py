"""The triage page: what nobody has judged yet on the left, the case in the middle, the decision on the right."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from itsm.desk.access import for_workers
from itsm.desk.queue.answers import tell
from itsm.desk.queue.counts import forget_counts
from itsm.desk.triage import panel as panels
from itsm.desk.triage.decisions import CHOICES, Decided, decide
from itsm.desk.triage.shown import next_after, page
from itsm.records.refusals import NotAllowed, Objected, Refusal
from itsm.tickets import merging
from itsm.tickets.finding import find_case
from itsm.tickets.models import Merge, Ticket
from itsm.ui.answers import done, is_htmx


@require_safe
@for_workers
def triage(request: HttpRequest) -> HttpResponse:
    """Show the list and the case that ``?sel=`` names, else the first."""
    person: Any = request.user
    context = page(
        person=person, number=request.GET.get("sel", "")[:32], at=timezone.now(), undo=request.GET.get("undo", "")
    )
    return render(request, "desk/triage_case.html" if is_htmx(request) else "desk/triage.html", context)


@require_POST
@for_workers
def judge(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """Carry out one decision; the next case opens by itself."""
    person: Any = request.user
    case = find_case(number, person=person, related=("requester",))
    made = panels.panel(
        case, next(choice for choice in CHOICES if choice.code == code), person=person, data=request.POST
    )
    now = timezone.now()
    following = next_after(case, person=person)
    given = panels.read(made, case, person=person)
    if given is None:
        return _again(request, case, made, 422)
    try:
        decided = decide(case, code, given, by=person, at=now)
    except Refusal as refusal:
        panels.lay(made, refusal)
        return _again(
            request,
            case,
            made,
            422 if isinstance(refusal, Objected) else 403 if isinstance(refusal, NotAllowed) else 409,
        )
    forget_counts(person)
    return _onward(request, decided, following)


def _onward(request: HttpRequest, decided: Decided, following: str) -> HttpResponse:
    """Open the next case and say what was decided, and whether there is a way back."""
    person: Any = request.user
    undo = str(decided.merge.pk) if decided.merge else ""
    sentence = (
        decided.sentence if undo else f"{decided.sentence} {_('There is no way back; the next step is on its page.')}"
    )
    if is_htmx(request):
        context = page(person=person, number=following, at=timezone.now(), undo=undo, focus=True)
        answer = tell(render(request, "desk/triage_panes.html", context), sentence)
        answer.headers["HX-Replace-Url"] = reverse("desk:triage") + (
            f"?sel={context['chosen']}" if context["chosen"] else ""
        )
        return answer
    query = "&".join(part for part in (f"sel={following}" if following else "", f"undo={undo}" if undo else "") if part)
    return done(request, f"{reverse('desk:triage')}?{query}", say=sentence)


def _again(request: HttpRequest, case: Any, made: Any, status: int) -> HttpResponse:
    """Show the page with the panel as it was sent and what is wrong with it."""
    person: Any = request.user
    context = page(person=person, number=case.number, at=timezone.now(), sent=made)
    return render(request, "desk/triage_panes.html" if is_htmx(request) else "desk/triage.html", context, status=status)


@require_POST
@for_workers
def undo_merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a case that was merged stand again."""
    person: Any = request.user
    row = get_object_or_404(Merge.objects.filter(loser__in=Ticket.objects.visible_to(person)), pk=pk)
    case = find_case(row.loser.number or "", person=person)
    try:
        merging.undo(Merge(pk=row.pk, loser=case, survivor=row.survivor), by=person)
    except Refusal as refusal:
        return done(request, reverse("desk:triage"), warn=" ".join(refusal.reasons))
    return done(
        request,
        f"{reverse('desk:triage')}?sel={case.number}",
        say=_("%(number)s stands by itself again.") % {"number": case.number},
    )

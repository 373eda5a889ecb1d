"""The preview by itself: a pane for htmx, a page without JavaScript."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST, require_safe

from itsm.desk.access import for_workers
from itsm.desk.queue.answers import tell
from itsm.desk.queue.preview import preview
from itsm.desk.record import drafts
from itsm.records.refusals import Refusal
from itsm.tickets import comments
from itsm.tickets.finding import find_case
from itsm.tickets.models import Comment
from itsm.ui.answers import done, is_htmx, way_back

QUEUES = "/desk/q/"
NEWER = gettext_noop("A newer message has come. Read it first; your text is kept.")


@require_safe
@for_workers
def peek(request: HttpRequest, number: str) -> HttpResponse:
    """Show the pane of one case; ``?focus=reply`` or ``note`` opens that composer."""
    wanted = request.GET.get("focus", "")
    return pane(request, number, focus=wanted if wanted in ("reply", "note") else "")


def pane(request: HttpRequest, number: str, *, status: int = 200, **more: Any) -> HttpResponse:
    """Draw the pane as fragment or page.

    :raises Http404: if there is no such case for this person
    """
    person: Any = request.user
    context = preview(number, person=person, at=timezone.now(), **more)
    if "missing" in context:
        raise Http404(_("There is no case with this number."))
    response = render(request, "desk/peek_pane.html" if is_htmx(request) else "desk/peek.html", context, status=status)
    patch_vary_headers(response, ("HX-Request",))
    if is_htmx(request) and (address := _address_with(request, number)):
        response.headers["HX-Replace-Url"] = address
    return response


def _address_with(request: HttpRequest, number: str) -> str:
    """Give the address of the queue from which htmx asks, with this case chosen; empty when it is no queue."""
    asking = urlsplit(request.headers.get("HX-Current-URL", ""))
    if not asking.path.startswith(QUEUES):
        return ""
    kept = [(name, value) for name, value in parse_qsl(asking.query) if name != "sel"]
    return f"{asking.path}?{urlencode([*kept, ('sel', number)])}"


@require_POST
@for_workers
def say(request: HttpRequest, number: str) -> HttpResponse:
    """Send a reply or keep a note from the pane; stopped when a newer message stands that its writer has not seen."""
    person: Any = request.user
    case = find_case(number, person=person, related=("requester",))
    internal = request.POST.get("kind") == "note"
    kind, body = Comment.Kind.INTERNAL if internal else Comment.Kind.PUBLIC, request.POST.get("body", "")
    if not internal and newer(case, request.POST.get("seen", "")):
        drafts.keep(case, kind=kind, body=body, by=person, at=timezone.now())
        return pane(
            request,
            number,
            status=409,
            typed={kind.value: body},
            stop=_(NEWER),
            focus="reply",
        )
    try:
        (comments.note if internal else comments.reply)(case, body=body, by=person)
    except Refusal as refusal:
        return pane(
            request,
            number,
            status=422,
            typed={kind.value: body},
            stop=" ".join(dict.fromkeys(refusal.reasons)),
            focus="note" if internal else "reply",
        )
    said = _("Note saved.") if internal else _("Reply sent to %(name)s.") % {"name": case.requester.name}
    if is_htmx(request):
        return tell(pane(request, number), said, rows=True)
    return done(request, way_back(request, f"/t/{number}/peek"), say=said)


def newer(case: Any, seen: str) -> bool:
    """Tell whether a public message stands that came after the one whose key was ``seen``."""
    if not (seen.isascii() and seen.isdecimal() and len(seen) <= 18):
        return False
    return bool(Comment.objects.public().filter(ticket=case.pk, pk__gt=int(seen)).exists())

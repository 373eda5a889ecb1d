"""Moving an item of an agenda from its page: by its two buttons, or dropped at a place."""

from __future__ import annotations

import json
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from changes import board_shown, ordering
from changes.models import Change
from itsm.records.refusals import MovedOn, NotAllowed, Refusal
from itsm.ui.answers import done, is_htmx, way_back

STEPS = {"up": -1, "down": 1}
#: What of the acts at a meeting moves an item.
WAYS = (*STEPS, "place")


def order(request: HttpRequest, meeting: Any, way: str) -> HttpResponse:
    """Move the item and say where it stands now; a script gets the agenda anew, with the focus at the item."""
    person: Any = request.user
    key, at = _number(request, "item"), timezone.now()
    try:
        placed = (
            ordering.shift(meeting, key, steps=STEPS[way], by=person, at=at)
            if way in STEPS
            else ordering.place(meeting, key, position=_number(request, "position"), by=person, at=at)
        )
    except Refusal as refusal:
        return _refused(request, meeting, refusal)
    said = _("%(item)s is item %(place)s of %(count)s now.") % {
        "item": _named(placed.item, person), "place": placed.position, "count": placed.of,
    }  # fmt: skip
    if not is_htmx(request):
        return done(request, f"{way_back(request, f'/cab/{meeting.number}/')}#cab-item-{key}", say=said)
    return _agenda(request, meeting, said=said, moved=key if way == "place" else None)


def _number(request: HttpRequest, name: str) -> int:
    given = request.POST.get(name, "")
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 19 else 0


def _named(item: Any, person: Any) -> str:
    """Give the number of the change, where the person may know of it."""
    number = Change.objects.visible_to(person).filter(pk=item.change_id).values_list("number", flat=True).first()
    return str(number or _("The item"))


def _refused(request: HttpRequest, meeting: Any, refusal: Refusal) -> HttpResponse:
    """Say why the item stays where it is.

    :raises PermissionDenied: without a script, to somebody who does not lead the meeting
    """
    said = " ".join(refusal.reasons)
    if not is_htmx(request):
        if isinstance(refusal, NotAllowed):
            raise PermissionDenied(said) from refusal
        return done(request, way_back(request, f"/cab/{meeting.number}/"), warn=said)
    status = 403 if isinstance(refusal, NotAllowed) else 409 if isinstance(refusal, MovedOn) else 422
    answer = _agenda(request, meeting, status=status)
    answer["HX-Trigger"] = json.dumps({"desk:toast": {"text": said, "tone": "danger"}})
    return answer


def _agenda(
    request: HttpRequest, meeting: Any, *, said: str = "", moved: int | None = None, status: int = 200
) -> HttpResponse:
    person: Any = request.user
    shown = board_shown.live(meeting, person=person, at=timezone.now(), query=request.GET)
    return render(request, "cab_meeting/ordered.html", shown | {"said": said, "moved": moved}, status=status)

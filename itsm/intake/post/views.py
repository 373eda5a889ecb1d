"""The page of mails that were held back: put on a supplier case, or discarded."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from itsm.intake.post import handling
from itsm.intake.post.models import InboundMail
from itsm.notices.access import only_for
from itsm.notices.views.post import is_administrator
from itsm.people.requests import PersonRequest
from itsm.records.clock import database_now, whole
from itsm.records.refusals import Objected
from itsm.ui.answers import done

PAGE = 25


@require_safe
@only_for(is_administrator)
def incoming(request: PersonRequest) -> HttpResponse:
    """Show the mails that are held back, each with why and how it begins, and what was put on cases lately."""
    held = InboundMail.objects.held_back().select_related("record")
    shown = [(mail, handling.beginning_of(mail)) for mail in held[:PAGE]]
    taken = (
        InboundMail.objects.filter(state=InboundMail.State.TAKEN)
        .select_related("record")
        .order_by("-decided_at", "-pk")
    )
    context = {"held": shown, "held_count": held.count(), "taken": list(taken[:PAGE])}
    return render(request, "intake/incoming.html", context)


@require_POST
@only_for(is_administrator)
def decide(request: PersonRequest, pk: int) -> HttpResponse:
    """Put one mail on the supplier case that was named, or discard it."""
    mail = get_object_or_404(InboundMail, pk=pk)
    at, back = whole(database_now()), reverse("intake:incoming")
    try:
        if request.POST.get("act") == "discard":
            handling.discard(mail, by=request.user, at=at)
            return done(request, back, say=_("The mail was discarded."))
        case = handling.accept(mail, number=request.POST.get("number", ""), by=request.user, at=at)
    except Objected as refusal:
        return done(request, back, warn=" ".join(refusal.reasons))
    return done(request, back, say=_("The mail stands on %(number)s.") % {"number": case.number})

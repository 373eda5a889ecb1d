"""The page of mails that were held back: put on a supplier case, or discarded."""

from __future__ import annotations

from collections.abc import Callable

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.html import format_html
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
    """Show the mails that are held back, each with why and how it begins, what was put on cases lately, and what was discarded."""
    held = InboundMail.objects.held_back().select_related("record")
    shown = [(mail, handling.beginning_of(mail)) for mail in held[:PAGE]]
    taken = (
        InboundMail.objects.filter(state=InboundMail.State.TAKEN)
        .select_related("record")
        .order_by("-decided_at", "-pk")
    )
    at = database_now()
    discarded = InboundMail.objects.discarded().select_related("record", "decided_by")
    page = Paginator(discarded, PAGE).get_page(request.GET.get("page", "1"))
    context = {
        "held": shown, "held_count": held.count(), "taken": list(taken[:PAGE]), "page": page,
        "discarded": [(mail, handling.beginning_of(mail), mail.can_be_taken_back(at=at)) for mail in page],
    }  # fmt: skip
    return render(request, "intake/incoming.html", context)


@require_POST
@only_for(is_administrator)
def decide(request: PersonRequest, pk: int) -> HttpResponse:
    """Put one mail on the supplier case that was named, discard it, or take that back."""
    mail = get_object_or_404(InboundMail, pk=pk)
    act = ACTS.get(request.POST.get("act", ""), _accept)
    try:
        say = act(request, mail)
    except Objected as refusal:
        return done(request, reverse("intake:incoming"), warn=" ".join(refusal.reasons))
    return done(request, reverse("intake:incoming"), say=say)


def _accept(request: PersonRequest, mail: InboundMail) -> str:
    number, at = request.POST.get("number", ""), whole(database_now())
    case = handling.accept(mail, number=number, by=request.user, at=at)
    return _("The mail stands on %(number)s.") % {"number": case.number}


def _discard(request: PersonRequest, mail: InboundMail) -> str:
    handling.discard(mail, by=request.user, at=whole(database_now()))
    way = f"{reverse('intake:incoming')}#mail-{mail.pk}"
    return format_html('{} <a href="{}">{}</a>', _("The mail was discarded."), way, _("Undo"))


def _take_back(request: PersonRequest, mail: InboundMail) -> str:
    handling.take_back(mail, at=whole(database_now()))
    return _("“%(subject)s” is held back again.") % {"subject": mail.subject or _("No subject")}


ACTS: dict[str, Callable[[PersonRequest, InboundMail], str]] = {"discard": _discard, "undo": _take_back}

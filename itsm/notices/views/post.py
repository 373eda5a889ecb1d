"""The post office: what could not be sent, and the demo's mailbox."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from itsm.notices import mailbox
from itsm.notices.access import base_of, only_for
from itsm.notices.delivery import revive
from itsm.notices.models import Outbox
from itsm.people.models import Person
from itsm.people.requests import PersonRequest
from itsm.ui.answers import done

PAGE = 50


def is_administrator(person: Person) -> bool:
    """Tell whether ``person`` may open the settings."""
    return bool(person.is_staff)


@require_GET
@only_for(is_administrator)
def outbox(request: PersonRequest) -> HttpResponse:
    """Show what was given up, and how much waits."""
    dead = list(Outbox.objects.dead().select_related("person", "record")[:PAGE])
    waiting = Outbox.objects.waiting().order_by("available_at", "pk")
    oldest = waiting.values_list("available_at", flat=True).first()
    context: dict[str, Any] = {
        "dead": dead, "dead_count": Outbox.objects.dead().count(), "waiting": waiting.count(), "oldest": oldest,
        "failing": waiting.exclude(last_error="").select_related("person", "record")[:20],
    }  # fmt: skip
    return render(request, "notices/outbox.html", context)


@require_POST
@only_for(is_administrator)
def retry(request: PersonRequest) -> HttpResponse:
    """Let chosen messages be tried again, or all that were given up."""
    chosen = [int(pk) for pk in request.POST.getlist("pick") if pk.isdecimal() and len(pk) < 19]
    rows = chosen or list(Outbox.objects.dead().values_list("pk", flat=True)[:10_000])
    revived = revive(rows, at=timezone.now())
    said = ngettext("%(count)s message is tried again.", "%(count)s messages are tried again.", revived) % {
        "count": revived
    }
    return done(request, reverse("notices:outbox"), say=said)


@require_GET
@only_for(mailbox.may_open)
def mails(request: PersonRequest) -> HttpResponse:
    """List the mails that would have been sent, newest first."""
    rows = mailbox.listed_for(request.user)
    if request.GET.get("after", "").isdecimal():
        rows = rows.filter(pk__lt=int(request.GET["after"][:18]))
    found = list(rows.order_by("-pk")[: PAGE + 1])
    page = {"shown": len(found[:PAGE]), "next": found[PAGE - 1].pk if len(found) > PAGE else "", "total": None}
    readable = set(
        mailbox.readable_by(request.user).filter(pk__in=[row.pk for row in found]).values_list("pk", flat=True)
    )
    context = {"rows": [(row, row.pk in readable) for row in found[:PAGE]], "page": page, "base": base_of(request.user)}
    return render(request, "notices/mailbox.html", context)


@require_GET
@only_for(mailbox.may_open)
def mail(request: PersonRequest, pk: int) -> HttpResponse:
    """Show one mail as its reader would see it."""
    row = get_object_or_404(mailbox.readable_by(request.user), pk=pk)
    return render(
        request,
        "notices/mail.html",
        {"row": row, "base": base_of(request.user), "title": row.subject or _("No subject")},
    )

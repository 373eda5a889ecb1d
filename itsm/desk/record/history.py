"""Every event of a case, as a page for people and as JSON for auditors."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from itsm.desk.record import heading
from itsm.records.models import Event
from itsm.records.refusals import NotAllowed
from itsm.tickets.lines import happening_of, line_of
from itsm.tickets.models import Comment

PAGE = 100
AUDITS = frozenset({"auditor", "incident_manager"})


@require_safe
def history(request: HttpRequest, number: str) -> HttpResponse:
    """Show the journal, the newest first, a hundred at a time; ``?format=json`` for those who audit."""
    person: Any = request.user
    case = heading.load(number, person=person)
    if not case.is_worked:
        raise Http404(_("There is no case with this number."))
    rows = Event.objects.filter(record=case.pk).select_related("actor", "on_behalf_of").order_by("-pk")
    if not case.shows_notes:
        rows = rows.filter(is_public=True)
    if request.GET.get("format") == "json":
        return as_json(case, rows, person=person)
    kind = request.GET.get("kind", "")
    if kind in Event.Kind.values:
        rows = rows.filter(kind=kind)
    before = request.GET.get("before", "")
    if before.isdecimal() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    found = list(rows[: PAGE + 1])
    context = heading.context(case, tab="history", at=timezone.now()) | {
        "lines": [line_of(happening_of(event), record=case, facts=case.shows_notes) for event in found[:PAGE]],
        "older": found[PAGE - 1].pk if len(found) > PAGE else None,
        "kinds": [{"value": value, "label": label, "current": value == kind} for value, label in Event.Kind.choices],
        "kind": kind,
        "audits": bool(person.role_codes & AUDITS) and case.shows_notes,
    }
    return render(request, "record/history.html", context)


def as_json(case: Any, rows: Any, *, person: Any) -> HttpResponse:
    """Give every event with all its facts, the oldest first.

    :raises NotAllowed: if ``person`` neither audits nor reads the notes of the case
    """
    if not (person.role_codes & AUDITS and case.shows_notes):
        return JsonResponse({"detail": str(NotAllowed())}, status=403)
    events = [
        {
            "id": event.pk, "at": event.at.isoformat(), "kind": event.kind, "name": event.name, "machine": event.machine,
            "from": event.source, "to": event.target, "by": event.actor.username if event.actor else None,
            "on_behalf_of": event.on_behalf_of.username if event.on_behalf_of else None, "channel": event.channel,
            "reason": event.reason, "facts": event.facts, "public": event.is_public, "imported": event.imported,
        }
        for event in rows.order_by("pk")
    ]  # fmt: skip
    comments = (
        Comment.objects.filter(ticket=case.pk).order_by("pk").values("id", "kind", "author__username", "at", "body")
    )
    answer = JsonResponse(
        {"number": case.number, "events": events, "comments": list(comments)},
        json_dumps_params={"ensure_ascii": False, "indent": 1},
    )
    answer["Content-Disposition"] = f'attachment; filename="{case.number}.json"'
    return answer

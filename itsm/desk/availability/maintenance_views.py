"""The maintenance plan: what comes, what was done and what was missed; noting that a turn is done."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from changes.windows_forms import Refusable
from itsm.desk.availability.forms import moment_field
from itsm.desk.availability.letting import for_those_who_may
from itsm.desk.availability.views import tabs
from itsm.records.clock import database_now
from itsm.records.refusals import NotAllowed, Objected
from itsm.tickets.models import Ticket
from itsm.ui.answers import done
from sla import maintenance
from sla.availability_kpis import maintenance_done
from sla.models import MaintenanceTurn

AHEAD, BACK, NEXT = timedelta(days=200), timedelta(days=200), 3
TONES = {
    "planned": ("new", "ring"),
    "done": ("done", "check"),
    "late": ("waiting", "clock"),
    "missed": ("danger", "bang"),
}
STATES = {
    "planned": pgettext_lazy("maintenance", "planned"), "done": gettext_lazy("done"), "late": gettext_lazy("done late"),
    "missed": pgettext_lazy("maintenance", "missed"),
}  # fmt: skip


class DoneForm(Refusable):
    """When it was done; how long the service was down."""

    started_at = moment_field(gettext_lazy("Begun"), required=True)
    ended_at = moment_field(gettext_lazy("Ended"), required=True)
    note = forms.CharField(label=gettext_lazy("Note"), max_length=500, required=False)


@require_safe
@for_those_who_may
def listing(request: HttpRequest) -> HttpResponse:
    """List every plan with its next turns, and the turns that were raised."""
    person, at = request.user, timezone.now()
    turns = MaintenanceTurn.objects.visible_to(person).select_related("service")  # type: ignore[arg-type]  # signed in
    rows = list(turns.planned_within(at - BACK, at + AHEAD).order_by("-starts_at", "-pk"))
    keys = [row.record_id for row in rows]
    seen = {case.pk: case for case in Ticket.objects.visible_to(person).filter(pk__in=keys)}  # type: ignore[arg-type]  # signed in
    context = {
        "plans": _plans(at), "turns": [_turn(row, seen) for row in rows], "tabs": tabs("maintenance"),
        "share": maintenance_done(start=at - BACK, end=at), "may_finish": bool(person.role_codes & maintenance.KEEPERS),  # type: ignore[union-attr]  # signed in
    }  # fmt: skip
    return render(request, "availability/maintenance.html", context)


def _plans(at: Any) -> list[dict[str, Any]]:
    today, made = timezone.localdate(at), []
    for plan in maintenance.plans_in_force(at=at):
        coming = [slot for slot in maintenance.slots(plan, start=today, end=today + AHEAD) if slot.starts_at > at]
        made.append({"plan": plan, "row": plan.row, "agreement": plan.row.edition.agreement, "next": coming[:NEXT]})
    return made


def _turn(row: MaintenanceTurn, seen: dict[int, Any]) -> dict[str, Any]:
    tone, glyph = TONES[row.state]
    return {
        "turn": row,
        "tone": tone,
        "glyph": glyph,
        "label": str(STATES[row.state]),
        "case": seen.get(row.record_id or 0),
    }


@require_http_methods(["GET", "POST"])
@for_those_who_may
def finish(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that a turn was done."""
    person: Any = request.user
    if not person.role_codes & maintenance.KEEPERS:
        raise NotAllowed
    turn = get_object_or_404(MaintenanceTurn.objects.visible_to(person).select_related("service"), pk=pk)
    initial = {"started_at": timezone.localtime(turn.starts_at), "ended_at": timezone.localtime(turn.ends_at)}
    form = DoneForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            maintenance.finish(turn, by=person, at=database_now(), **form.cleaned_data)
        except Objected as refusal:
            form.refuse(refusal)
        else:
            return done(request, reverse("availability:maintenance"), say=_("Done."))
    context = {
        "form": form,
        "title": f"{turn.service}: {turn.subject}",
        "back": reverse("availability:maintenance"),
        "tabs": tabs("maintenance"),
    }
    return render(request, "availability/form.html", context, status=422 if form.errors else 200)

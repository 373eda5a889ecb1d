"""The page of the register of actions, and noting an action of a complaint."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from itsm.records.refusals import Objected
from itsm.tickets.finding import page_of
from itsm.ui.answers import done
from relationships import action_register as register
from relationships.models import Complaint
from relationships.survey_forms import ActionForm
from relationships.survey_lists import PAGE, knows, only, tabs
from relationships.survey_models import ImprovementAction

SHOWN = ("open", "mine", "late", "ended")


@require_safe
@only(lambda person: person.is_worker)
def actions(request: HttpRequest) -> HttpResponse:
    """Show the actions that were decided, by how far they are; only one's own for who reads none."""
    return _page(request)


def _page(request: HttpRequest, *, wrong: dict[str, Any] | None = None, status: int = 200) -> HttpResponse:
    person: Any = request.user
    show = request.GET.get("show", "open")
    show = show if show in SHOWN else "open"
    today = timezone.localdate()
    rows = ImprovementAction.objects.visible_to(person).select_related("owner", "record")
    found = list(chosen(rows, show, person=person, today=today)[: 2 * PAGE])
    context = {
        "groups": _groups(found), "tabs": tabs(person, "actions") if knows(person) else [], "today": today, "show": show,
        "filters": _filters(show), "directs": register.directs(person), "wrong": wrong or {},
    }  # fmt: skip
    return render(request, "surveys/actions.html", context, status=status)


def chosen(rows: Any, show: str, *, person: Any, today: date) -> Any:
    """Narrow actions to those that are open, one's own, late, or ended, in the order in which they are read."""
    found = {
        "open": rows.open(), "mine": rows.open().filter(owner=person.pk), "late": rows.late(on=today),
        "ended": rows.filter(done_at__isnull=False),
    }  # fmt: skip
    return found[show].order_by("-done_at" if show == "ended" else "due_on", "pk")


def _groups(found: list[Any]) -> list[dict[str, Any]]:
    """Lay the actions out by their state, in the order in which they go on."""
    return [
        {"code": state.value, "label": state.label, "rows": rows}
        for state in ImprovementAction.State
        if (rows := [row for row in found if row.state == state])
    ]


def _filters(show: str) -> list[dict[str, Any]]:
    words = {"open": _("Open"), "mine": _("Mine"), "late": _("Late"), "ended": _("Ended")}
    return [{"label": words[code], "url": f"?show={code}", "current": code == show} for code in SHOWN]


@require_POST
@only(lambda person: person.is_worker)
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin an action, note that it is done, give it another date, or drop it."""
    person: Any = request.user
    found = get_object_or_404(ImprovementAction.objects.visible_to(person), pk=pk)
    try:
        say = _act(request, found.pk, person)
    except Objected as refusal:
        return _page(request, wrong={"pk": pk, "text": " ".join(refusal.reasons)}, status=422)
    return done(request, reverse("relationships:actions"), say=say)


def _act(request: HttpRequest, pk: int, person: Any) -> str:
    name, words, now = request.POST.get("act", "finish"), request.POST.get("result", ""), timezone.now()
    if name == "start":
        register.start(pk, by=person, at=now)
        return _("The action is under way.")
    if name == "drop":
        register.drop(pk, reason=words, by=person, at=now)
        return _("The action was dropped.")
    if name == "postpone":
        register.postpone(pk, due_on=_day(request.POST.get("due_on", "")), reason=words, by=person, at=now)
        return _("The action has another date.")
    register.finish(pk, result=words, evidence=request.POST.get("evidence", ""), by=person, at=now)
    return _("The action is done.")


def _day(text: str) -> Any:
    """Read a day; None where it is none."""
    try:
        return parse_date(text.strip()[:10])
    except ValueError:
        return None


@require_http_methods(["GET", "HEAD", "POST"])
@only(lambda person: person.is_worker)
def of_complaint(request: HttpRequest, number: str) -> HttpResponse:
    """Note an action that came of a complaint."""
    person: Any = request.user
    complaint = get_object_or_404(Complaint.objects.visible_to(person), number=number)
    form = ActionForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            register.agree(complaint, by=person, at=timezone.now(), **form.cleaned_data)
            return done(request, f"{page_of(complaint)}#actions", say=_("The action is noted."))
        except Objected as refusal:
            form.refuse(refusal)
    context = {"form": form, "title": _("Add an action"), "back": page_of(complaint)}
    return render(request, "suppliers/form.html", context, status=422 if form.errors else 200)

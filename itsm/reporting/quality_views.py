"""The pages of the quality of work, for those who look after it and nobody else."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from itsm.reporting import asked as asking
from itsm.reporting import names
from itsm.reporting import quality as of
from itsm.reporting.dashboards import quality as dashboard
from itsm.reporting.views import choices, file, read, rows_page
from itsm.ui import sheets

View = Callable[..., HttpResponse]


def refusal() -> str:
    """Say why somebody may not."""
    return _("The quality of agents' work is for those who lead them.")


def for_leads(view: View) -> View:
    """Let only those in who look after the work of others; everybody else is told so (403)."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        person: Any = request.user
        if not of.leads(person):
            raise PermissionDenied(refusal())
        return view(request, *args, **kwargs)

    return guarded


def look_of(request: HttpRequest) -> of.Look:
    """Read whose work is looked at, over which time."""
    person: Any = request.user
    return of.read(request.GET.dict(), read(request), person=person)


@require_safe
@for_leads
def quality(request: HttpRequest) -> HttpResponse:
    """Show complaints and survey answers about the cases of agents and teams, with what came back."""
    look = look_of(request)
    board = dashboard.board(look)
    form, wanted = request.GET.get("as", ""), request.GET.get("table", "")
    if form in sheets.MEDIA:
        return file(board, wanted, form, look.asked)
    context = {
        "board": board, "asked": look.asked, "look": look, "query": look.asked.query(agent=look.username),
        "periods": _periods(look), "services": choices(names.services()), "teams": choices(names.teams()),
        "priorities": asking.PRIORITIES, "reads_marks": of.reads_marks(look.person),
    }  # fmt: skip
    return render(request, "reporting/quality.html", context)


def _periods(look: of.Look) -> list[dict[str, Any]]:
    """Offer the usual periods of the same agent."""
    offered = asking.periods(look.asked)
    for one in offered:
        one["query"] = look.asked.over(one["since"], one["until"]).query(agent=look.username)
    return offered


@require_safe
@for_leads
def rows(request: HttpRequest, measure: str) -> HttpResponse:
    """List the rows behind a number of that page."""
    look = look_of(request)
    if measure not in of.MEASURES:
        raise Http404(_("There is no such figure."))
    if of.open_to(look.person, measure) != measure:
        raise PermissionDenied(_("What single people answered is for the relationship manager and auditors."))
    title = str(of.MEASURES[measure])
    context = {
        "title": f"{title} · {look.name}" if look.name else title, "file": f"agent-quality-{measure}",
        "back": reverse("reporting:quality") + look.asked.query(agent=look.username),
    }  # fmt: skip
    return rows_page(request, look.rows(measure), look.asked, context)

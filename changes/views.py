"""The list of changes, the board of owed forms, and reporting what nobody authorised."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from changes import far, ruling, scoring
from changes.flow import CHANGE
from changes.models import Change
from itsm.tickets.finding import page_of

PAGE, LONGEST = 50, 200
#: The changes that hold all words where their requester may read them.
HOLDING = "SELECT record_id FROM search_entry WHERE public_tsv @@ search_query(%s)"
OPEN = Q(phase__in=("new", "working", "waiting"))
VIEWS: dict[str, tuple[Any, Callable[[Any, datetime], Q]]] = {
    "open": (gettext_lazy("Open"), lambda person, at: OPEN),
    "mine": (gettext_lazy("Mine"), lambda person, at: OPEN & (Q(asked_by=person.pk) | Q(implementer=person.pk) | Q(assignee=person.pk))),
    "decide": (gettext_lazy("To decide"), lambda person, at: Q(
        state__in=("submitted", "assessing", "cab_review", "implementation_review", "emergency_authorization", "post_review"))),
    "scheduled": (gettext_lazy("Scheduled"), lambda person, at: Q(state="scheduled")),
    "running": (gettext_lazy("Being carried out"), lambda person, at: Q(state__in=("implementing", "emergency_implementing"))),
    "owed": (gettext_lazy("Forms owed"), lambda person, at: Q(state="retro_documentation")),
    "unauthorised": (gettext_lazy("Without authorisation"), lambda person, at: Q(is_unauthorised=True)),
    "done": (gettext_lazy("Closed"), lambda person, at: Q(phase="done")),
}  # fmt: skip


@require_safe
def changes(request: HttpRequest) -> HttpResponse:
    """List the changes that the person works on or oversees, the newest first, fifty at a time."""
    person = worker(request)
    at = timezone.now()
    view = request.GET.get("view", "open")
    view = view if view in VIEWS else "open"
    rows = Change.objects.worked_by(person).filter(VIEWS[view][1](person, at))
    rows = _chosen(rows, request).select_related("service", "implementer", "requester")
    rows = rows.order_by("window_start", "-pk") if view == "scheduled" else rows.order_by("-pk")
    found = list(rows[: PAGE + 1])
    crossing = far.answers.conflicts_of(found[:PAGE])
    context = {
        "rows": [_shown(row, crossing) for row in found[:PAGE]],
        "older": found[PAGE - 1].pk if len(found) > PAGE and view != "scheduled" else None,
        "more": len(found) > PAGE, "view": view, "at": at,
        "tabs": [
            {"label": label, "url": f"?view={code}", "current": code == view, "count": None}
            for code, (label, _rule) in VIEWS.items()
        ],
        "classes": Change.ChangeClass.choices, "chosen_class": request.GET.get("class", ""), "text": request.GET.get("q", ""),
        "may_rule": ruling.may_keep(person),
    }  # fmt: skip
    return render(request, "changes/list.html", context)


def _chosen(rows: Any, request: HttpRequest) -> Any:
    """Keep what the filters of the page ask for."""
    wanted = request.GET.get("class", "")
    if wanted in Change.ChangeClass.values:
        rows = rows.filter(change_class=wanted)
    text = request.GET.get("q", "").replace("\x00", " ").strip()[:LONGEST]
    if text:
        rows = rows.filter(pk__in=RawSQL(HOLDING, [text]))  # noqa: S611  # the words are a parameter
    before = request.GET.get("before", "")
    return rows.filter(pk__lt=int(before)) if before.isdecimal() and len(before) < 19 else rows


def _shown(change: Change, crossing: dict[int, int]) -> dict[str, Any]:
    return {
        "record": change,
        "url": page_of(change),
        "state": CHANGE.states[change.state],
        "band": scoring.band_words(max(change.risk_score or 0, change.agreed_risk or 0) or None),
        "conflicts": crossing.get(change.pk, 0),
    }


@require_safe
def debts(request: HttpRequest) -> HttpResponse:
    """Show who owes the forms of which emergency, the longest overdue first, and what was paid off lately."""
    person = worker(request)
    at = timezone.now()
    rows = Change.objects.worked_by(person).filter(change_class="emergency").exclude(forms_due_at=None)
    rows = rows.select_related("requester", "implementer", "service")
    owed = list(rows.filter(state="retro_documentation").order_by("forms_due_at", "pk")[:PAGE])
    paid = list(rows.exclude(state="retro_documentation").order_by("-forms_due_at", "-pk")[:10])
    context = {
        "owed": [_shown(row, {}) | {"late": row.forms_due_at < at} for row in owed],
        "paid": [_shown(row, {}) for row in paid],
        "late": sum(row.forms_due_at < at for row in owed),
        "at": at,
    }
    return render(request, "changes/debts.html", context)


def worker(request: HttpRequest) -> Any:
    """Give the person who asks, if these screens are for them.

    :raises PermissionDenied: if not
    """
    person: Any = request.user
    if not person.is_worker:
        raise PermissionDenied(_("These screens are for those who work cases. Your own cases are in the portal."))
    return person

"""The release board, the list of deployments, and drafting a release."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from itsm.flow import State
from itsm.records.roles import roles_on
from itsm.tickets.finding import page_of
from itsm.ui.answers import dialog, done, is_htmx
from releases import reading
from releases.deployment_flow import DEPLOYMENT
from releases.flow import RELEASE
from releases.forms import DraftForm
from releases.models import Deployment, Environment, Release
from releases.receive import draft_release

#: The columns of the board: words, and the states that stand in each.
COLUMNS = (
    (gettext_lazy("In planning"), ("draft", "requested")),
    (gettext_lazy("Build and test"), ("building",)),
    (gettext_lazy("In review"), ("implementation_review",)),
    (gettext_lazy("Approved"), ("approved",)),
    (gettext_lazy("Deploying"), ("deploying", "emergency_deploying")),
    (gettext_lazy("Forms owed"), ("retro_documentation",)),
    (gettext_lazy("Early life and review"), ("post_review",)),
    (gettext_lazy("Closed"), ("closed", "rejected", "cancelled")),
)
#: How many open ones the board shows, how many of those that are done, and how many rows a list has.
MOST, DONE, PAGE = 200, 12, 50
DRAFTERS = frozenset(
    {"release_requester", "release_manager", "release_implementer", "change_manager", "change_implementer"}
)


@dataclass(frozen=True)
class Shown:
    """A release as board and list show it."""

    record: Any
    url: str
    state: State
    changes: list[Any]
    gates: list[reading.Gate]
    may_move: bool

    @property
    def open_gates(self) -> int:
        """How many gates are open."""
        return sum(gate.is_open for gate in self.gates)

    @property
    def closed_gates(self) -> str:
        """What is missing, in words."""
        return " · ".join(gate.label for gate in self.gates if not gate.is_open)


@dataclass(frozen=True)
class Column:
    """A column of the board with the releases that stand in it."""

    words: Any
    states: tuple[str, ...]
    shown: list[Shown]


def _worker(request: HttpRequest) -> Any:
    person: Any = request.user
    if not person.is_worker:
        raise PermissionDenied(_("These screens are for those who work cases. Your own cases are in the portal."))
    return person


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Show releases in columns by state or as a list, with their gates, and which version runs where."""
    person = _worker(request)
    seen = Release.objects.worked_by(person).select_related("service", "implementer", "requester")
    counted = reading.with_counts(seen)
    rows = list(counted.exclude(phase="done").order_by("planned_at", "pk")[:MOST])
    rows += list(counted.filter(phase="done").order_by("-closed_at", "-pk")[:DONE])
    shown = _shown(rows, person)
    context = {
        "columns": [
            Column(words, states, [one for one in shown if one.record.state in states]) for words, states in COLUMNS
        ],
        "rows": shown, "as_list": request.GET.get("view") == "list", "matrix": reading.matrix(person=person),
        "environments": [label for _value, label in Environment.choices], "may_draft": may_draft(person), "at": timezone.now(),
        "any_moves": any(one.may_move for one in shown),
    }  # fmt: skip
    return render(request, "releases/board.html", context)


def _shown(rows: list[Any], person: Any) -> list[Shown]:
    changes = reading.changes_of(rows)
    found = []
    for row in rows:
        mine = changes.get(row.pk, [])
        ready = row.state not in reading.BEFORE or all(reading.authorised(change) for change in mine)
        gates = reading.gates(
            row, has_change=bool(mine), changes_ready=ready, contents=row.content_count, criteria=row.criterion_count,
            passed=row.passed_count,
        )  # fmt: skip
        found.append(Shown(row, page_of(row), RELEASE.states[row.state], mine, gates, may_move(row, person)))
    return found


def may_move(release: Any, person: Any) -> bool:
    """Tell whether a step from the release's state is ``person``'s to make, be it open or closed now; no statement for each."""
    roles = roles_on(release, person=person)
    return any(roles & set(row.roles) and not row.internal for row in RELEASE.leaving(release.state))


def may_draft(person: Any) -> bool:
    """Tell whether ``person`` may draft a release."""
    return bool(person.role_codes & DRAFTERS)


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Ask what the release is, or draft it and show it."""
    person = _worker(request)
    if not may_draft(person):
        raise PermissionDenied(_("Releases are drafted by those who plan or carry out changes and releases."))
    sent = request.POST if request.method == "POST" else None
    form = DraftForm(sent, person=person, initial={"changes": request.GET.get("change", "")[:40]})
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        made = draft_release(
            given["changes"], title=given["title"], description=given["description"], by=person, at=timezone.now()
        )
        return done(request, page_of(made), say=_("Release %(number)s is drafted.") % {"number": made.number})
    context = {
        "form": form, "title": _("New release"), "button": _("Draft it"), "action": request.path, "htmx": is_htmx(request),
        "back": reverse("releases:board"),
    }  # fmt: skip
    return dialog(request, "releases/ask.html", context, status=422 if form.is_bound else 200)


@require_safe
def deployments(request: HttpRequest) -> HttpResponse:
    """List deployments, those that are not finished first, fifty at a time."""
    person = _worker(request)
    rows = Deployment.objects.visible_to(person).select_related("release", "implementer")
    environment = request.GET.get("environment", "")
    if environment in Environment.values:
        rows = rows.filter(environment=environment)
    only_open = request.GET.get("open") == "1"
    if only_open:
        rows = rows.unfinished()
    before = request.GET.get("before", "")
    if before.isdecimal() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    found = list(rows.order_by("-pk")[: PAGE + 1])
    context = {
        "rows": [_deployment(row) for row in found[:PAGE]],
        "older": found[PAGE - 1].pk if len(found) > PAGE else None, "environments": Environment.choices, "environment": environment,
        "only_open": only_open,
    }  # fmt: skip
    return render(request, "releases/deployments.html", context)


def _deployment(row: Any) -> dict[str, Any]:
    return {
        "record": row,
        "url": page_of(row),
        "state": DEPLOYMENT.states[row.state],
        "release_url": page_of(row.release),
    }

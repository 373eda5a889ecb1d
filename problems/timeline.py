"""The time line of a problem, built from the journals of its incidents, and what its incidents have cost their users."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from itsm.records.models import Event
from itsm.tickets.finding import find_case, page_of
from itsm.tickets.lines import Line, happening_of, line_of
from itsm.tickets.models import Outage, Ticket
from problems.effects import incidents_of

if TYPE_CHECKING:
    from itsm.people.models import Person

#: What belongs to the story of an incident; clocks, watchers and files do not.
TOLD = (Event.Kind.OPENED, Event.Kind.MOVE, Event.Kind.OUTAGE, Event.Kind.OCCURRENCE, Event.Kind.LINKED)
MOST = 300
#: Losses are counted over so many days (domain 5.6).
PAIN_DAYS = 90


@dataclass(frozen=True)
class Entry:
    """One event of one of the records."""

    number: str
    url: str
    line: Line
    is_own: bool


def entries(problem: Any, *, person: Person) -> list[Entry]:
    """List the events of the problem and of its incidents that ``person`` may know of, from the first on.

    Reasons and details stand only where the person reads the notes of that case.
    """
    keys = [row.pk for row in incidents_of(problem)]
    cases = {
        case.pk: case
        for case in Ticket.objects.visible_to(person).with_rights(person).filter(pk__in=[*keys, problem.pk])
    }
    rows = Event.objects.filter(record__in=cases, kind__in=TOLD).select_related("actor", "on_behalf_of").in_order()
    return [_entry(event, cases[event.record_id], problem) for event in rows[:MOST]]


def _entry(event: Event, case: Any, problem: Any) -> Entry:
    line = line_of(happening_of(event), record=case, facts=case.shows_notes)
    return Entry(case.number, page_of(case), line, case.pk == problem.pk)


def pain(problem: Any, *, at: datetime) -> int:
    """Count the minutes that users lost by the outages of its incidents in the last 90 days, times users affected.

    An outage that does not say how many were affected counts for one user; one that lasts counts up to ``at``.
    """
    since = at - timedelta(days=PAIN_DAYS)
    keys = [row.pk for row in incidents_of(problem)]
    rows = Outage.objects.filter(ticket__in=keys, started_at__lt=at).exclude(kind=Outage.Kind.PLANNED)
    lost = 0.0
    for started, ended, users in rows.values_list("started_at", "ended_at", "affected_users"):
        stretch = min(ended or at, at) - max(started, since)
        lost += max(stretch.total_seconds(), 0) / 60 * (users or 1)
    return round(lost)


@require_safe
def timeline(request: HttpRequest, number: str) -> HttpResponse:
    """Show the time line of a problem to those who work on it or oversee it."""
    person: Any = request.user
    problem = find_case(number, person=person)
    if problem.kind != "problem" or not problem.is_worked:
        raise Http404(_("There is no case with this number."))
    context = {
        "record": problem, "url": page_of(problem), "entries": entries(problem, person=person),
        "pain": pain(problem, at=timezone.now()), "days": PAIN_DAYS,
    }  # fmt: skip
    return render(request, "problems/timeline.html", context)

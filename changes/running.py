"""The implementation plan as it is carried out: made for a phone at two in the morning, with the way back beside it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from changes import far, plan, services, tabs
from changes.models import Step
from itsm.people.models import Person
from itsm.records.perform import offers
from itsm.records.refusals import NotAllowed, Objected, Refusal
from itsm.records.roles import roles_on
from itsm.tickets.files import attach_file
from itsm.tickets.inputs import Unfit, read_instant
from itsm.ui.answers import done

#: The moves that the page offers, the way back last.
MOVES = ("start_implementation", "complete_implementation", "complete_emergency", "back_out")


@require_safe
def run(request: HttpRequest, number: str) -> HttpResponse:
    """Show the steps with plan against actual, and what may be done now."""
    change = tabs.load(number, person=request.user)  # type: ignore[arg-type]  # signed in
    return draw(request, change)


def draw(request: HttpRequest, change: Any, *, wrong: str = "", status: int = 200) -> HttpResponse:
    """Draw the page; ``wrong`` says what was not done and why."""
    person: Any = request.user
    at = timezone.now()
    roles = roles_on(change, person=person)
    offered = {offer.name: offer for offer in offers(change, person=person, at=at)}
    rows = list(change.steps.in_order().select_related("owner", "done_by", "evidence"))
    carries = change.state in plan.CARRIED_OUT_IN
    left = _left(change, at)
    context = tabs.head(change, tab="run", at=at) | {
        "steps": _timed([row for row in rows if row.path == "plan"], change, person, roles, carries),
        "back": _timed([row for row in rows if row.path == "back"], change, person, roles, carries),
        "moves": [offered[name] for name in MOVES if name in offered and name != "back_out"],
        "back_out": offered.get("back_out"), "left": left, "over": -(left or 0), "carries": carries, "wrong": wrong,
        "writes": bool(roles & plan.WRITERS) and change.state in plan.WRITTEN_IN,
        "keeps": change.state == "scheduled" and bool(roles & plan.WRITERS) and not far.answers.baseline(change),
        "extends": "change_manager" in roles and change.state in ("scheduled", "implementing"),
        "kinds": Step.Kind.choices, "paths": Step.Path.choices,
        "planned": sum(row.planned_minutes for row in rows if row.path == "plan"),
        "done": sum(row.state in ("done", "skipped") for row in rows if row.path == "plan"),
    }  # fmt: skip
    return render(request, "changes/run.html", context, status=status)


def _timed(rows: list[Step], change: Any, person: Person, roles: frozenset[str], carries: bool) -> list[dict[str, Any]]:
    """Give each step with when it is planned to begin, counted from the window (or from when the work began)."""
    begins = change.actual_start or change.window_start
    made = []
    for row in rows:
        acts = (
            plan.NEXT.get(row.state, ()) if carries and ("change_implementer" in roles or row.owner == person) else ()
        )
        made.append({"step": row, "planned_at": begins, "acts": acts, "current": row.state == "running"})
        begins = begins + timedelta(minutes=row.planned_minutes) if begins else None
    return made


def _left(change: Any, at: datetime) -> int | None:
    """Give the seconds that are left of the window; negative when it is over."""
    return round((change.window_end - at).total_seconds()) if change.window_end and change.is_open else None


@require_POST
def mark(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Say what became of a step, with what shows it."""
    person: Any = request.user
    change = tabs.load(number, person=person)
    step = get_object_or_404(Step, pk=pk, change=change)
    try:
        evidence = _evidence(request, change, person)
        made = plan.mark(
            step, state=request.POST.get("state", ""), by=person, note=request.POST.get("note", ""), evidence=evidence,
            done_at=_moment(request.POST.get("done_at", ""), person),
        )  # fmt: skip
    except Refusal as refusal:
        return draw(request, change, wrong=_words(refusal), status=403 if isinstance(refusal, NotAllowed) else 422)
    say = _("Step %(place)s: %(state)s.") % {"place": made.place, "state": made.get_state_display()}
    return done(request, f"{_here(number)}#step-{_next_of(made)}", say=say)


def _next_of(step: Step) -> int:
    """Give the step to go on with: the same while it runs, else the next of its path."""
    if step.state == Step.State.RUNNING:
        return step.pk
    following = Step.objects.filter(change=step.change_id, path=step.path, place__gt=step.place).in_order().first()
    return following.pk if following else step.pk


def _evidence(request: HttpRequest, change: Any, person: Person) -> Any:
    file = request.FILES.get("evidence")
    return attach_file(change, name=file.name or "", pieces=file.chunks(), by=person, internal=True) if file else None


def _moment(text: str, person: Person) -> datetime | None:
    """Read when a step was done that is written down later; what cannot be read counts as now."""
    try:
        return read_instant(text, zone=person.time_zone) if text else None
    except Unfit:
        return None


@require_POST
def add(request: HttpRequest, number: str) -> HttpResponse:
    """Write one more step."""
    person: Any = request.user
    change = tabs.load(number, person=person)
    minutes = request.POST.get("minutes", "")
    try:
        if not (minutes.isascii() and minutes.isdecimal() and int(minutes) <= 10_000):
            raise Objected(_("Write a whole number from 0 to %(most)s.") % {"most": 10_000})
        plan.add(
            change, title=request.POST.get("title", ""), by=person, path=_one_of(request, "path", Step.Path.values),
            kind=_one_of(request, "kind", Step.Kind.values), detail=request.POST.get("detail", ""), minutes=int(minutes),
            owner=change.implementer,
        )  # fmt: skip
    except Refusal as refusal:
        return draw(request, change, wrong=_words(refusal), status=403 if isinstance(refusal, NotAllowed) else 422)
    return done(request, f"{_here(number)}#write", say=_("The step was added."))


def _one_of(request: HttpRequest, name: str, values: list[str]) -> str:
    wanted = request.POST.get(name, "")
    return wanted if wanted in values else values[0]


@require_POST
def remove(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Take a step out of the plan."""
    person: Any = request.user
    change = tabs.load(number, person=person)
    step = get_object_or_404(Step, pk=pk, change=change)
    try:
        plan.remove(step, by=person)
    except Refusal as refusal:
        return draw(request, change, wrong=_words(refusal), status=403 if isinstance(refusal, NotAllowed) else 422)
    return done(request, _here(number), say=_("The step was taken out."))


@require_POST
def baseline(request: HttpRequest, number: str) -> HttpResponse:
    """Keep how the affected items are."""
    person: Any = request.user
    change = tabs.load(number, person=person)
    try:
        services.take_baseline(change, by=person)
    except Refusal as refusal:
        return draw(request, change, wrong=_words(refusal), status=403 if isinstance(refusal, NotAllowed) else 422)
    return done(request, _here(number), say=_("The baseline was taken."))


@require_POST
def extend(request: HttpRequest, number: str) -> HttpResponse:
    """Let the change take longer."""
    person: Any = request.user
    change = tabs.load(number, person=person)
    try:
        until = read_instant(request.POST.get("until", ""), zone=person.time_zone)
        services.extend(change, until=until, reason=request.POST.get("reason", ""), by=person)
    except (Refusal, Unfit) as fault:
        return draw(request, change, wrong=_words(fault), status=403 if isinstance(fault, NotAllowed) else 422)
    return done(request, _here(number), say=_("The window was extended."))


def _words(fault: Exception) -> str:
    if isinstance(fault, Objected):
        return " ".join(dict.fromkeys([*map(str, fault.reasons), *map(str, fault.fields.values())]))
    return str(fault)


def _here(number: str) -> str:
    return reverse("changes:run", args=[number])

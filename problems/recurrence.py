"""What incidents and their problems do to each other: they come back, wait and go on, and use known errors."""

from __future__ import annotations

from typing import Any

from django.db.models import F

from itsm.flow import Move
from itsm.notices.outbox import is_quiet, put_many
from itsm.notices.tell import Telling
from itsm.records import journal
from itsm.records import register as registered
from itsm.records.links import link, linked
from itsm.records.models import Event, LinkKind
from itsm.records.perform import perform
from problems.effects import incidents_of
from problems.guards import RAISED
from problems.matching import match
from problems.models import KnownError, Problem
from problems.telling import managers


def register() -> None:
    """Register the steps."""
    from itsm.records.register import steps

    for step in (note_recurrence, count_use, wake):
        if step not in steps.journaled:
            steps.journaled.append(step)


def note_recurrence(record: Any, move: Move, event: Event) -> None:
    """Link a newly classified incident with the observed problems that it matches, and tell their people.

    The link keeps the problem from closing; its owner decides whether the solution failed.
    """
    if record.kind != "incident" or event.name != "classify" or record.service_id is None or event.imported:
        return
    known = {row.pk for kind in RAISED for row in linked(record, kind=kind).records}
    observed = Problem.objects.filter(state="result_review", service=record.service_id, observed_from__lte=move.at)
    for problem in observed.exclude(pk__in=known).order_by("pk")[:50]:
        if match(
            title=record.title, component=record.component, of_title=problem.title, of_component=problem.causal_component,
        ):  # fmt: skip
            _recur(record, problem, move)


def _recur(incident: Any, problem: Problem, move: Move) -> None:
    link(incident, problem, kind=LinkKind.ESCALATED_TO_PROBLEM, by=None, at=move.at, auto=True)
    own = Move("recurred", None, move.at, "system")
    facts = {"problem": problem.number, "incident": incident.number}
    journal.write(incident, kind=Event.Kind.LINKED, name="recurred", move=own, **facts)
    event = journal.write(problem, kind=Event.Kind.LINKED, name="link", move=own, other=incident.number, **facts)
    if not is_quiet():
        telling = Telling(problem, own, event)
        telling.to(managers(beside=[problem.assignee_id]), "problem_recurred", "reminder", incident=incident.number)
        put_many(telling.notices)


def count_use(record: Any, move: Move, event: Event) -> None:
    """Count the known errors that were used on an incident when it is resolved."""
    if record.kind != "incident" or event.name != "resolve":
        return
    keys = [row.pk for row in linked(record, kind=LinkKind.HAS_KNOWN_ERROR).records]
    if keys:
        KnownError.objects.filter(pk__in=keys).update(use_count=F("use_count") + 1, last_used_at=move.at)


def wake(record: Any, move: Move, event: Event) -> None:
    """Let the incidents go on that waited for a problem which has ended."""
    if record.kind != "problem" or event.name not in ("close", "reject_problem", "withdraw") or event.imported:
        return
    keys = [row.pk for row in incidents_of(record)]
    waiting = registered.process("incident").model.objects.filter(
        pk__in=keys, state="on_hold", hold_reason__code="awaiting_problem"
    )
    for case in waiting.order_by("pk"):
        perform(case, "resume", by=None, at=move.at, channel="system")

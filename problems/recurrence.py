"""Incidents that come back while the solution of their problem is observed; and how often a known error is used."""

from __future__ import annotations

from typing import Any

from django.db.models import F

from itsm.flow import Move
from itsm.notices.outbox import is_quiet, put_many
from itsm.notices.tell import Telling
from itsm.records import journal
from itsm.records.links import link, linked
from itsm.records.models import Event, LinkKind
from problems.guards import RAISED
from problems.matching import match
from problems.models import KnownError, Problem
from problems.telling import managers


def register() -> None:
    """Register the steps."""
    from itsm.records.register import steps

    for step in (note_recurrence, count_use):
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

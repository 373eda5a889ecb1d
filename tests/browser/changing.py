"""A change for the pages to show: carried out now, and a draft."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from catalogue.models import Service
from changes import plan, services, sparing
from changes.asks import QUESTIONS
from changes.models import Change, StandardTemplate
from configuration.models import ConfigurationItem
from itsm.people.models import Person
from itsm.records.perform import perform

TEXTS = ("resources", *(f"{name}_assessment" for name in ("security", "capacity", "availability", "continuity", "sla")))


def changed(asker: Person, manager: Person, implementer: Person, service: Service) -> tuple[Any, Any]:
    """Lead a change into its work with one step done, and draft another; a template waits for approval."""
    now = timezone.now().replace(microsecond=0)
    window: dict[str, Any] = {"window_start": now - timedelta(minutes=5), "window_end": now + timedelta(hours=2)}
    rfc: dict[str, Any] = {
        "reason_kind": "fix", "justification": "Full pool", "impact_text": "Five minutes", "plan": "Back up (5)\nRaise (10)",
        "test_plan": "Load", "backout_plan": "Put back (3)", "communication_plan": "Notice", "no_ci_reason": "A parameter",
        "expected_downtime_min": 5, **window,
    }  # fmt: skip
    made = services.draft(title="加大連線池", by=asker, description="50 改為 100", service=service)
    made = perform(made, "submit", by=asker, **rfc)
    made = perform(made, "begin_assessment", by=manager, assessor=asker)
    answers: dict[str, Any] = dict.fromkeys(QUESTIONS, "1") | dict.fromkeys(TEXTS, "None") | {"impact_text": "Low"}
    made = perform(made, "classify_minor", by=manager, **answers)
    made = perform(
        made, "approve_implementation", by=manager, implementer=implementer, test_result="Passed", communication_plan="Notice",
        backout_plan="Put back (3)", **window,
    )  # fmt: skip
    made = perform(made, "start_implementation", by=implementer, actual_start=now)
    plan.mark(made.steps.get(path="plan", place=1), state="done", by=implementer, note="Backed up")
    StandardTemplate.objects.create(
        code="pool", name="Raise the pool", steps="Back up (5)", backout_plan="Put back", max_minutes=60, proposed_by=asker,
        proposed_at=now,
    )  # fmt: skip
    return made, services.draft(title="Another", by=asker, service=service)


def spared(draft: str, *, by: Person, named: str, reached: str) -> None:
    """Let the draft affect one item, and say of another, which the walk of its impact finds, that it is not affected."""
    change, items = (
        Change.objects.get(number=draft),
        ConfigurationItem.objects.in_bulk([named, reached], field_name="number"),
    )
    services.set_scope(change, by=by, items=[items[named]])
    sparing.spare(change, items[reached], reason="切換至備援主機後施工", by=by)

"""The facts of a change after it was carried out: plan against actual, downtime, incidents; and the review of them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from changes import causes, outages
from changes.models import Step
from itsm.records.links import linking
from itsm.records.models import LinkKind
from itsm.tickets.finding import page_of
from itsm.tickets.models import Ticket

if TYPE_CHECKING:
    from itsm.people.models import Person

MOST = 30


def facts(change: Any, *, at: datetime) -> dict[str, Any]:
    """Count what the plan said and what was, in minutes; None where there is nothing to compare."""
    steps = [step for step in change.steps.in_order() if step.path == Step.Path.PLAN]
    done = [step for step in steps if step.actual_minutes is not None]
    return {
        "planned_start": change.window_start, "planned_end": change.window_end, "started": change.actual_start,
        "ended": change.actual_end, "planned_minutes": _minutes(change.window_start, change.window_end),
        "minutes": _minutes(change.actual_start, change.actual_end),
        "in_window": in_window(change),
        "steps": len(steps), "steps_done": sum(step.state == "done" for step in steps),
        "steps_failed": sum(step.state == "failed" for step in steps),
        "steps_planned": sum(step.planned_minutes for step in done), "steps_took": sum(step.actual_minutes or 0 for step in done),
        "downtime_expected": change.expected_downtime_min, "downtime": outages.downtime(change),
        "open_until": change.actual_end + causes.WITHIN if change.actual_end else None,
        "watching": bool(change.actual_end and at < change.actual_end + causes.WITHIN),
    }  # fmt: skip


def in_window(change: Any) -> bool | None:
    """Tell whether the work lay inside its window; None while that is not known."""
    if not all((change.actual_start, change.actual_end, change.window_start, change.window_end)):
        return None
    return bool(change.window_start <= change.actual_start and change.actual_end <= change.window_end)


def _minutes(start: datetime | None, end: datetime | None) -> int | None:
    return round((end - start).total_seconds() / 60) if start and end else None


def incidents(change: Any, *, person: Person) -> dict[str, list[dict[str, Any]]]:
    """List the incidents that it caused, and those near enough to ask; only what ``person`` may know of."""
    keys = [row.pk for row in linking(change, kind=LinkKind.CAUSED_BY_CHANGE).records]
    seen = Ticket.objects.visible_to(person).select_related("service").order_by("received_at", "pk")
    near = causes.near(change)
    return {
        "caused": [_shown(row) for row in seen.filter(pk__in=keys)[:MOST]],
        "near": [_shown(row) for row in seen.filter(near).exclude(pk__in=keys)[:MOST]] if near is not None else [],
    }


def _shown(case: Any) -> dict[str, Any]:
    from itsm.records import register

    return {"case": case, "url": page_of(case), "state": register.process_of(case).flow.states[case.state]}


def proposed(change: Any, counted: dict[str, Any], found: dict[str, list[dict[str, Any]]]) -> dict[str, str]:
    """Say in words what the facts say, as a first text of the review."""
    numbers = ", ".join(row["case"].number for row in found["caused"])
    said = {"pir_incidents": numbers or _("None within 72 hours.")}
    expected = counted["downtime_expected"] or 0
    said["pir_sla"] = _("Downtime %(minutes)s of %(expected)s planned minutes.") % {
        "minutes": counted["downtime"], "expected": expected,
    }  # fmt: skip
    return said

"""The clocks of an incident through its life."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from itsm.people.models import Person
from itsm.records.perform import perform
from itsm.tickets.models import HoldReason
from sla.models import Clock
from tests.fixtures import MONDAY

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def clock(record: Any, metric: str, cycle: int = 1) -> Clock:
    return Clock.objects.get(record=record.pk, metric=metric, cycle=cycle)


def test_a_report_starts_the_response_and_a_provisional_resolution(outage: Any) -> None:
    response, resolution = clock(outage, "response"), clock(outage, "resolution")

    assert (response.state, response.target_seconds) == ("running", 2 * 3600)
    assert response.due_at == MONDAY + 2 * HOUR
    assert (resolution.target_seconds, resolution.terms["why"]["rule"]) == (16 * 3600, "ungraded")
    assert (outage.due_at, outage.due_metric, outage.clock_state) == (response.due_at, "response", "running")


def test_grading_retargets_from_the_original_start_and_answers(outage: Any, grade: Any) -> None:
    incident = grade(outage, at=MONDAY + timedelta(minutes=20), impact="1", urgency="1")

    response, resolution = clock(incident, "response"), clock(incident, "resolution")
    assert (response.state, response.breached_at, response.elapsed_seconds) == (
        "missed",
        MONDAY + timedelta(minutes=15),
        1200,
    )
    assert response.breach_reason == "classify"
    assert (resolution.due_at, resolution.terms["calendar"]["code"]) == (MONDAY + 4 * HOUR, "always")
    assert clock(incident, "update").due_at == MONDAY + timedelta(minutes=50)
    assert (incident.due_at, incident.due_metric) == (MONDAY + 4 * HOUR, "resolution")


def test_holding_pauses_resolution_and_moves_its_due_time(outage: Any, grade: Any, agent: Person) -> None:
    incident = grade(outage, at=MONDAY)
    incident = perform(incident, "assign_first_line", by=agent, at=MONDAY, assignee=agent)
    why = HoldReason.objects.get(code="appointment")
    incident = perform(
        incident, "hold", by=agent, at=MONDAY + 5 * HOUR, hold_reason=why, follow_up_at=MONDAY + 25 * HOUR
    )
    assert (incident.clock_state, incident.due_at, clock(incident, "resolution").next_fire_at) == ("paused", None, None)

    incident = perform(incident, "resume", by=agent, at=MONDAY + 25 * HOUR)

    resolution = clock(incident, "resolution")
    assert resolution.paused_seconds == 5 * 3600
    assert resolution.due_at == datetime.fromisoformat("2026-11-25T08:00:00Z")
    assert (incident.due_at, incident.clock_state) == (resolution.due_at, "running")


def test_time_between_resolved_and_refused_is_not_charged(
    outage: Any, grade: Any, agent: Person, requester: Person
) -> None:
    incident = grade(outage, at=MONDAY)
    incident = perform(incident, "assign_first_line", by=agent, at=MONDAY, assignee=agent)
    incident = perform(incident, "resolve", by=agent, at=MONDAY + HOUR, resolution_code="fixed", resolution_note="ok")
    assert incident.clock_state == "soft"
    incident = perform(incident, "reject_resolution", by=requester, at=MONDAY + 24 * HOUR, reason="仍無法登入")
    incident = perform(
        incident, "resolve", by=agent, at=MONDAY + 25 * HOUR, resolution_code="fixed", resolution_note="ok"
    )
    incident = perform(incident, "confirm_resolution", by=requester, at=MONDAY + 26 * HOUR, confirmation="portal")

    resolution = clock(incident, "resolution")
    assert (resolution.state, resolution.elapsed_seconds, incident.clock_state) == ("met", 2 * 3600, "met")

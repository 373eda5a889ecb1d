"""Grading a case: impact and urgency give its priority."""

from __future__ import annotations

from typing import Any

from itsm.flow import Move
from itsm.tickets.settings_models import priority_of


def grade(record: Any, move: Move) -> None:
    """Set impact and urgency and compute the priority from the matrix, or take the override with its reason."""
    record.impact, record.urgency = int(move.given("impact")), int(move.given("urgency"))
    override = move.given("priority")
    record.priority_override_reason = str(move.given("reason", ""))[:200] if override else ""
    record.priority = (
        int(override)
        if override
        else priority_of(impact=record.impact, urgency=record.urgency, service_id=record.service_id)
    )

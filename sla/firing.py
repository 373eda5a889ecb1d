"""A level that has fired, and the row that keeps the fact."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sla.models import Clock
from sla.reckoning import Rung


@dataclass(frozen=True)
class Fired:
    """One level of one clock, the instant at which it was due, and who is told."""

    clock: Clock
    rung: Rung
    due: datetime
    notified: list[dict[str, Any]] = field(default_factory=list)

    def row(self, *, at: datetime) -> dict[str, Any]:
        """This will give the columns of the escalation: the fact that the level fired at ``at``."""
        return {
            "clock_id": self.clock.pk,
            "record_id": self.clock.record_id,
            "cycle": self.clock.cycle,
            "level": self.rung.level,
            "due_at": self.due,
            "fired_at": at,
            "notified": self.notified,
            "needs_ack": self.rung.ack,
            "acknowledged_by_id": None,
            "acknowledged_at": None,
            "action": self.rung.action,
            "action_done_at": None,
            "outcome": "",
            "attempts": 0,
            "retry_at": at if self.rung.action else None,
        }

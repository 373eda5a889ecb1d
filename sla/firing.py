"""A level that has fired, and the row that keeps the fact."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sla.models import Clock, Escalation
from sla.reckoning import Rung


@dataclass(frozen=True)
class Fired:
    """One level of one clock and the instant at which it was due."""

    clock: Clock
    rung: Rung
    due: datetime

    def escalation(self, *, at: datetime) -> Escalation:
        """This will make the row of the fact that the level fired at ``at``."""
        return Escalation(
            clock_id=self.clock.pk,
            record_id=self.clock.record_id,
            cycle=self.clock.cycle,
            level=self.rung.level,
            due_at=self.due,
            fired_at=at,
            needs_ack=self.rung.ack,
            action=self.rung.action,
            retry_at=at if self.rung.action else None,
        )

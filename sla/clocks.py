"""What the rest of the product asks about clocks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sla.models import Clock
from sla.reckoning import used


def share_used(record: Any, *, metrics: Sequence[str], at: datetime) -> float | None:
    """Tell the largest share of its target that an open clock of ``metrics`` has used at ``at``; None when none is open.

    1 is the whole target; more than 1 is late.
    """
    clocks = Clock.objects.filter(record_id=record.pk, metric__in=metrics, is_deadline=False).open()
    shares = [used(clock, at=at) / clock.target_seconds if clock.target_seconds else 1.0 for clock in clocks]
    return max(shares, default=None)

"""The clock of a row, from the columns that the clocks' layer writes into the case."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from itsm.desk import tables
from itsm.ui.chips import clock_words
from sla.clocks import chip


def clock_of(row: Any, *, at: datetime) -> dict[str, Any] | None:
    """Say how the case's nearest clock stands at ``at``, for ``sla_chip``; None when it has none."""
    if row.hold_reason_id is not None and row.clock_state in ("paused", "soft"):
        reason = tables.hold_reasons().get(row.hold_reason_id)
        return {"look": "paused", "text": clock_words("paused", seconds=0, reason=reason.name if reason else "")}
    return chip(row, at=at)

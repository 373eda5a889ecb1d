"""The nearest due time of a case, written on its row so that lists read one table."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sla.models import Clock

#: What lists sort by; the next news to the requester is owed too, but never hides these.
SHOWN = ("response", "resolution", "fulfilment")


def write(record: Any, clocks: Iterable[Clock], *, work: str) -> None:
    """Set ``due_at``, ``warn_at``, ``due_metric`` and ``clock_state`` of ``record`` in memory; the caller saves."""
    values = columns(list(clocks), work=work)
    for name, value in values.items():
        setattr(record, name, value)


def columns(clocks: list[Clock], *, work: str) -> dict[str, Any]:
    """This will give the columns: of the running clocks the one due first, else the case's own clock as it stands.

    Empty when these clocks say nothing about it.
    """
    shown = [clock for clock in clocks if clock.metric in SHOWN and not clock.is_deadline]
    running = [clock for clock in shown if clock.state == "running" and clock.due_at is not None]
    if running:
        first = min(running, key=lambda clock: (clock.due_at, clock.metric))
        return _row(first, "running", first.due_at, first.warn_at)
    own = [clock for clock in shown if clock.metric == work]
    if not own:
        return {}
    last = own[-1]
    is_late = last.breached_at is not None or last.lifted_at is not None
    late = last.due_at if last.is_open and is_late else None
    return _row(last, "" if last.state == "cancelled" else last.state, late, None)


def _row(clock: Clock, state: str, due: datetime | None, warn: datetime | None) -> dict[str, Any]:
    return {"due_at": due, "warn_at": warn, "due_metric": clock.metric, "clock_state": state}

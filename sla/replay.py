"""Building a clock anew from its events: what is stored must be equal, or the row has drifted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sla import changes, reckoning
from sla.models import Clock, ClockEvent

#: What must come out the same.
COMPARED = (
    "state", "target_seconds", "terms", "calendar_version_id", "started_at", "pauses", "paused_seconds", "paused_since",
    "pause_reason", "stopped_at", "elapsed_seconds", "due_at", "warn_at", "breached_at", "breach_reason", "lifted_at", "next_level",
    "next_fire_at", "carried_to_id",
)  # fmt: skip


def replay(events: Iterable[ClockEvent], *, fired: Iterable[int], like: Clock) -> Clock:
    """Let the events happen to an empty clock of the same record, metric and cycle; ``fired`` are the levels told."""
    clock = Clock(
        record_id=like.record_id,
        metric=like.metric,
        cycle=like.cycle,
        is_deadline=like.is_deadline,
        started_at=like.started_at,
    )
    for event in events:
        changes.apply(clock, event)
    clock.fired = sorted({*clock.fired, *fired})
    reckoning.refresh(clock)
    return clock


def drift(clock: Clock) -> dict[str, tuple[Any, Any]]:
    """Compare a stored clock with its replay: field to (stored, replayed); empty when they agree."""
    events = clock.events.order_by("pk")
    made = replay(events, fired=clock.escalations.values_list("level", flat=True), like=clock)
    found = {
        name: (getattr(clock, name), getattr(made, name))
        for name in COMPARED
        if getattr(clock, name) != getattr(made, name)
    }
    if sorted(clock.fired) != made.fired:
        found["fired"] = (sorted(clock.fired), made.fired)
    return found

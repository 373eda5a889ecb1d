"""What the moves of a known error change beside its state."""

from __future__ import annotations

from typing import Any

from itsm.flow import Move

#: What people write who know of no workaround.
NONE = frozenset({"none", "無"})


def publish(record: Any, move: Move) -> None:
    """Keep what the desk will read."""
    record.symptoms = move.given("symptoms", record.symptoms)
    record.cause = move.given("cause", record.cause)
    text = move.given("workaround", record.workaround)
    record.workaround = "" if text.strip().lower() in NONE else text
    record.published_at = move.at


def resolve(record: Any, move: Move) -> None:
    """Keep what fixed it."""
    record.fixed_in = str(move.given("fixed_in", ""))[:160]

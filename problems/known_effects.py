"""What the moves of a known error change beside its state."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils.timezone import localdate

from itsm.flow import Move

#: A known error in force is looked at again after so long.
REVIEW_AFTER = timedelta(days=180)

#: What people write who know of no workaround.
NONE = frozenset({"none", "無"})


def publish(record: Any, move: Move) -> None:
    """Keep what the desk will read."""
    record.symptoms = move.given("symptoms", record.symptoms)
    record.cause = move.given("cause", record.cause)
    text = move.given("workaround", record.workaround)
    record.workaround = "" if text.strip().lower() in NONE else text
    record.published_at = move.at
    look_again(record, move)


def look_again(record: Any, move: Move) -> None:
    """Set the day on which somebody looks whether it still holds."""
    record.review_on = localdate(move.at) + REVIEW_AFTER


def resolve(record: Any, move: Move) -> None:
    """Keep what fixed it."""
    record.fixed_in = str(move.given("fixed_in", ""))[:160]

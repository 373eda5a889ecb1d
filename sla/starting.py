"""The events at which a promise lets its clock start, stop and stand still; usual ones leave no mark in the terms."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from itsm.hours.instants import epoch_of
from sla.modes import PAUSE, RUN, SOFT, Mode

if TYPE_CHECKING:
    from itsm.flow import Move
    from sla.book import Book
    from sla.models import Clock
    from sla.targets import Terms

#: Why a clock stands still whose start event has not come.
NOT_STARTED = "not_started"
#: Why a clock rests that has reached its end, until the requester agrees.
CONFIRMATION = "confirmation"


def begin(book: Book, record: Any, metric: str, terms: Terms, *, since: datetime) -> Clock:
    """Begin the first cycle of a metric; one that starts later stands still until its event, and counts from there."""
    clock = book.start(record.pk, metric, terms, since=since, cycle=1)
    if "starts" in terms.facts and not has_come(clock, record):
        book.write(clock, "pause", reason=NOT_STARTED)
    return clock


def waits(clock: Clock) -> bool:
    """Tell whether the start event of a clock has not come."""
    return clock.is_open and clock.pause_reason == NOT_STARTED


def has_come(clock: Clock, record: Any) -> bool:
    """Tell whether the start event of a clock has come."""
    if clock.terms.get("starts") == "judged":
        return bool(record.phase != "new")
    return clock.terms.get("starts") != "assigned" or record.assignee_id is not None


def keep(terms: Terms, clock: Clock) -> None:
    """Let new terms keep the start event of the old ones: what has begun to count goes on."""
    terms.facts.pop("starts", None)
    if "starts" in clock.terms:
        terms.facts["starts"] = clock.terms["starts"]


def answered_at(clock: Clock, record: Any, move: Move, *, staff: bool) -> datetime | None:
    """Tell since when the response is given, by the stop event of its promise; None while it is owed."""
    stops = clock.terms.get("stops")
    if stops == "replied":
        return move.at if move.name == "reply" and staff else None
    if stops == "assigned":
        return move.at if record.assignee_id is not None else None
    if stops == "judged":
        return move.at if staff and record.phase != "new" else None
    answered: datetime | None = record.first_response_at
    return answered


def restored_at(clock: Clock, record: Any) -> datetime | None:
    """Tell since when the service is restored, where the promise of a clock ends with that; None while it is down."""
    if clock.terms.get("stops") != "restored":
        return None
    found: datetime | None = getattr(record, "restored_at", None)
    return found


def soft_since(clock: Clock, record: Any) -> dict[str, int]:
    """Give since when a clock rests that ends with the restoration; nothing where it rests from now on.

    What was noted before stays: it rests from its start, and from the end of its last pause, at the earliest.
    """
    restored = restored_at(clock, record)
    if restored is None:
        return {}
    ends = [clock.pauses[-1][1]] if clock.pauses else []
    since = [epoch_of(clock.paused_since)] if clock.paused_since is not None else []
    return {"as_of": max(int(restored.timestamp()), epoch_of(clock.started_at), *ends, *since)}


def mode_for(clock: Clock, mode: Mode, record: Any, *, by_reason: bool) -> Mode:
    """Read the mode of the state as the promise of this clock wants it."""
    if mode.code in (RUN, PAUSE) and restored_at(clock, record) is not None:
        return Mode(SOFT, CONFIRMATION)
    if mode.code == SOFT and clock.terms.get("stops") == "closed":
        return Mode(RUN)
    if mode.code == PAUSE and clock.terms.get("pauses") == "never":
        return Mode(RUN)
    if mode.code == RUN and by_reason and clock.terms.get("pauses") == "any_hold" and record.hold_reason is not None:
        return Mode(PAUSE, record.hold_reason.code)
    return mode

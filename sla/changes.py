"""What each event does to its clock: the only writer of a clock's fields, used when it happens and when it is replayed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from itsm.hours.instants import epoch_of, moment
from sla import reckoning

if TYPE_CHECKING:
    from sla.models import Clock


class Happened(Protocol):
    """What is asked of an event, stored or about to be."""

    kind: str
    at: datetime
    reason: str
    seconds: int | None
    facts: dict[str, Any]


@dataclass
class NewEvent:
    """An event of a clock that is not stored yet."""

    clock: Clock
    kind: str
    at: datetime
    actor_id: int | None
    reason: str = ""
    seconds: int | None = None
    facts: dict[str, Any] = field(default_factory=dict)

    def row(self) -> dict[str, Any]:
        """This will give the columns of the stored event; its clock is stored by then."""
        return {
            "clock_id": self.clock.pk,
            "kind": self.kind,
            "at": self.at,
            "seconds": self.seconds,
            "actor_id": self.actor_id,
            "reason": self.reason,
            "facts": self.facts,
        }


#: Events after which the due time is what it was.
MOVES_NO_TIME = frozenset({"breach", "finish", "ack", "lift"})


def apply(clock: Clock, event: Happened) -> None:
    """This will change ``clock`` by ``event`` and bring what follows from it up to date."""
    _APPLIERS[event.kind](clock, event)
    if event.kind in MOVES_NO_TIME:
        reckoning.refresh_next(clock)
    else:
        reckoning.refresh(clock)


def _start(clock: Clock, event: Happened) -> None:
    clock.state = "running"
    clock.started_at = moment(event.facts["since"])
    clock.fired, clock.pauses, clock.paused_since, clock.pause_reason = [], [], None, ""
    _terms(clock, event)


def _terms(clock: Clock, event: Happened) -> None:
    clock.target_seconds = event.seconds
    clock.terms = event.facts["terms"]
    clock.calendar_version_id = event.facts.get("calendar_version")


def _pause(clock: Clock, event: Happened) -> None:
    since = moment(event.facts["as_of"]) if "as_of" in event.facts else event.at
    _end_pause(clock, since)
    clock.state = "soft" if event.kind == "soft" else "paused"
    clock.paused_since, clock.pause_reason = since, event.reason


def _end_pause(clock: Clock, at: datetime) -> None:
    if clock.paused_since is not None and at > clock.paused_since:
        clock.pauses = [*clock.pauses, [epoch_of(clock.paused_since), epoch_of(at), clock.pause_reason]]
    clock.paused_since, clock.pause_reason = None, ""


def _resume(clock: Clock, event: Happened) -> None:
    _end_pause(clock, event.at)
    clock.state = "running"


def _rebase(clock: Clock, event: Happened) -> None:
    clock.state, clock.started_at = "running", event.at
    clock.pauses, clock.paused_since, clock.pause_reason = [], None, ""


def _recalc(clock: Clock, event: Happened) -> None:
    clock.calendar_version_id = event.facts["calendar_version"]


def _breach(clock: Clock, event: Happened) -> None:
    if clock.breached_at is None and clock.lifted_at is None:
        clock.breached_at, clock.breach_reason = moment(event.facts["due"]), event.reason


def _fire(clock: Clock, event: Happened) -> None:
    clock.fired = [*clock.fired, *event.facts["levels"]]


def _stop(clock: Clock, event: Happened) -> None:
    """Judge on whole seconds: exactly the target is met; what was missed once stays missed, and what was lifted lifted."""
    end = moment(event.facts["as_of"]) if "as_of" in event.facts else clock.paused_since or event.at
    due = reckoning.reach(clock, clock.target_seconds or 0)
    clock.elapsed_seconds = reckoning.used(clock, at=end)
    clock.stopped_at, clock.paused_since, clock.pause_reason = end, None, ""
    if clock.lifted_at is not None:
        clock.state = "lifted"
        return
    if clock.elapsed_seconds > (clock.target_seconds or 0) and clock.breached_at is None:
        clock.breached_at = moment(due) if due is not None else end
    clock.state = "missed" if clock.breached_at is not None else "met"


def _finish(clock: Clock, event: Happened) -> None:
    clock.state, clock.stopped_at = "done", event.at


def _cancel(clock: Clock, event: Happened) -> None:
    clock.elapsed_seconds = None if clock.is_deadline else reckoning.used(clock, at=event.at)
    clock.state, clock.stopped_at = "lifted" if clock.lifted_at else "cancelled", clock.paused_since or event.at
    clock.paused_since, clock.pause_reason = None, ""


def _lift(clock: Clock, event: Happened) -> None:
    """Let a recorded miss count no longer; the event keeps when and why the target was missed. An open clock goes on."""
    clock.lifted_at, clock.breached_at, clock.breach_reason = event.at, None, ""
    if not clock.is_open:
        clock.state = "lifted"


def _carry(clock: Clock, event: Happened) -> None:
    if clock.is_open:
        _cancel(clock, event)
    clock.carried_to_id = event.facts["record"]


_APPLIERS: dict[str, Callable[[Clock, Happened], None]] = {
    "start": _start,
    "pause": _pause,
    "soft": _pause,
    "resume": _resume,
    "rebase": _rebase,
    "retarget": _terms,
    "recalc": _recalc,
    "breach": _breach,
    "ack": _fire,
    "stop": _stop,
    "finish": _finish,
    "cancel": _cancel,
    "carry": _carry,
    "lift": _lift,
}

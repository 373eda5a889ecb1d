"""The arithmetic of one clock: how much was used, when a share of the target is reached, which level comes next.

Instants are epoch seconds here. Working time is that of the clock's calendar version; pauses count by their working
time too, so ``reach(target)`` is ``add(start, target + pauses)``.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from itsm.hours.instants import epoch_of, moment
from itsm.hours.models import schedule_of
from itsm.hours.windows import BadHours
from itsm.hours.worktime import Schedule

if TYPE_CHECKING:
    from datetime import datetime

    from sla.models import Clock

AROUND_THE_CLOCK = Schedule.parse(zone="UTC", weekly={}, exceptions={}, always=True)
BREACH = (
    99  # the level of missing the target itself; it fires at the first instant at which more than the target is used
)
MOST_STEPS = 90  # the levels of a ladder end here; those above are warnings of a promise
REPEAT = 100  # a level plus this is its first repeat
MOST_REPEATS = 9


@dataclass(frozen=True)
class Rung:
    """One level of a clock: at a share of the target, some seconds after the start, or at a given instant.

    Without ``channels`` it tells by every one.
    """

    level: int
    percent: int | None = None
    seconds: int | None = None
    always: bool = False
    at: int | None = None
    notify: tuple[str, ...] = ()
    ack: bool = False
    action: str = ""
    after: int = 0
    channels: tuple[str, ...] = ()


def rungs(clock: Clock) -> tuple[Rung, ...]:
    """This will give every level of the clock, its repeats and the breach among them."""
    kept: tuple[Any, tuple[Rung, ...]] | None = clock.__dict__.get("_rungs")
    if kept is None or kept[0] is not clock.terms:
        kept = clock.terms, (*_read(clock.terms), *(() if clock.is_deadline else (Rung(BREACH),)))
        clock.__dict__["_rungs"] = kept
    return kept[1]


def _read(terms: dict[str, Any]) -> Iterator[Rung]:
    for row in terms.get("ladder", ()):
        repeat = row.get("repeat")
        known = {name: value for name, value in row.items() if name not in ("repeat", "notify", "channels")}
        known["channels"] = tuple(row.get("channels", ()))
        rung = Rung(**known, notify=tuple(row.get("notify", ())))
        yield rung
        for count in range(1, MOST_REPEATS + 1) if repeat else ():
            again = known | {"level": rung.level + count * REPEAT, "after": count * repeat, "action": ""}
            yield Rung(**again, notify=rung.notify)


def hours(clock: Clock) -> Schedule:
    """This will give the working time by which the clock counts; that of a preview goes before its own."""
    tried: Schedule | None = clock.__dict__.get("_tried_hours")
    if tried is not None:
        return tried
    return AROUND_THE_CLOCK if clock.calendar_version_id is None else schedule_of(clock.calendar_version_id)


def tried(clock: Clock, schedule: Schedule) -> Clock:
    """This will give a copy of a clock that counts by other hours, to see what they would do; it is never saved."""
    twin = copy(clock)
    twin.__dict__["_tried_hours"] = schedule
    refresh(twin)
    return twin


def reach(clock: Clock, seconds: int, *, schedule: Schedule | None = None) -> int | None:
    """This will find the instant at which ``seconds`` of the clock are used.

    Pauses that begin only after that instant do not move it; of nothing, it is where counting begins. None while the
    clock stands still before it, and for a calendar that never opens that long.
    """
    by, since = schedule or hours(clock), epoch_of(clock.started_at)
    start, paused = since, 0
    try:
        for begin, end, _reason in clock.pauses:
            found = by.add_epoch(since, seconds + paused) if seconds else by.add_epoch(start, 0)
            if found < begin:
                return found
            start, paused = end, paused + by.between_epoch(begin, end)
        found = by.add_epoch(since, seconds + paused) if seconds else by.add_epoch(start, 0)
    except BadHours:
        return None
    standing = clock.paused_since is not None and found >= epoch_of(clock.paused_since)
    return None if standing else found


def fires(clock: Clock, rung: Rung) -> int | None:
    """This will find the instant at which a level of the clock fires; None when it is not known now."""
    if rung.at is not None:
        return rung.at
    found = _first(clock, rung)
    return None if found is None else found + rung.after


def _first(clock: Clock, rung: Rung) -> int | None:
    target = clock.target_seconds or 0
    if rung.level == BREACH or rung.percent == 100:
        return reach(clock, target + 1)
    if rung.percent is not None:
        return reach(clock, -(-target * rung.percent // 100))
    return reach(clock, rung.seconds or 0, schedule=AROUND_THE_CLOCK if rung.always else None)


def used(clock: Clock, *, at: datetime) -> int:
    """This will count the seconds of the target that are used at ``at``; pauses and everything after the stop left out."""
    if clock.elapsed_seconds is not None:
        return clock.elapsed_seconds
    by, start, end = hours(clock), epoch_of(clock.started_at), epoch_of(at)
    if clock.paused_since is not None:
        end = min(end, epoch_of(clock.paused_since))
    stood = sum(by.between_epoch(max(begin, start), min(until, end)) for begin, until, _reason in clock.pauses)
    return max(0, by.between_epoch(start, end) - stood)


def refresh(clock: Clock) -> None:
    """This will set what follows from the rest of the row: paused time, due time, warning time, next level."""
    by = hours(clock)
    clock.paused_seconds = sum(by.between_epoch(begin, end) for begin, end, _reason in clock.pauses)
    if not clock.is_deadline:
        target = clock.target_seconds or 0
        clock.due_at = _moment(reach(clock, target))
        clock.warn_at = _moment(reach(clock, -(-target * int(clock.terms.get("warn", 75)) // 100)))
    refresh_next(clock)


def refresh_next(clock: Clock) -> None:
    """This will set which level comes next and when; a clock that does not run has none."""
    clock.next_level = clock.next_fire_at = None
    if clock.state == "running":
        upcoming = waiting(clock)
        if upcoming:
            clock.next_level, clock.next_fire_at = upcoming[0][1], moment(upcoming[0][0])


def waiting(clock: Clock) -> list[tuple[int, int, Rung]]:
    """This will list the levels that have not fired: instant, level, rung; the first one first."""
    left = (rung for rung in rungs(clock) if rung.level not in clock.fired)
    found = [(at, rung.level, rung) for rung in left if (at := fires(clock, rung)) is not None]
    return sorted(found, key=_order)


def _order(found: tuple[int, int, Rung]) -> tuple[int, int]:
    return found[:2]


def _moment(epoch: int | None) -> datetime | None:
    return None if epoch is None else moment(epoch)

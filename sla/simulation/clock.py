"""One clock of a simulation: what the real clocks do with their events, without rows."""

from __future__ import annotations

from typing import NamedTuple

from sla.simulation.life import Key
from sla.simulation.policy import SOFT, Terms

RUNNING, PAUSED, ENDED = "running", "paused", "ended"
MET, MISSED, OPEN, CANCELLED, NONE = "met", "missed", "open", "cancelled", "none"
#: The measure of a case that was walked and of which nothing is measured.
UNMEASURED = "none"


class Result(NamedTuple):
    """How a clock came out: seconds of its own hours used and paused, its target, and by what it was measured."""

    metric: str
    cycle: int
    verdict: str
    used: int
    paused: int
    target: int
    calendar: str
    priority: int | None
    ended_at: int | None


class Run:
    """A clock that runs, stands still and is judged."""

    __slots__ = (
        "broken", "cycle", "ended_at", "key", "metric", "pauses", "reason", "since", "standing", "state", "terms",
        "verdict",
    )  # fmt: skip

    def __init__(self, metric: str, cycle: int, since: int, terms: Terms, key: Key) -> None:
        """This will begin to count at ``since``."""
        self.metric, self.cycle, self.since, self.terms, self.key = metric, cycle, since, terms, key
        self.pauses: list[tuple[int, int]] = []
        self.standing: int | None = None
        self.ended_at: int | None = None
        self.state, self.reason, self.verdict, self.broken = RUNNING, "", OPEN, False

    @property
    def is_open(self) -> bool:
        """Tell whether it is not judged yet."""
        return self.state != ENDED

    def paused(self) -> int:
        """This will count the working seconds of the pauses that are over."""
        between = self.terms.schedule.between_epoch
        return sum(between(begin, end) for begin, end in self.pauses)

    def used(self, at: int) -> int:
        """This will count what is used at ``at``."""
        between = self.terms.schedule.between_epoch
        end = at if self.standing is None else min(at, self.standing)
        used = between(self.since, end)
        for begin, until in self.pauses:
            used -= between(max(begin, self.since), min(until, end))
        return max(0, used)

    def settle(self, at: int) -> None:
        """This will note a miss that has come by ``at``; a miss is never taken back.

        While nothing changes it only uses more, so it is enough to look before every change.
        """
        if self.state == RUNNING and not self.broken and self.used(at) > self.terms.seconds:
            self.broken = True

    def retarget(self, at: int, terms: Terms, key: Key) -> None:
        """This will measure by other terms, from the original start."""
        self.settle(at)
        self.terms, self.key = terms, key

    def pause(self, at: int, *, reason: str, soft: bool) -> None:
        """This will let it stand still, or for another reason than before."""
        state = SOFT if soft else PAUSED
        if self.state == state and self.reason == reason:
            return
        self.settle(at)
        self._end_pause(at)
        self.state, self.standing, self.reason = state, at, reason

    def resume(self, at: int) -> None:
        """This will let it go on."""
        self._end_pause(at)
        self.state = RUNNING

    def rebase(self, at: int) -> None:
        """This will let it count anew from ``at``."""
        self.state, self.since, self.pauses, self.standing, self.reason = RUNNING, at, [], None, ""

    def stop(self, at: int, *, as_of: int | None = None) -> None:
        """This will judge it: exactly the target is met, and what was missed once stays missed."""
        end = as_of if as_of is not None else at if self.standing is None else self.standing
        self.broken = self.broken or self.used(end) > self.terms.seconds
        self.verdict = MISSED if self.broken else MET
        self.state, self.ended_at = ENDED, end

    def cancel(self, at: int) -> None:
        """This will end it without judging; a miss that has come counts."""
        self.settle(at)
        self.ended_at = at if self.standing is None else self.standing
        self.state, self.verdict = ENDED, MISSED if self.broken else CANCELLED

    def _end_pause(self, at: int) -> None:
        if self.standing is not None and at > self.standing:
            self.pauses.append((self.standing, at))
        self.standing, self.reason = None, ""

    def result(self, *, last: int) -> Result:
        """This will say how it came out; one that is open is looked at when its record was last heard of."""
        end = last if self.ended_at is None else self.ended_at
        verdict = MISSED if self.verdict == OPEN and self.broken else self.verdict
        return Result(
            self.metric, self.cycle, verdict, self.used(end), self.paused(), self.terms.seconds, self.terms.calendar,
            self.key.priority, self.ended_at,
        )  # fmt: skip

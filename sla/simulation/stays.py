"""The stays of a case with its teams, judged by what the teams promised: as the real clocks of assignments do. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import NamedTuple

from sla.simulation.between_teams import ACCEPTANCE, HANDLING
from sla.simulation.clock import Result, Run
from sla.simulation.life import Life, Step
from sla.simulation.policy import PAUSE, RUN, SOFT, Mode, Policy


class Stay(NamedTuple):
    """A stay with a team: given, accepted, done; None for what has not come."""

    pk: int
    team: int
    assigned: int
    accepted: int | None
    done: int | None


class StayResult(NamedTuple):
    """How a team kept its promise in one stay, the first of a case being 1, and by which agreement."""

    stay: Stay
    agreement: str
    result: Result


def judge_stays(life: Life, stays: Sequence[Stay], policy: Policy) -> list[StayResult]:
    """This will give the acceptance of each stay, and the work of each that was accepted, where something is promised."""
    found: list[StayResult] = []
    following: list[Stay | None] = [*stays[1:], None]
    for place, (stay, after) in enumerate(zip(stays, following, strict=True), start=1):
        handed_over = after is not None and stay.done is not None and after.assigned <= stay.done
        found += _of_stay(life, stay, policy, place=place, handed_over=handed_over)
    return found


def _of_stay(life: Life, stay: Stay, policy: Policy, *, place: int, handed_over: bool) -> Iterator[StayResult]:
    waits = _Promise(life, stay, policy, ACCEPTANCE, stay.assigned)
    if waits.run is not None:
        waits.follow(stay.accepted if stay.accepted is not None else stay.done)
        if stay.accepted is not None:
            waits.run.stop(stay.accepted)
        elif stay.done is not None and handed_over:
            waits.run.cancel(stay.done)
        elif stay.done is not None:
            waits.run.stop(stay.done)
        yield waits.result(place)
    if stay.accepted is None:
        return
    work = _Promise(life, stay, policy, HANDLING, stay.accepted)
    if work.run is not None:
        work.follow(stay.done)
        if stay.done is not None:
            work.run.stop(stay.done)
        yield work.result(place)


class _Promise:
    """One promise of a team in one stay, moved from step to step."""

    def __init__(self, life: Life, stay: Stay, policy: Policy, metric: str, since: int) -> None:
        self.life, self.stay, self.policy, self.metric, self.since = life, stay, policy, metric, since
        step = self._standing()
        key = policy.key(step)
        found = policy.between_teams(metric, stay.team, life.kind, key)
        self.agreement = found.agreement if found else ""
        self.run = Run(metric, 1, since, found.terms, key) if found else None
        if self.run is not None:
            self._stand(self.run, step, since)

    def _standing(self) -> Step:
        """Give the step at which the case stands when the promise begins."""
        passed = list(takewhile(lambda step: step.at <= self.since, self.life.steps))
        return passed[-1] if passed else self.life.steps[0]

    def follow(self, until: int | None) -> None:
        """This will measure by each new grade, and let work stand still and go on with the case, up to ``until``."""
        if self.run is None:
            return
        for step in self.life.steps:
            if step.at <= self.since:
                continue
            if until is not None and step.at >= until:
                break
            self._retarget(self.run, step)
            self._stand(self.run, step, step.at)
        self.run.settle(self.life.steps[-1].at if until is None else until)

    def _retarget(self, run: Run, step: Step) -> None:
        key = self.policy.key(step)
        if key == run.key:
            return
        found = self.policy.between_teams(self.metric, self.stay.team, self.life.kind, key)
        if found is not None:
            run.retarget(step.at, found.terms, key)
            self.agreement = found.agreement

    def _stand(self, run: Run, step: Step, at: int) -> None:
        if self.metric != HANDLING:
            return
        mode = self._mode(run, step)
        if mode.code == PAUSE:
            run.pause(at, reason=mode.reason, soft=False)
        elif mode.code == RUN and run.state != "running":
            run.resume(at)

    def _mode(self, run: Run, step: Step) -> Mode:
        mode = self.policy.mode(self.life.kind, step)
        if mode.code == SOFT and run.terms.stops == "closed":
            return Mode(RUN)
        if mode.code == PAUSE and run.terms.pauses == "never":
            return Mode(RUN)
        if mode.code == RUN and run.terms.pauses == "any_hold" and step.hold:
            return Mode(PAUSE, step.hold)
        return mode

    def result(self, place: int) -> StayResult:
        """This will say how it came out."""
        if self.run is None:
            raise ValueError("Nothing was promised.")
        made = self.run.result(last=self.life.steps[-1].at)._replace(cycle=place)
        return StayResult(self.stay, self.agreement, made)

"""Walking a life under a policy: the results are those that the real clocks would have had. Pure."""

from __future__ import annotations

from collections.abc import Callable

from sla.simulation.clock import CANCELLED, ENDED, MET, MISSED, Result, Run
from sla.simulation.life import Life, Step
from sla.simulation.policy import (
    APPROVAL,
    AT_CLOSING,
    BY_FLOW,
    CANCEL,
    PAUSE,
    RUN,
    SOFT,
    STOP,
    Measure,
    Mode,
    Policy,
)

RESPONSE = "response"
#: Why a clock stands still whose start event has not come.
NOT_STARTED = "not_started"


def judge(life: Life, policy: Policy, *, until: int | None = None) -> list[Result]:
    """This will give the result of each clock of a record, reopenings as cycles of their own.

    Clocks that are open still are looked at ``until`` then; None is when the record was last heard of.
    """
    work = policy.works[life.kind]
    owed = [RESPONSE, work] if life.owes_answer else [work]
    owed = [metric for metric in owed if metric not in life.passed_on]
    walked = [metric for metric in owed if policy.measure(metric).stop == BY_FLOW]
    found = [made for metric in owed if metric not in walked if (made := _plain(life, policy, metric)) is not None]
    if walked:
        found += _Walk(life, policy, work, walked).results(until)
    return found


class _Walk:
    """The clocks of one life, moved from step to step."""

    def __init__(self, life: Life, policy: Policy, work: str, owed: list[str]) -> None:
        self.life, self.policy, self.work, self.owed = life, policy, work, owed
        self.runs: list[Run] = []

    def results(self, until: int | None) -> list[Result]:
        """This will walk all steps, and look at what is open then."""
        first = self.life.steps[0]
        self._begin(first)
        before = first
        for step in self.life.steps[1:]:
            self._happen(before, step)
            before = step
        last = before.at if until is None else until
        self._answer(last)
        for run in self.runs:
            run.settle(last)
        return [run.result(last=last) for run in self.runs]

    def _begin(self, first: Step) -> None:
        for metric in self.owed:
            self._start(metric, self.life.since.get(metric, self.life.received), first, cycle=1)
        self._follow(first)

    def _start(self, metric: str, since: int, step: Step, *, cycle: int) -> None:
        key = self.policy.key(step)
        terms = self.policy.terms(metric, self.life, key)
        if terms is None:
            return
        run = Run(metric, cycle, since, terms, key)
        self.runs.append(run)
        if cycle == 1 and not self._has_come(run, step):
            run.pause(since, reason=NOT_STARTED, soft=False)

    def _has_come(self, run: Run, step: Step) -> bool:
        """Tell whether the event has come at which a promise lets its clock start."""
        if run.terms.starts == "judged":
            return step.state not in self.policy.new.get(self.life.kind, frozenset())
        return run.terms.starts != "assigned" or (self.life.assigned is not None and self.life.assigned <= step.at)

    def _happen(self, before: Step, step: Step) -> None:
        if any(run.state != ENDED for run in self.runs):
            self._settle(before, step)
        if step.state == before.state and step.hold == before.hold:
            return
        was = self.policy.mode(self.life.kind, before).code
        if was == STOP and self.policy.mode(self.life.kind, step).code == RUN:
            self._reopen(step)
        else:
            self._follow(step)

    def _settle(self, before: Step, step: Step) -> None:
        """Judge what was answered before the step changes anything, then measure by what it says."""
        self._answer(step.at - 1)
        if step.key is not before.key or step.grade is not before.grade:
            self._retarget(step)
        self._count(step)
        self._answer(step.at)

    def _retarget(self, step: Step) -> None:
        key = self.policy.key(step)
        for run in self.runs:
            if run.state == ENDED or run.key == key:
                continue
            terms = self.policy.terms(run.metric, self.life, key)
            if terms is not None:
                run.retarget(step.at, terms._replace(starts=run.terms.starts), key)

    def _count(self, step: Step) -> None:
        for run in self.runs:
            if run.reason == NOT_STARTED and run.state != ENDED and self._has_come(run, step):
                run.rebase(step.at)
                self._bring(run, step)

    def _answer(self, at: int) -> None:
        """Judge the response by ``at``: as of the moment at which it was given, by the terms of then."""
        for run in self.runs:
            if run.metric != RESPONSE or run.state == ENDED:
                continue
            answered = self._answered(run.terms.stops)
            if answered is not None and answered <= at:
                run.stop(at, as_of=answered)

    def _answered(self, stops: str) -> int | None:
        if stops == "replied":
            return self.life.replied
        return self.life.assigned if stops == "assigned" else self.life.answered

    def _reopen(self, step: Step) -> None:
        if self.work not in self.owed or any(run.is_open and run.metric == self.work for run in self.runs):
            return
        cycle = 1 + max((run.cycle for run in self.runs if run.metric == self.work), default=0)
        self._start(self.work, step.at, step, cycle=cycle)

    def _follow(self, step: Step) -> None:
        for run in self.runs:
            if run.state != ENDED:
                self._bring(run, step)

    def _bring(self, run: Run, step: Step) -> None:
        mode, at = self._mode_for(run, step), step.at
        if mode.code == CANCEL or (mode.code == STOP and run.metric == RESPONSE):
            run.cancel(at)
        elif mode.code == STOP:
            run.stop(at)
        elif run.metric == RESPONSE or run.reason == NOT_STARTED:
            return
        elif mode.code in (PAUSE, SOFT):
            if self.policy.measure(run.metric).pauses or mode.code == SOFT:
                run.pause(at, reason=mode.reason, soft=mode.code == SOFT)
        elif mode.code == RUN and run.state != "running":
            self._go_on(run, at)

    def _mode_for(self, run: Run, step: Step) -> Mode:
        """Read the mode of the state as the promise of this clock wants it."""
        mode = self.policy.mode(self.life.kind, step)
        if mode.code == SOFT and run.terms.stops == "closed":
            return Mode(RUN)
        if mode.code == PAUSE and run.terms.pauses == "never":
            return Mode(RUN)
        if mode.code == RUN and run.terms.pauses == "any_hold" and step.hold:
            return Mode(PAUSE, step.hold)
        return mode

    def _go_on(self, run: Run, at: int) -> None:
        granted = run.reason == APPROVAL and any(moment <= at for moment in self.life.granted)
        if granted:
            run.rebase(at)
        else:
            run.resume(at)


def _plain(life: Life, policy: Policy, metric: str) -> Result | None:
    """Judge one clock from the receipt to the last closing or the last answer, by the final key; None without an end."""
    measure, last = policy.measure(metric), life.steps[-1]
    key = policy.key(last)
    terms = policy.terms(metric, life, key)
    end = _end(life, policy, measure)
    if terms is None or end is None:
        return None
    since = life.since.get(metric, life.received)
    paused = _paused(life, policy, since, end, terms.schedule.between_epoch) if measure.pauses else 0
    used = max(0, terms.schedule.between_epoch(since, end) - paused)
    verdict = MET if used <= terms.seconds else MISSED
    if policy.mode(life.kind, last).code == CANCEL:
        verdict = CANCELLED
    return Result(metric, 1, verdict, used, paused, terms.seconds, terms.calendar, key.priority, end)


def _end(life: Life, policy: Policy, measure: Measure) -> int | None:
    if measure.stop == AT_CLOSING:
        last = life.steps[-1]
        return last.at if policy.mode(life.kind, last).code in (STOP, CANCEL) else None
    answers = [step.at for step in life.steps if policy.mode(life.kind, step).code == SOFT]
    return answers[-1] if answers else None


def _paused(life: Life, policy: Policy, since: int, end: int, between: Callable[[int, int], int]) -> int:
    total, begun = 0, 0
    stands = False
    for step in life.steps:
        if stands:
            total += between(max(begun, since), min(step.at, end))
        mode = policy.mode(life.kind, step).code
        stands, begun = mode in (PAUSE, SOFT), step.at
    return total

"""The terms of a simulation: targets, hours, priority matrix and pause rules, looked up as the real clocks do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from itsm.hours.worktime import Schedule
from sla.simulation.between_teams import OlaRow, chosen
from sla.simulation.life import Key, Life, Step

#: Until a record is graded it is measured as if it had this priority.
PROVISIONAL = 3
#: How the clock column of the flow tables is read.
RUN, PAUSE, SOFT, STOP, CANCEL, BY_REASON = "run", "pause", "stop (soft)", "stop", "cancel", "by reason"
APPROVAL, CONFIRMATION = "approval", "confirmation"
#: Where a clock ends: as the flow says, at the last closing, or at the last time an answer stood.
BY_FLOW, AT_CLOSING, AT_ANSWER = "flow", "closed", "answer"
STOPS = (BY_FLOW, AT_CLOSING, AT_ANSWER)


class Row(NamedTuple):
    """One promise of the table; None and an empty process fit everything."""

    metric: str
    process: str
    priority: int | None
    service: int | None
    item: int | None
    seconds: int
    calendar: str | None

    def fits(self, kind: str, key: Key) -> bool:
        """Tell whether it applies to a record of this kind and key."""
        return (
            self.process in ("", kind)
            and self.priority in (None, key.priority or PROVISIONAL)
            and self.service in (None, key.service)
            and self.item in (None, key.item)
        )

    @property
    def rank(self) -> tuple[bool, bool, bool, bool]:
        """An item's target goes before a service's, that before a priority's, that before a process's."""
        return (self.item is not None, self.service is not None, self.priority is not None, self.process != "")


class Terms(NamedTuple):
    """What a clock is measured by; a promise of an agreement may start, stop and stand still in its own way."""

    seconds: int
    calendar: str
    schedule: Schedule
    starts: str = "received"
    stops: str = "usual"
    pauses: str = "by_reason"


class Between(NamedTuple):
    """What a team is measured by in a stay, and the number of the agreement that says so."""

    terms: Terms
    agreement: str


class Promised(NamedTuple):
    """What an agreement promises for a case; without a calendar the hours of the service count."""

    seconds: int
    calendar: str | None
    starts: str
    stops: str
    pauses: str


class Agreed(Protocol):
    """The agreements that count: their stretches of time, and the promise for a case in one of them."""

    def period(self, received: int) -> int:
        """This will tell in which stretch of the same agreements an instant lies."""
        ...

    def promise(self, metric: str, kind: str, key: Key, unit: int | None, period: int) -> Promised | None:
        """This will find what is promised; None where no agreement says anything."""
        ...


class Measure(NamedTuple):
    """How a clock runs: where it ends, and whether waiting stops it."""

    stop: str = BY_FLOW
    pauses: bool = True


class Mode(NamedTuple):
    """What a state asks of the clocks, and why they stand still."""

    code: str
    reason: str = ""


@dataclass
class Policy:
    """Everything that a life is judged by. ``modes`` and ``works`` come from the flows, the rest is agreed."""

    rows: list[Row]
    schedules: Mapping[str, Schedule]
    fallback: str
    modes: Mapping[str, Mapping[str, str]]
    works: Mapping[str, str]
    pauses: frozenset[str] = frozenset()
    worked_around: frozenset[str] = frozenset()
    hours_of: Mapping[int, str] = field(default_factory=dict)
    items: Mapping[int, int] = field(default_factory=dict)
    matrix: Mapping[tuple[int, int, int | None], int] | None = None
    measures: Mapping[str, Measure] = field(default_factory=dict)
    agreed: Agreed | None = None
    new: Mapping[str, frozenset[str]] = field(default_factory=dict)
    olas: tuple[OlaRow, ...] = ()
    _found: dict[tuple[str, str, Key, int | None, int], Terms | None] = field(default_factory=dict)
    _between: dict[tuple[str, int, str, Key], Between | None] = field(default_factory=dict)
    _modes: dict[tuple[str, str, str, bool], Mode] = field(default_factory=dict)

    def measure(self, metric: str) -> Measure:
        """This will say how the clock of a metric runs."""
        return self.measures.get(metric, Measure())

    def key(self, step: Step) -> Key:
        """This will give the key of a step with the priority that this matrix gives it."""
        if self.matrix is None or step.grade is None or step.grade.fixed:
            return step.key
        cell = (step.grade.impact, step.grade.urgency)
        found = self.matrix.get((*cell, step.key.service), self.matrix.get((*cell, None)))
        return step.key._replace(priority=sum(cell) - 1 if found is None else found)

    def terms(self, metric: str, life: Life, key: Key) -> Terms | None:
        """This will find the terms of a metric: from the agreement that applies, else from the table; None for none."""
        period = self.agreed.period(life.received) if self.agreed is not None else 0
        asked = (metric, life.kind, key, life.unit if self.agreed is not None else None, period)
        if asked not in self._found:
            self._found[asked] = self._choose(*asked)
        return self._found[asked]

    def _choose(self, metric: str, kind: str, key: Key, unit: int | None, period: int) -> Terms | None:
        promised = self.agreed.promise(metric, kind, key, unit, period) if self.agreed is not None else None
        if promised is not None:
            calendar = promised.calendar or self._hours(key)
            return Terms(promised.seconds, calendar, self.schedules[calendar], *promised[2:])
        fitting = [row for row in self.rows if row.metric == metric and row.fits(kind, key)]
        if not fitting:
            return None
        best = max(fitting, key=lambda row: row.rank)
        calendar = best.calendar or self._hours(key)
        seconds = best.seconds
        if metric == "fulfilment" and best.item is None and key.item is not None:
            seconds = self.items.get(key.item, seconds)
        return Terms(seconds, calendar, self.schedules[calendar])

    def between_teams(self, metric: str, team: int, kind: str, key: Key) -> Between | None:
        """This will find what a team promised for its stay with a case; None where no OLA says anything."""
        asked = (metric, team, kind, key)
        if asked not in self._between:
            self._between[asked] = self._choose_between(*asked)
        return self._between[asked]

    def _choose_between(self, metric: str, team: int, kind: str, key: Key) -> Between | None:
        row = chosen(self.olas, metric, team=team, kind=kind, key=key, provisional=PROVISIONAL)
        if row is None:
            return None
        calendar = row.calendar or self._hours(key)
        terms = Terms(row.seconds, calendar, self.schedules[calendar], pauses=row.pauses)
        return Between(terms, row.agreement)

    def _hours(self, key: Key) -> str:
        return self.hours_of.get(key.service or 0, self.fallback)

    def mode(self, kind: str, step: Step) -> Mode:
        """This will read what clocks do where the record stands."""
        asked = (kind, step.state, step.hold, step.around)
        found = self._modes.get(asked)
        if found is None:
            found = self._modes[asked] = self._mode(*asked)
        return found

    def _mode(self, kind: str, state: str, hold: str, around: bool) -> Mode:
        clock = self.modes[kind].get(state, RUN)
        if clock == BY_REASON:
            stands = hold in self.pauses or (around and hold in self.worked_around)
            return Mode(PAUSE, hold) if stands else Mode(RUN)
        return Mode(clock, {PAUSE: APPROVAL, SOFT: CONFIRMATION}.get(clock, ""))

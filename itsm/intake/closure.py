"""The closure clock of a source, judged again here: open time from opening to the row that closes the case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from django.utils.translation import gettext_noop

from itsm.hours.windows import BadHours
from itsm.hours.worktime import Schedule


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the clock of one case says, in seconds of open time."""

    elapsed: int
    target: int

    @property
    def met(self) -> bool:
        """Exactly equal to the target is met."""
        return self.elapsed <= self.target


@dataclass(frozen=True)
class ClosureClock:
    """Hours and targets (seconds by priority) of a clock without pauses."""

    schedule: Schedule
    targets: dict[int, int]

    @classmethod
    def parse(cls, *, zone: object, weekly: object, hours: object) -> Self:
        """This will read hours as calendars store them, and targets in hours by priority.

        :raises BadHours: with the sentence that says what is wrong
        """
        if not isinstance(hours, dict) or not all(_is_target(key, value) for key, value in hours.items()):
            raise BadHours(gettext_noop("The targets are hours by priority, for example 1: 8."))
        schedule = Schedule.parse(zone=zone, weekly=weekly or {}, exceptions={}, always=not weekly)
        return cls(schedule, {int(key): round(float(value) * 3600) for key, value in hours.items()})

    def judge(self, *, priority: int | None, opened_at: datetime, closed_at: datetime | None) -> Verdict | None:
        """This will judge a case; None while it is open or when its priority has no target."""
        target = self.targets.get(priority or 0)
        if target is None or closed_at is None:
            return None
        return Verdict(self.schedule.between(opened_at, closed_at), target)


def _is_target(key: Any, value: Any) -> bool:
    return key in (1, 2, 3, 4, 5) and isinstance(value, int | float) and value > 0

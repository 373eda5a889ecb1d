"""The story of a case read from its journal: which clocks it must have had, and what they must have fired."""

from collections.abc import Iterable
from typing import Any

from tests.chaos.line import BREACH, Line

#: priority: response, resolution and update in seconds, all around the clock; 0 is not graded yet
TARGETS = {0: (6, 20, 9), 1: (2, 8, 5), 2: (4, 12, 7), 3: (6, 20, 9), 4: (8, 30, 12), 5: (10, 40, 15)}
RESOLUTION = {0: 0, 1: 50, 2: 75, 3: 100, 4: 150, BREACH: 100}
RESPONSE = {1: 75, 2: 100, BREACH: 100}
UPDATE = {1: 75, 2: 100, BREACH: 100}


class Story:
    """A case that is told event by event."""

    def __init__(self, received: int, asker: int) -> None:
        self.asker, self.priority, self.state, self.tier = asker, 0, "reported", "l1_processing"
        self.response: Line | None = Line(received, TARGETS[0][0], dict(RESPONSE))
        self.resolutions = [Line(received, TARGETS[0][1], dict(RESOLUTION))]
        self.updates: list[Line] = []
        self.faults: list[str] = []
        self.follow_up: int | None = None
        self.last = received

    def tell(self, event: Any) -> None:
        """Take in the next line of the journal."""
        at, doing = int(event.at.timestamp()), getattr(self, f"_{event.name}", None)
        if doing is not None:
            doing(at, event)
        self.last = max(self.last, at)
        if event.kind == "move":
            self.state = event.target

    def lines(self) -> Iterable[Line]:
        """Give every line that is not judged."""
        every = [self.response, *self.resolutions, *self.updates]
        return [line for line in every if line is not None and not line.result]

    def settle(self, at: int) -> None:
        """Let time pass."""
        for line in self.lines():
            line.settle(at)

    @property
    def work(self) -> list[Line]:
        """The lines that follow the state: all but the response."""
        return [line for line in self.lines() if line is not self.response]

    def _grade(self, at: int, event: Any) -> None:
        key = event.facts["impact"], event.facts["urgency"]
        self.priority = int(key[0]) + int(key[1]) - 1
        response, resolution, update = TARGETS[self.priority]
        for line in self.lines():
            kind = resolution if line in self.resolutions else update if line in self.updates else response
            line.retarget(kind, at)

    def _classify(self, at: int, event: Any) -> None:
        self._grade(at, event)
        assert self.response is not None
        self.response.stop(at)
        self.updates.append(Line(at, TARGETS[self.priority][2], dict(UPDATE)))

    def _regrade(self, at: int, event: Any) -> None:
        self._grade(at, event)

    def _reply(self, at: int, event: Any) -> None:
        if event.actor_id == self.asker:
            return
        if self.response is not None:
            self.response.stop(at)
        if self.updates and not self.updates[-1].result:
            last = self.updates[-1]
            stands = last.since is None
            last.stop(at)
            self.updates.append(Line(None if stands else at, TARGETS[self.priority][2], dict(UPDATE)))
            if stands:
                self.updates[-1].ran.append((at, at))

    def _hold(self, at: int, event: Any) -> None:
        from django.utils.dateparse import parse_datetime

        until = parse_datetime(event.facts["follow_up_at"])
        self.follow_up = int(until.timestamp()) if until else None
        self._pause(at)

    def _pause(self, at: int) -> None:
        for line in self.work:
            line.pause(at)

    def _resume(self, at: int, event: Any) -> None:
        if event.actor_id is None and self.follow_up is not None and at != max(self.follow_up, self.last):
            self.faults.append(f"{event.record_id} resumed at {at}, due at {self.follow_up}, last change {self.last}")
        for line in self.work:
            line.resume(at)

    def _resolve(self, at: int, event: Any) -> None:
        self._pause(at)

    def _reject_resolution(self, at: int, event: Any) -> None:
        for line in self.work:
            line.resume(at)

    def _confirm_resolution(self, at: int, event: Any) -> None:
        for line in self.work:
            line.stop(at)

    def _reopen(self, at: int, event: Any) -> None:
        self.resolutions.append(Line(at, TARGETS[self.priority][1], dict(RESOLUTION)))
        self.updates.append(Line(at, TARGETS[self.priority][2], dict(UPDATE)))

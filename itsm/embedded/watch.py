"""Keeping children alive: restart with back-off, logs of bounded size, an end in good order."""

import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from itsm.embedded import logs
from itsm.embedded.child import POLL_SECONDS, Child, Pause
from itsm.embedded.listening import Stopped
from itsm.embedded.refusal import Refusal

LONGEST_DELAY = 30.0
PROVEN_SECONDS = 60.0
LOG_CHECK_SECONDS = 60.0


@dataclass
class Watched:
    """A child, how to start it, and how it has fared."""

    child: Child
    start: Callable[[Child], None]
    failures: int = 0
    started_at: float = 0.0
    due_at: float | None = None

    def notice_end(self, *, now: float) -> bool:
        """Plan the next start of a child that has ended; True the first time its end is seen."""
        if self.due_at is not None or self.child.alive():
            return False
        self.failures = 0 if now - self.started_at > PROVEN_SECONDS else self.failures
        self.due_at = now + delay(self.failures)
        self.failures += 1
        return True

    def restart(self, *, now: float) -> None:
        """Start it again."""
        self.started_at, self.due_at = now, None
        self.start(self.child)


def delay(failures: int) -> float:
    """Give the seconds to wait before a start after so many failures in a row: none, then 0.5 doubling up to 30."""
    return 0.0 if failures == 0 else min(LONGEST_DELAY, 0.25 * 2.0**failures)


@dataclass
class Watch:
    """The children in the order in which they were started."""

    pause: Pause
    say: Callable[[str], None]
    watched: list[Watched] = field(default_factory=list)

    def add(self, child: Child, start: Callable[[Child], None]) -> None:
        """Take a child that is being started now."""
        self.watched.append(Watched(child, start, started_at=time.monotonic()))

    def begin(self, child: Child) -> None:
        """Start a child and take it."""
        self.add(child, Child.start)
        child.start()

    def keep(self) -> None:
        """Keep them running until somebody asks us to stop.

        :raises Stopped: then
        """
        logs_at = time.monotonic()
        while True:
            now = time.monotonic()
            if now >= logs_at:
                self._bound_logs()
                logs_at = now + LOG_CHECK_SECONDS
            for one in self.watched:
                self._look_after(one, now=now)
            due = [one.due_at for one in self.watched if one.due_at is not None]
            self.pause(min([*due, logs_at]) - time.monotonic())

    def _look_after(self, one: Watched, *, now: float) -> None:
        if one.notice_end(now=now):
            code = one.child.process.returncode if one.child.process else "?"
            self.say(f"{one.child.name} ended (code {code}) and is started again; its log is {one.child.log}")
        if one.due_at is None or one.due_at > now:
            return
        try:
            one.restart(now=now)
        except Refusal as refusal:
            self.say(str(refusal))

    def _bound_logs(self) -> None:
        for log in dict.fromkeys(one.child.log for one in self.watched):
            logs.bound(log)

    def end(self) -> None:
        """Stop them in the opposite order, each when the one before has ended; asked a second time, kill them."""
        try:
            for one in reversed(self.watched):
                self._end_one(one.child)
        except Stopped:
            self.say("Killing what is left.")
            for one in self.watched:
                self._kill(one.child)

    def _end_one(self, child: Child) -> None:
        child.ask_to_stop()
        end = time.monotonic() + child.grace_seconds
        while child.alive() and time.monotonic() < end:
            self.pause(POLL_SECONDS * 5)
        self._kill(child)

    def _kill(self, child: Child) -> None:
        """Kill it; PostgreSQL by SIGQUIT, which ends its backends too."""
        if child.name == "postgres" and child.process and child.alive():
            child.process.send_signal(signal.SIGQUIT)
            child.wait(5)
        child.end_group()

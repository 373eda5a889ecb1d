"""A clock kept on paper: days are walked, running stretches are written down, nothing of the product is used."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from itsm.hours.models import Calendar
from tests.hours.walking import Walker

BREACH = 99
HOUR = 3600
#: priority: target in seconds, calendar; the service's hours are those of the office here
OFFICE = "taiwan-office"
PROMISED = {
    1: (4 * HOUR, "always"),
    2: (8 * HOUR, OFFICE),
    3: (16 * HOUR, OFFICE),
    4: (40 * HOUR, OFFICE),
    5: (80 * HOUR, OFFICE),
}


def walker(code: str) -> Walker:
    """Read a calendar's hours for walking."""
    version = Calendar.objects.get(code=code).current
    assert version is not None
    days = {day: entry["windows"] for day, entry in version.exceptions.items()}
    return Walker(zone=version.zone, weekly=version.weekly, exceptions=days, always=version.always_on)


def levels(priority: int) -> dict[int, tuple[str, int]]:
    """The ladder of the specification: level to (how it counts, seconds used before it fires)."""
    target = PROMISED[priority][0]
    if priority == 1:
        return {
            0: ("wall", 0),
            1: ("wall", 1800),
            2: ("wall", 3600),
            3: ("wall", 7200),
            4: ("wall", 14400),
            BREACH: ("used", target + 1),
        }
    beyond = {3: ("used", target + 1), 4: ("used", target * 3 // 2), BREACH: ("used", target + 1)}
    if priority == 2:
        return {0: ("used", 0), 1: ("used", 3600), 2: ("used", 4 * 3600)} | beyond
    return {0: ("used", 0), 1: ("used", target // 2), 2: ("used", target * 3 // 4)} | beyond


@dataclass
class Paper:
    """One cycle: the stretches in which it ran, and what fired when."""

    since: datetime | None
    priority: int
    walkers: dict[str, Walker]
    ran: list[tuple[datetime, datetime]] = field(default_factory=list)
    fired: dict[int, datetime | None] = field(default_factory=dict)
    breached: bool = False
    result: str = ""

    def used(self, at: datetime, how: str = "used") -> int:
        """Count what was used until ``at``."""
        by = self.walkers["always" if how == "wall" else PROMISED[self.priority][1]]
        done = sum(by.between(a, b) for a, b in self.ran)
        return done + (by.between(self.since, at) if self.since is not None else 0)

    def settle(self, at: datetime) -> None:
        """Fire what has come since the last look; a level that a new target has put into the past has no known instant."""
        if self.since is None:
            return
        for level, (how, seconds) in levels(self.priority).items():
            if level in self.fired:
                continue
            before = self.used(self.since, how)
            by = self.walkers["always" if how == "wall" else PROMISED[self.priority][1]]
            if before >= seconds and before:
                self._fire(level, None)
            elif (due := by.add(self.since, seconds - before) if seconds else opening(by, self.since)) <= at:
                self._fire(level, due)

    def _fire(self, level: int, due: datetime | None) -> None:
        self.fired[level] = due
        self.breached = self.breached or level == BREACH

    def pause(self, at: datetime) -> None:
        """Let it stand still."""
        self.settle(at)
        if self.since is not None:
            self.ran.append((self.since, at))
        self.since = None

    def resume(self, at: datetime) -> None:
        """Let it go on."""
        if self.since is None:
            self.since = at
        self.settle(at)

    def regrade(self, priority: int, at: datetime) -> None:
        """Measure by another priority from the start."""
        self.settle(at)
        self.priority = priority
        self.settle(at)

    def stop(self, at: datetime) -> None:
        """Judge it."""
        self.pause(at)
        self.result = "missed" if self.breached or self.used(at) > PROMISED[self.priority][0] else "met"


def opening(by: Walker, at: datetime) -> datetime:
    """The first open instant from ``at`` on."""
    return by.add(at, 1) - timedelta(seconds=1)

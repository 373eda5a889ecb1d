"""What should have happened to one clock around the clock, from the journal alone; shares no code with the product."""

from dataclasses import dataclass, field

BREACH = 99


@dataclass
class Line:
    """One cycle of one metric: seconds since 1970, thresholds by level, and what fired at which second."""

    since: int | None
    target: int
    ladder: dict[int, int]
    ran: list[tuple[int, int]] = field(default_factory=list)
    fired: dict[int, int] = field(default_factory=dict)
    result: str = ""
    used: int = 0

    def crossing(self, seconds: int) -> int | None:
        """Find the second at which so much was used, in what ran so far or goes on running."""
        done = 0
        for begin, end in self.ran:
            if seconds < done + end - begin:
                return begin + seconds - done
            done += end - begin
        return None if self.since is None else self.since + seconds - done

    def settle(self, at: int) -> None:
        """Fire what has come by ``at``, unless it stands still."""
        if self.since is None or self.result:
            return
        for level, percent in self.ladder.items():
            seconds = self.target + 1 if percent == 100 else -(-self.target * percent // 100)
            due = self.crossing(seconds)
            if level not in self.fired and due is not None and due <= at:
                self.fired[level] = due

    def pause(self, at: int) -> None:
        """Let it stand still."""
        self.settle(at)
        if self.since is not None:
            self.ran.append((self.since, at))
        self.since = None

    def resume(self, at: int) -> None:
        """Let it go on."""
        if self.since is None and not self.result:
            self.since = at
            self.settle(at)

    def retarget(self, target: int, at: int) -> None:
        """Measure by another target from the start."""
        self.settle(at)
        self.target = target
        self.settle(at)

    def stop(self, at: int) -> None:
        """Judge it: exactly the target is met."""
        if self.result:
            return
        self.pause(at)
        self.used = sum(end - begin for begin, end in self.ran)
        self.result = "missed" if BREACH in self.fired or self.used > self.target else "met"

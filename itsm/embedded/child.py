"""One process that we start, watch and stop."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from itsm.embedded.account import Account, entering

POLL_SECONDS = 0.02
Pause = Callable[[float], None]


@dataclass
class Child:
    """A program with its own session, log file and manner of ending."""

    name: str
    argv: Sequence[str]
    log: Path
    env: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    account: Account | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    grace_seconds: float = 15
    cwd: Path | None = None
    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        """Start it, after what is left of its last life has been ended."""
        self.end_group()
        with open(os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as log:
            self.process = subprocess.Popen(
                self.argv,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=dict(self.env),
                cwd=self.cwd,
                start_new_session=True,
                preexec_fn=entering(self.account, death_signal=self.stop_signal),
            )

    @property
    def pid(self) -> int:
        """Give the process number; 0 if it was never started."""
        return self.process.pid if self.process else 0

    def alive(self) -> bool:
        """Tell whether it runs; an ended child is reaped here."""
        return self.process is not None and self.process.poll() is None

    def ask_to_stop(self) -> None:
        """Send the signal that ends it in good order."""
        if self.alive():
            os.kill(self.pid, self.stop_signal)

    def stop(self) -> None:
        """Ask it to stop, wait up to ``grace_seconds``, then end it and all that it started."""
        self.ask_to_stop()
        self.wait(self.grace_seconds)
        self.end_group()

    def wait(self, seconds: float) -> int | None:
        """Wait until it ends and give its exit code; None if it still runs after ``seconds``."""
        if self.process is None:
            return None
        try:
            return self.process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            return None

    def end_group(self) -> None:
        """Kill whatever is left of its process group."""
        if self.process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self.process.wait()

    def last_words(self, *, lines: int = 3) -> str:
        """Give the last lines of its log."""
        if not self.log.exists():
            return ""
        tail = self.log.read_bytes()[-4000:].decode(errors="replace")
        return "\n".join([line for line in tail.splitlines() if line.strip()][-lines:])


def wait_until(ready: Callable[[], bool], *, child: Child, seconds: float, pause: Pause) -> bool:
    """Wait until ``ready()``; False as soon as the child has ended or the time is over."""
    end = time.monotonic() + seconds
    while not ready():
        if not child.alive() or time.monotonic() > end:
            return False
        pause(POLL_SECONDS)
    return True

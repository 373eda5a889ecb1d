"""A progress bar on standard error: redrawn on a terminal, a line at every tenth elsewhere."""

from __future__ import annotations

import time
from typing import Any

from django.utils.translation import gettext as _

WIDE = 30
REDRAW = 0.2  # seconds


class ProgressBar:
    """Shows how many of all rows have been read and how long the rest will take."""

    def __init__(self, stream: Any, *, started: float) -> None:
        """This will write on ``stream``; ``started`` is a reading of ``time.monotonic()``."""
        self.stream, self.started = stream, started
        self.is_terminal = bool(getattr(stream, "isatty", lambda: False)())
        self.drawn_at, self.tenth, self.is_open = 0.0, 0, False

    def show(self, done: int, total: int) -> None:
        """This will draw it when something has changed that is worth it."""
        now = time.monotonic()
        tenth = 10 * done // max(total, 1)
        due = now - self.drawn_at >= REDRAW or done >= total if self.is_terminal else tenth > self.tenth
        if due:
            self.drawn_at, self.tenth = now, tenth
            self._draw(done, total, now - self.started)

    def _draw(self, done: int, total: int, seconds: float) -> None:
        share = done / max(total, 1)
        bar = "#" * round(share * WIDE)
        values = {"done": f"{done:,}", "total": f"{total:,}", "left": round(seconds / share - seconds) if share else 0}
        words = _("%(done)s of %(total)s rows, %(left)s s left") % values
        text = f"[{bar:<{WIDE}}] {share:4.0%} {words}"
        self.stream.write(f"\r{text}\x1b[K" if self.is_terminal else text, ending="" if self.is_terminal else "\n")
        self.stream.flush()
        self.is_open = self.is_terminal

    def end_line(self) -> None:
        """This will let other text begin on a line of its own."""
        if self.is_open:
            self.stream.write("")
            self.is_open = False

"""How the clock column of the flow tables is read."""

from __future__ import annotations

from dataclasses import dataclass

#: "by reason" asks the hold reason.
RUN, PAUSE, SOFT, STOP, CANCEL, BY_REASON = "run", "pause", "stop (soft)", "stop", "cancel", "by reason"


@dataclass(frozen=True)
class Mode:
    """What the state of a record asks of its clocks, and why they stand still."""

    code: str
    reason: str = ""

"""When a change authorises configuration data to be written (the answer to ``configuration.far.answers.in_time``)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings

from changes.models import Change
from itsm.records import register

#: States in which the work goes on: an overrun window does not stop what describes it.
RUNNING = frozenset({"implementing", "emergency_implementing"})


def in_time(change: Any, at: datetime) -> bool:
    """Tell whether ``at`` lies in the window of the change, with the grace of its start, or the work goes on."""
    found = change if isinstance(change, Change) else register.load(change)
    if found.state in RUNNING or found.window_start is None or found.window_end is None:
        return True
    grace = settings.WINDOW_GRACE
    return bool(found.window_start - grace <= at <= found.window_end + grace)

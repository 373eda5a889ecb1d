"""What higher layers do when an edition goes on: registered by them when they start, in the transaction of the step."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

#: Told of an edition, what happened (submitted, returned, approved), by whom, and when.
After = Callable[[Any, str, Any, datetime], None]
after: list[After] = []


def happened(edition: Any, name: str, *, by: Any, at: datetime) -> None:
    """Tell everybody who registered."""
    for tell in after:
        tell(edition, name, by, at)

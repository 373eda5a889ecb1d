"""What the moves of a configuration item change beside its state."""

from __future__ import annotations

from typing import Any

from configuration import authority
from itsm.flow import Move


def authorise(record: Any, move: Move) -> None:
    """Name to the database what authorises the move; it lets no other through."""
    authority.use(authority.grounds_of(record, move), by=move.by, at=move.at, reason=move.name)


def put_live(record: Any, move: Move) -> None:
    """Name what authorises it; it is known to be there from then on."""
    authorise(record, move)
    record.live_since = record.live_since or move.at

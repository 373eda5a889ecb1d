"""Opening a change out of another record."""

from __future__ import annotations

from typing import Any

from changes.models import Change
from itsm.flow import Move
from itsm.records.perform import open_record

COPIED = ("title", "description", "unit", "service", "category", "impact", "urgency", "priority", "confidential")


def receive_change(origin: Any, *, move: Move, why: str) -> Change:
    """Draft a change with the words of ``origin``; who makes the move asks for it."""
    fields = {name: getattr(origin, name) for name in COPIED}
    fields["description"] = getattr(origin, "solution", "") or origin.description or origin.title
    made: Change = open_record(
        Change, by=move.by, at=move.at, channel=origin.channel, fired_by=move, requester=move.by or origin.requester,
        received_at=move.at, justification=f"{origin.number} {origin.title}", **fields,
    )  # fmt: skip
    return made

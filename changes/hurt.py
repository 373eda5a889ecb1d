"""An incident that a change has caused: opened when its service was hurt, linked to it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from itsm.flow import Move
from itsm.records import register
from itsm.records.links import link
from itsm.records.models import LinkKind


def open_incident(change: Any, move: Move) -> Any:
    """Open an incident of the change's service, received now, and link it as caused by the change."""
    receive = register.process("incident").receive
    if receive is None:
        return None
    names = (
        "pk",
        "title",
        "requester",
        "requested_for",
        "unit",
        "service",
        "confidential",
        "channel",
        "team",
        "watchers",
    )
    origin = SimpleNamespace(**{name: getattr(change, name) for name in names})
    origin.description = move.given("reason", "")
    origin.received_at, origin.first_response_at = move.at, None
    made = receive(origin, move=move, why=LinkKind.CAUSED_BY_CHANGE)
    link(made, change, kind=LinkKind.CAUSED_BY_CHANGE, by=move.by, at=move.at, auto=True)
    return made

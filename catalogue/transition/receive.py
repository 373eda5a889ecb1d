"""Opening a service transition out of the change that calls for it."""

from __future__ import annotations

from typing import Any

from catalogue.transition.models import ServiceTransition
from itsm.flow import Move
from itsm.records.perform import open_record


def receive_transition(origin: Any, *, move: Move, why: str) -> ServiceTransition:
    """Propose what ``origin``, a change that the board has approved, is about."""
    service = getattr(origin, "service", None)
    made: ServiceTransition = open_record(
        ServiceTransition, by=move.by, at=move.at, channel=move.channel, fired_by=move, title=origin.title, service=service,
        requester=origin.requester, owner=service.owner if service else None,
        need="\n\n".join(text for text in (getattr(origin, "justification", ""), origin.description) if text),
    )  # fmt: skip
    return made

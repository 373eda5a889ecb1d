"""Opening an incident or a service request: raised by a person, by an alarm, or out of another record."""

from __future__ import annotations

from typing import Any

from incidents.models import Incident, ServiceRequest
from itsm.flow import Move
from itsm.records.perform import open_record
from itsm.tickets.carrying import carry

COPIED = (
    "title",
    "description",
    "requester",
    "requested_for",
    "unit",
    "service",
    "received_at",
    "confidential",
    "first_response_at",
)


def receive_incident(origin: Any, *, move: Move, why: str) -> Incident:
    """Open an incident out of ``origin``: same text, people, files, watchers and time of receipt."""
    made: Incident = _receive(Incident, origin, move=move, why=why, reporter=origin.requester)
    return made


def receive_request(origin: Any, *, move: Move, why: str) -> ServiceRequest:
    """Open a service request out of ``origin``: same text, people, files, watchers and time of receipt."""
    made: ServiceRequest = _receive(ServiceRequest, origin, move=move, why=why)
    return made


def _receive(model: type[Any], origin: Any, *, move: Move, why: str, **more: Any) -> Any:
    fields = {name: getattr(origin, name) for name in COPIED}
    made = open_record(
        model, by=move.by, at=move.at, channel=origin.channel, fired_by=move, team=origin.team, **fields, **more
    )
    if why != "reclassified":  # then everything is carried over, whatever process goes on
        carry(origin, made)
    return made

"""Opening a problem out of an incident."""

from __future__ import annotations

from typing import Any

from itsm.flow import Move
from itsm.records.perform import open_record
from problems.models import Problem

ORIGINS = {"major_incident": Problem.Origin.MAJOR_INCIDENT, "reclassified": Problem.Origin.RECLASSIFIED}
#: What hands a matter over otherwise, such as a complaint, asks for a cause to be found.
OTHERWISE = Problem.Origin.PROACTIVE
COPIED = (
    "title",
    "description",
    "requester",
    "unit",
    "service",
    "category",
    "impact",
    "urgency",
    "priority",
    "received_at",
    "confidential",
)


def receive_problem(origin: Any, *, move: Move, why: str) -> Problem:
    """Register a problem with the words of ``origin``; ``why`` is major_incident, reclassified, or how else it came."""
    fields = {name: getattr(origin, name) for name in COPIED}
    if why != "reclassified":
        fields["received_at"] = move.at
    made: Problem = open_record(
        Problem,
        by=move.by,
        at=move.at,
        channel=origin.channel,
        fired_by=move,
        origin=ORIGINS.get(why, OTHERWISE),
        **fields,
    )
    return made

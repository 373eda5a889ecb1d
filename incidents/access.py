"""Which roles follow from how a case came here."""

from __future__ import annotations

from typing import Any

from itsm.people.models import Person
from itsm.records.links import linking
from itsm.records.models import LinkKind

KINDS = ("incident", "service_request")


def moved_roles(record: Any, person: Person, roles: set[str]) -> set[str]:
    """Let the owner of the process do what the desk may with a matter that was moved here (registered as a step of roles).

    The desk does not move such a matter a second time.
    """
    if record.kind not in KINDS or "incident_manager" not in roles or "agent" in roles or not record.is_open:
        return roles
    came_before = record.received_at < record.created_at  # what was moved here keeps its time of receipt
    return roles | {"agent"} if came_before and linking(record, kind=LinkKind.RECLASSIFIED_TO) else roles

"""Which roles follow from a service transition itself, and which it takes away."""

from __future__ import annotations

from typing import Any

from itsm.people.models import Person


def transition_roles(record: Any, person: Person, roles: set[str]) -> set[str]:
    """Let who asked for it accept it as its user, and only the owner of the service act as owner."""
    if record.kind != "service_transition":
        return roles
    if record.owner_id is not None:
        roles = roles - {"service_owner"}
        if record.owner_id == person.pk:
            roles = roles | {"service_owner"}
    if record.requester_id == person.pk:
        roles = roles | {"user"}
    return roles

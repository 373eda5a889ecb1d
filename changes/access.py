"""Which roles follow from a change itself, and which it takes away."""

from __future__ import annotations

from typing import Any

from itsm.people.models import Person


def change_roles(record: Any, person: Person, roles: set[str]) -> set[str]:
    """Let who asked for a change act as its requester, and who carries it out as its implementer."""
    if record.kind != "change":
        return roles
    roles = roles - {"change_requester"}
    if person.pk == record.requester_id and person.is_worker:
        roles = roles | {"change_requester"}
    if record.implementer_id is not None:
        roles = roles - {"change_implementer"}
        if record.implementer_id == person.pk:
            roles = roles | {"change_implementer"}
    return roles

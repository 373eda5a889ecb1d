"""Which roles follow from a complaint itself, and which it takes away."""

from __future__ import annotations

from typing import Any

from itsm.people.models import Person


def complaint_roles(record: Any, person: Person, roles: set[str]) -> set[str]:
    """Let the owner of the process do what the desk may, and the management representative what is given to them.

    Who is complained about has no role on it, and who complains acts only as the complainant.
    """
    if record.kind != "complaint":
        return roles
    if person.pk == record.kept_from_id:
        return set()
    if person.pk == record.requester_id:
        return {"user"}
    if person.pk == record.assignee_id and person.holds("management_rep", process="complaint"):
        roles = roles | {"brm"}
    return roles | {"agent"} if "brm" in roles else roles


def supplier_roles(record: Any, person: Person, roles: set[str]) -> set[str]:
    """Let who asked a supplier go on with it, and who keeps contracts act on what is asked under them."""
    if record.kind != "supplier_case" or person.pk == record.kept_from_id:
        return roles
    asked = person.pk == record.requester_id and person.is_worker
    return roles | {"agent"} if asked or roles & {"slm", "brm"} else roles

"""Which roles follow from a release itself, which it takes away, and who may see it by their part in it."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from itsm.people.models import Person

HOLDERS = frozenset({"release_manager", "release_implementer"})


def release_roles(record: Any, person: Person, roles: set[str]) -> set[str]:
    """Let who asked for a release act as its requester, and who carries it out as its implementer.

    Roles on releases count for their deployments.
    """
    if record.kind == "deployment":
        return roles | {role for role, process in person.grants_held if process == "release" and role in HOLDERS}
    if record.kind != "release":
        return roles
    roles = roles - {"release_requester"}
    if person.pk == record.requester_id and person.is_worker:
        roles = roles | {"release_requester"}
    if record.implementer_id is not None:
        roles = roles - {"release_implementer"}
        if record.implementer_id == person.pk:
            roles = roles | {"release_implementer"}
    return roles


def seen_by(person: Person) -> Q | None:
    """Give the condition for releases that ``person`` works on: own ones, and for who may carry them out all open to all."""
    from releases.models import Release

    if not person.is_worker:
        return None
    rows = Q(pk__in=Release.objects.filter(Q(asked_by=person.pk) | Q(implementer=person.pk)).values("pk"))
    if "release_implementer" in person.role_codes:
        rows |= Q(pk__in=Release.objects.values("pk"), confidential=False)
    return rows

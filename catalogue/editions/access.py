"""Who writes and approves editions of the catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from itsm.people.models import Person

#: Roles that keep the whole catalogue; the owner of a service keeps its own entry.
KEEPERS = frozenset({"slm", "brm"})


def may_edit(person: Person, service: Any) -> bool:
    """Tell whether ``person`` may write what the catalogue says of ``service``."""
    return bool(person.role_codes & KEEPERS) or service.owner_id == person.pk


def may_approve(person: Person, edition: Any) -> bool:
    """Tell whether ``person`` may approve ``edition``: a keeper, or the management's representative, who wrote nothing of it."""
    judges = may_edit(person, edition.service) or "management_rep" in person.role_codes
    return judges and person.pk not in edition.authors

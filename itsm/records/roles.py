"""Which roles a person has on one record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from itsm.records import register

if TYPE_CHECKING:
    from itsm.people.models import Person


def roles_on(record: Any, *, person: Person | None) -> frozenset[str]:
    """Collect the roles of ``person`` on ``record``: granted for its process, then as higher layers add and take away.

    None is the system itself and has the role ``system`` alone.
    """
    if person is None:
        return frozenset({"system"})
    if not person.is_active:
        return frozenset()
    roles = {role for role, process in person.grants_held if process in ("", record.kind)}
    for step in register.steps.roles:
        roles = step(record, person, roles)
    return frozenset(roles)

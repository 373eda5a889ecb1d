"""Which roles follow from a problem itself, and which it takes away."""

from __future__ import annotations

from typing import Any

from itsm.people.models import Person
from problems.querysets import WRITERS


def problem_roles(record: Any, person: Person, roles: set[str]) -> set[str]:
    """Let whoever reported a problem take it back, and handlers act on what is theirs.

    Roles on problems count for the known errors that come of them.
    """
    if record.kind == "known_error":
        return roles | {role for role, process in person.grants_held if process == "problem" and role in WRITERS}
    if record.kind != "problem":
        return roles
    roles = roles - {"problem_reporter"}
    if person.pk == record.requester_id and person.is_worker:
        roles = roles | {"problem_reporter"}
    if record.assignee_id != person.pk and record.team_id not in person.team_ids:
        roles = roles - {"problem_handler"}
    return roles

"""Who is entitled to what is offered: everyone, or named units with all units below them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.db.models.expressions import RawSQL

if TYPE_CHECKING:
    from itsm.people.models import Person

#: A unit and all units above it.
ABOVE = """
WITH RECURSIVE up AS (
    SELECT id, parent_id FROM people_organisation WHERE id = %s
    UNION SELECT o.id, o.parent_id FROM people_organisation o JOIN up ON o.id = up.parent_id
) SELECT id FROM up
"""


def entitles(person: Person, *, through: str = "audiences") -> Q:
    """Select what is for everyone, or for the person's unit or one above it; ``through`` is the path to the audiences."""
    units = RawSQL(ABOVE, [person.unit_id])  # noqa: S611  # the key is a parameter
    return Q(**{through: None}) | Q(**{f"{through}__in": units})

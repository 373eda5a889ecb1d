"""Reads about people that are too big for a QuerySet."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from itsm.people.models import Organisation

if TYPE_CHECKING:
    from itsm.people.models import Person


def units_led_by(person: Person) -> frozenset[int]:
    """Collect the ids of the units that ``person`` leads and of all units below them."""
    found = set(Organisation.objects.filter(lead=person).values_list("pk", flat=True))
    layer = found
    while layer:
        layer = set(Organisation.objects.filter(parent__in=layer).values_list("pk", flat=True)) - found
        found |= layer
    return frozenset(found)


def absent_whom(person: Person, *, on: date) -> frozenset[int]:
    """Collect the ids of the colleagues for whom ``person`` acts on that day."""
    return frozenset(person.stands_in.filter(starts_on__lte=on, ends_on__gte=on).values_list("person", flat=True))

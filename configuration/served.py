"""From what a walk reached to the services that it touches, with who uses them and what was promised."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from configuration import far, naming, schema
from configuration.impact import Impact, Reached
from configuration.models import ConfigurationItem
from configuration.naming import Node

if TYPE_CHECKING:
    from itsm.people.models import Person


@dataclass(frozen=True)
class Touched:
    """A service that a walk reached: its item, the entry of the catalogue that it stands for (None if none does), the way."""

    row: Reached
    item: Node
    service: far.Served | None
    path: tuple[Node, ...]


def service_classes() -> frozenset[int]:
    """Give the keys of the class of services and of all below it."""
    known = schema.present()
    found = known.by_code("service")
    return frozenset(known.below(found.pk)) if found else frozenset()


def touched(impact: Impact, *, person: Person | None) -> list[Touched]:
    """List the services that the walk reached, the start among them, the worst first."""
    kinds = service_classes()
    rows = [row for row in impact.reached if row.class_id in kinds]
    codes = _codes(row.id for row in rows)
    known = far.answers.services(set(codes.values()), person) if codes else {}
    ways = {row.id: [step.id for step in impact.path(row)] for row in rows}
    names = naming.by_id({key for way in ways.values() for key in way}, at=impact.at)
    found = [
        Touched(row, names[row.id], known.get(codes.get(row.id, "")), tuple(names[key] for key in ways[row.id]))
        for row in rows
    ]
    return sorted(found, key=lambda one: (-one.row.loss, one.service.criticality if one.service else 9, one.item.title))


def _codes(items: Iterable[int]) -> dict[int, str]:
    keys = list(items)
    if not keys:
        return {}
    rows = ConfigurationItem.objects.filter(pk__in=keys).values_list("pk", "attributes__service_code")
    return {pk: code for pk, code in rows if code}

"""From what a walk reached to the services that it touches, with who uses them and what was promised."""

from __future__ import annotations

from collections.abc import Collection, Mapping
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
    """List the services that the walk reached, the start among them, the worst first.

    Those are the items of the class of services, and every item that a service of the catalogue names as its root.
    """
    kinds, roots = service_classes(), far.answers.roots()
    rows = [row for row in impact.reached if row.class_id in kinds or row.id in roots]
    codes = _codes([row.id for row in rows], roots)
    known = far.answers.services(set(codes.values()), person) if codes else {}
    ways = {row.id: [step.id for step in impact.path(row)] for row in rows}
    names = naming.by_id({key for way in ways.values() for key in way}, at=impact.at)
    found = [
        Touched(row, names[row.id], known.get(codes.get(row.id, "")), tuple(names[key] for key in ways[row.id]))
        for row in rows
    ]
    return sorted(found, key=lambda one: (-one.row.loss, one.service.criticality if one.service else 9, one.item.title))


def _codes(items: Collection[int], roots: Mapping[int, str]) -> dict[int, str]:
    """Tell for which service items stand: the one that names them; else that of their code, unless it names another."""
    found = {key: roots[key] for key in items if key in roots}
    others = [key for key in items if key not in roots]
    if others:
        named = set(roots.values())
        rows = ConfigurationItem.objects.filter(pk__in=others).values_list("pk", "attributes__service_code")
        found |= {pk: code for pk, code in rows if code and code not in named}
    return found

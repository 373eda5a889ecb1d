"""How far a change is felt: what fails with its items or what they stand on, drawn and as a list, and the services touched."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from configuration import graph, served

if TYPE_CHECKING:
    from itsm.people.models import Person

DOWN, UP = "down", "up"
#: How many steps are walked unless somebody asks for more or fewer.
STEPS, MOST = 6, graph.DEEPEST


def asked(query: Mapping[str, str]) -> tuple[str, int]:
    """Read which way is looked at and how far; what cannot be read is as if it had not been said."""
    depth = query.get("depth", "")
    steps = int(depth) if depth.isascii() and depth.isdecimal() and 0 < len(depth) < 4 else STEPS
    return (UP if query.get("way") == UP else DOWN), min(max(steps, 1), MOST)


def look(
    items: Sequence[Any], query: Mapping[str, str], *, person: Person, spared: Collection[int] = ()
) -> dict[str, Any]:
    """Give what the page shows of the reach of ``items``; without any there is nothing to walk from.

    What was said not to be affected (``spared``) is drawn as such.
    """
    way, steps = asked(query)
    shown: dict[str, Any] = {"way": way, "steps": steps, "depths": range(1, MOST + 1), "ways": _ways(way)}
    if not items:
        return shown
    wanted = graph.Asked(items[0], mode=way, depth=steps, beside=tuple(item.pk for item in items[1:]))
    found = graph.collect(wanted)
    marked = {key: "spared" for key, _class in found.found if key in spared}
    drawing, heaped = graph.drawn(wanted, replace(found, standing={**found.standing, **marked}))
    services = served.touched(found.walked, person=person) if found.walked and way == DOWN else None
    return shown | {
        "graph": found, "drawing": drawing, "heaped": heaped, "touched": services, "reached": len(found.found) - len(items),
        "clusters": graph.clusters(found) if heaped else [], **graph.listed(found, at=None, place=query.get("from", "")),
    }  # fmt: skip


def _ways(chosen: str) -> list[dict[str, Any]]:
    words = {DOWN: _("What fails with it"), UP: _("What it stands on")}
    return [{"value": way, "word": word, "chosen": way == chosen} for way, word in words.items()]

"""The graph explorer: what is asked, the items and relationships that answer it, the drawing and its twin as a list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from configuration import impact, naming, near, schema
from configuration.drawing import Box, Line, drawing
from configuration.models import ConfigurationItem
from configuration.naming import Node
from configuration.schema import Schema

#: More boxes than these become heaps by class.
MOST_DRAWN, DEEPEST = 200, 12
#: Lines of the list on one page.
LISTED = 200
MODES = ("down", "up", "near")


@dataclass(frozen=True)
class Asked:
    """What an address asks of the graph."""

    item: ConfigurationItem
    mode: str = "down"
    depth: int = 6
    kinds: frozenset[int] | None = None
    at: datetime | None = None
    beside: tuple[int, ...] = ()  # further items from which the walk begins, by key


@dataclass(frozen=True)
class Graph:
    """What was found: keys of items with their classes, relationships, how items stand, and whether there would be more."""

    found: list[tuple[int, int]]
    lines: list[Any]
    walked: impact.Impact | None
    cut: bool
    standing: Mapping[int, str] = field(default_factory=dict)
    hit: frozenset[int] = frozenset()


def collect(asked: Asked) -> Graph:
    """Walk as asked: one statement for the walk, one for the relationships between what it found."""
    start = asked.item.pk
    if asked.mode == "near":
        keys, cut = near.within(start, depth=asked.depth, kinds=asked.kinds, at=asked.at)
        found = [(node.id, node.class_id) for node in naming.nodes(keys, at=asked.at)]
        ties = near.between(keys, kinds=asked.kinds, at=asked.at, causal=False)
        return Graph(found, ties, None, cut, {start: "start"})
    walked = impact.walk_from(
        [start, *asked.beside], down=asked.mode == "down", at=asked.at, depth=asked.depth, kinds=asked.kinds
    )
    found = [(row.id, row.class_id) for row in walked.reached]
    ties = near.between([key for key, _class in found], kinds=asked.kinds, at=asked.at, causal=True)
    standing = {row.id: row.standing for row in walked.others} if asked.mode == "down" else {}
    hit = frozenset(row.via for row in walked.others if row.via is not None)
    starts = dict.fromkeys([start, *asked.beside], "start")
    return Graph(found, ties, walked, walked.cut, {**standing, **starts}, hit)


def drawn(asked: Asked, graph: Graph) -> tuple[Any, bool]:
    """Draw the graph; gives the drawing, and whether boxes were heaped by class."""
    heaped = heaps(graph) if len(graph.found) > MOST_DRAWN else frozenset()
    boxes, at = _boxes(asked, graph, heaped)
    kinds = schema.present().types
    lines: dict[tuple[str, str], Line] = {}
    for row in graph.lines:
        pair, hit = (at[row.source_id], at[row.target_id]), row.pk in graph.hit
        if pair[0] != pair[1] and (pair not in lines or (hit and not lines[pair].hit)):
            lines[pair] = Line(*pair, words=kinds[row.type_id].name, hit=hit)
    title = _("What hangs together with %(name)s") % {"name": asked.item.title}
    return drawing(boxes, list(lines.values()), title=title), bool(heaped)


def heaps(graph: Graph) -> frozenset[int]:
    """Choose the classes whose items are heaped, the fullest first, until few enough boxes remain."""
    counted = Counter(class_id for key, class_id in graph.found if not _begins(graph, key))
    total, chosen = len(graph.found), set()
    for class_id, count in counted.most_common():
        if total <= MOST_DRAWN:
            break
        chosen.add(class_id)
        total -= count - 1
    return frozenset(chosen)


def _begins(graph: Graph, key: int) -> bool:
    return graph.standing.get(key) == "start"


def _boxes(asked: Asked, graph: Graph, heaped: frozenset[int]) -> tuple[list[Box], dict[int, str]]:
    """Make a box for each item that stands for itself, and one for each heap; tell which box each item is in."""
    classes = schema.present().classes
    single = [key for key, class_id in graph.found if class_id not in heaped or _begins(graph, key)]
    names = naming.by_id(single, at=asked.at)
    boxes = [_heap(classes[class_id], tally) for class_id, tally in _heaped(graph, heaped).items()]
    for key in single:
        node, row = names[key], classes.get(names[key].class_id)
        name, layer = (row.name, row.layer) if row else ("", 5)
        standing = graph.standing.get(key, "")
        boxes.append(Box(f"ci{key}", node.title, name, layer, standing, f"/cmdb/cis/{node.number}/"))
    at = {key: f"heap{class_id}" for key, class_id in graph.found}
    return boxes, at | {key: f"ci{key}" for key in single}


def _heaped(graph: Graph, heaped: frozenset[int]) -> dict[int, Counter[str]]:
    """Count how the items of each heap stand."""
    found: dict[int, Counter[str]] = {}
    for key, class_id in graph.found:
        if class_id in heaped and not _begins(graph, key):
            found.setdefault(class_id, Counter())[graph.standing.get(key, "")] += 1
    return found


def _heap(one: Any, tally: Counter[str]) -> Box:
    """Make the box of a heap; it stands as its items do where they all stand alike."""
    standing = next(iter(tally)) if len(tally) == 1 else ""
    return Box(f"heap{one.pk}", f"{one.name} × {tally.total():,}", one.name, one.layer, standing)


@dataclass(frozen=True)
class Cluster:
    """How many items of one class were reached, and how they stand."""

    name: str
    count: int
    down: int
    degraded: int
    at_risk: int


def clusters(graph: Graph) -> list[Cluster]:
    """Count what was reached by class, the fullest first."""
    classes = schema.present().classes
    counted: dict[int, Counter[str]] = {}
    for key, class_id in graph.found:
        counted.setdefault(class_id, Counter())[graph.standing.get(key, "")] += 1
    made = [
        Cluster(
            classes[key].name if key in classes else "—", sum(tally.values()) - tally["start"], tally["down"],
            tally["degraded"], tally["at_risk"],
        )
        for key, tally in counted.items()
    ]  # fmt: skip
    return sorted((one for one in made if one.count), key=lambda one: (-one.count, one.name))


@dataclass(frozen=True)
class Twig:
    """A line of the list that says the same as the drawing: an item, how it came in, and its relationships."""

    node: Node
    class_name: str
    row: impact.Reached | None
    because: str
    links: list[tuple[str, Node]]


def twigs(graph: Graph, *, at: datetime | None, first: int = 0) -> list[Twig]:
    """List the items of one page from the place ``first`` on, with how each came in and its relationships as their source reads them."""
    known = schema.present()
    keys = [key for key, _class in graph.found[first : first + LISTED]]
    listed = set(keys)
    out: dict[int, list[Any]] = {}
    for line in graph.lines:
        if line.source_id in listed:
            out.setdefault(line.source_id, []).append(line)
    reached = graph.walked.by_id if graph.walked else {}
    ends = {line.target_id for lines in out.values() for line in lines}
    ends |= {row.before for key in keys if (row := reached.get(key)) and row.before is not None}
    names = naming.by_id(listed | ends, at=at)
    ways = near.ways([row.via for key in keys if (row := reached.get(key)) and row.via is not None])
    return [
        Twig(
            names[key], known.classes[names[key].class_id].name if names[key].class_id in known.classes else "",
            reached.get(key), _because(reached.get(key), names, ways, known),
            [(known.types[line.type_id].name, names[line.target_id]) for line in out.get(key, [])],
        )
        for key in keys
    ]  # fmt: skip


def listed(graph: Graph, *, at: datetime | None, place: str) -> dict[str, Any]:
    """Give one page of the list: that of the item at ``place``, the first where it is none."""
    count = len(graph.found)
    wanted = int(place[:9]) - 1 if place.isascii() and place.isdecimal() else 0
    first = max(0, min(wanted, count - 1)) // LISTED * LISTED
    last = min(first + LISTED, count)
    pages = {
        "before": first - LISTED + 1 if first else 0,
        "after": last + 1 if last < count else 0,
        "first": first + 1,
        "last": last,
    }
    return {"twigs": twigs(graph, at=at, first=first), "count": count, "pages": pages}


def _because(row: impact.Reached | None, names: Mapping[int, Node], ways: Mapping[int, Any], known: Schema) -> str:
    if row is None or row.before is None or row.via is None:
        return ""
    way = ways[row.via]
    kind = known.types[way.type_id]
    words = f"{kind.name if way.source_id == row.id else kind.inverse} {names[row.before].title}"
    if way.group:
        words += _(" (group %(group)s needs %(needs)d)") % {"group": way.group, "needs": way.needs}
    return words

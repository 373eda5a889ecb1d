"""The graph explorer: what is asked, the items and relationships that answer it, the drawing and its twin as a list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from configuration import impact, near, schema
from configuration.drawing import Box, Line, drawing
from configuration.models import ConfigurationItem
from configuration.near import Node
from configuration.schema import Schema

#: More boxes than these become heaps by class.
MOST_DRAWN, DEEPEST = 200, 12
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
    """What was found: items with how they stand, relationships, and whether there would be more."""

    nodes: list[Node]
    lines: list[Any]
    walked: impact.Impact | None
    cut: bool
    standing: Mapping[int, str] = field(default_factory=dict)
    hit: frozenset[int] = frozenset()


def collect(asked: Asked) -> Graph:
    """Walk as asked; one statement for the walk, one for names where the walk gives none, one for relationships."""
    start = asked.item.pk
    if asked.mode == "near":
        keys, cut = near.within(start, depth=asked.depth, kinds=asked.kinds, at=asked.at)
        lines = near.between(keys, kinds=asked.kinds, at=asked.at)
        return Graph(near.nodes(keys, at=asked.at), lines, None, cut, {start: "start"})
    walked = impact.walk_from([start, *asked.beside], down=asked.mode == "down", at=asked.at, depth=asked.depth)
    found = [Node(row.id, row.number, row.title, row.class_id, row.state) for row in walked.reached]
    lines = [row for row in near.between([node.id for node in found], kinds=asked.kinds, at=asked.at) if row.cause_id]
    standing = {row.id: row.standing for row in walked.others} if asked.mode == "down" else {}
    hit = frozenset(row.via for row in walked.others if row.via is not None)
    starts = dict.fromkeys([start, *asked.beside], "start")
    return Graph(found, lines, walked, walked.cut, {**standing, **starts}, hit)


def drawn(asked: Asked, graph: Graph) -> tuple[Any, bool]:
    """Draw the graph; gives the drawing, and whether boxes were heaped by class."""
    known = schema.present()
    heaped = heaps(graph, start=asked.item.pk) if len(graph.nodes) > MOST_DRAWN else frozenset()
    boxes, at = _boxes(graph, known, heaped)
    kinds = known.types
    lines: dict[tuple[str, str], Line] = {}
    for row in graph.lines:
        pair = (at[row.source_id], at[row.target_id])
        if pair[0] == pair[1]:
            continue
        hit = row.pk in graph.hit or (pair in lines and lines[pair].hit)
        lines[pair] = Line(*pair, words=kinds[row.type_id].name, hit=hit)
    title = _("What hangs together with %(name)s") % {"name": asked.item.title}
    return drawing(boxes, list(lines.values()), title=title), bool(heaped)


def heaps(graph: Graph, *, start: int) -> frozenset[int]:
    """Choose the classes whose items are heaped, the fullest first, until few enough boxes remain."""
    counted = Counter(node.class_id for node in graph.nodes if node.id != start)
    total, chosen = len(graph.nodes), set()
    for class_id, count in counted.most_common():
        if total <= MOST_DRAWN:
            break
        chosen.add(class_id)
        total -= count - 1
    return frozenset(chosen)


def _boxes(graph: Graph, known: Schema, heaped: frozenset[int]) -> tuple[list[Box], dict[int, str]]:
    boxes: dict[str, Box] = {}
    at: dict[int, str] = {}
    heap_sizes = Counter(node.class_id for node in graph.nodes if node.class_id in heaped)
    for node in graph.nodes:
        row = known.classes.get(node.class_id)
        name, layer = (row.name, row.layer) if row else ("", 5)
        standing = graph.standing.get(node.id, "")
        if node.class_id in heaped and standing != "start":
            key = f"heap{node.class_id}"
            boxes[key] = Box(key, f"{name} × {heap_sizes[node.class_id]}", name, layer)
        else:
            key = f"ci{node.id}"
            boxes[key] = Box(key, node.title, name, layer, standing, f"/cmdb/cis/{node.number}/")
        at[node.id] = key
    return list(boxes.values()), at


@dataclass(frozen=True)
class Twig:
    """A line of the list that says the same as the drawing; ``closes`` is how many levels end after it."""

    node: Node
    class_name: str
    row: impact.Reached | None
    because: str
    links: list[tuple[str, Node]]


def twigs(graph: Graph) -> list[Twig]:
    """List every item of the drawing with how it came in, and every relationship as its source reads it."""
    known = schema.present()
    nodes = {node.id: node for node in graph.nodes}
    out: dict[int, list[tuple[str, Node]]] = {}
    for row in graph.lines:
        out.setdefault(row.source_id, []).append((known.types[row.type_id].name, nodes[row.target_id]))
    reached = graph.walked.by_id if graph.walked else {}
    return [
        Twig(
            node, known.classes[node.class_id].name if node.class_id in known.classes else "", reached.get(node.id),
            _because(reached.get(node.id), nodes, known), out.get(node.id, []),
        )
        for node in graph.nodes
    ]  # fmt: skip


def _because(row: impact.Reached | None, nodes: Mapping[int, Node], known: Schema) -> str:
    if row is None or row.before is None or row.type_id is None:
        return ""
    kind = known.types[row.type_id]
    words = f"{kind.name if row.forward else kind.inverse} {nodes[row.before].title}"
    if row.group:
        words += _(" (group %(group)s needs %(needs)d)") % {"group": row.group, "needs": row.needs}
    return words

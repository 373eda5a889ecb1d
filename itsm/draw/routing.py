"""How the arrows of a chart run: along tracks between the boxes, with few bends and no shared lines."""

from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import pairwise

from itsm.draw.layout import CHANNEL, COLUMN, SIDE_COLUMN, Layout, Place
from itsm.flow.chart import Edge

Point = tuple[float, float]
Node = tuple[int, int]
TURNS: tuple[Node, ...] = ((0, 1), (1, 0), (-1, 0), (0, -1))  # down, right, left, up
BEND, CROSS, SHARE, SAME_SOURCE, SAME_TARGET = 45.0, 40.0, 4000.0, 900.0, 25.0
FROM_TOP, INTO_BOTTOM, INTO_SIDE, BACK_RIGHT = 160.0, 260.0, 8.0, 30.0


@dataclass(slots=True)
class Grid:
    """The tracks of a drawing and who runs where already."""

    xs: list[float]
    ys: list[float]
    boxes: dict[Node, str]
    used: dict[tuple[Node, Node], list[Edge]] = field(default_factory=dict)
    passed: dict[tuple[Node, bool], int] = field(default_factory=dict)


def _tracks(layout: Layout) -> Grid:
    xs: set[float] = {place.x for place in layout.places.values()}
    for band in layout.lanes:
        cells = [(band.left, COLUMN)] + ([(band.left + COLUMN, SIDE_COLUMN)] if band.wide > COLUMN else [])
        for left, wide in cells:
            xs |= {left + 6, left + 15, left + wide - 6, left + wide - 15}
    ys: set[float] = {place.y for place in layout.places.values()}
    for top in layout.tops:
        ys |= {top - CHANNEL + share * CHANNEL for share in (0.25, 0.42, 0.59, 0.76)}
    across, down = sorted(xs), sorted(y for y in ys if y < layout.height + 4)
    boxes = {(across.index(place.x), down.index(place.y)): code for code, place in layout.places.items()}
    return Grid(across, down, boxes)


def _port_cost(place: Place, to: Place, step: Node, *, loop: bool) -> float:
    """What leaving in a direction costs: steps leave downwards, decisions may leave sideways."""
    if step == (0, -1):
        return FROM_TOP
    if step == (0, 1):
        return 0.0 if to.y > place.y else 60.0
    towards = (to.x - place.x) * step[0]
    if loop:
        return 0.0 if step[0] < 0 else BACK_RIGHT
    return 0.0 if towards > 1 else 40.0


def _step_cost(grid: Grid, node: Node, following: Node, edge: Edge) -> float:
    cost = abs(grid.xs[node[0]] - grid.xs[following[0]]) + abs(grid.ys[node[1]] - grid.ys[following[1]])
    for other in grid.used.get((min(node, following), max(node, following)), ()):
        cost += SAME_TARGET if other.target == edge.target else SAME_SOURCE if other.source == edge.source else SHARE
    crossing = grid.passed.get((following, node[0] != following[0]), 0)
    return cost + CROSS * crossing


def _entry_cost(step: Node) -> float:
    return INTO_BOTTOM if step == (0, -1) else INTO_SIDE if step[0] else 0.0


def _search(grid: Grid, layout: Layout, edge: Edge) -> list[Node]:
    """Find the cheapest way from box to box (Dijkstra over node and direction)."""
    at = {code: node for node, code in grid.boxes.items()}
    start, goal = at[edge.source], at[edge.target]
    places, loop = layout.places, edge.code in layout.loops
    heap: list[tuple[float, int, Node, Node]] = []
    best: dict[tuple[Node, Node], float] = {}
    came: dict[tuple[Node, Node], tuple[Node, Node]] = {}
    for step in TURNS:
        heappush(heap, (_port_cost(places[edge.source], places[edge.target], step, loop=loop), len(heap), start, step))
    while heap:
        cost, _order, node, step = heappop(heap)
        if node == goal:
            return _back(came, (node, step), start)
        for turn in TURNS:
            if turn == (-step[0], -step[1]) or (node == start and turn != step):
                continue
            following = (node[0] + turn[0], node[1] + turn[1])
            if not _free(grid, following, goal):
                continue
            total = cost + _step_cost(grid, node, following, edge) + (BEND if turn != step else 0)
            total += _entry_cost(turn) if following == goal else 0
            if total < best.get((following, turn), 1e12):
                best[following, turn] = total
                came[following, turn] = (node, step)
                heappush(heap, (total, len(came) + len(heap), following, turn))
    raise LookupError(f"no way from {edge.source} to {edge.target}")


def _free(grid: Grid, node: Node, goal: Node) -> bool:
    inside = 0 <= node[0] < len(grid.xs) and 0 <= node[1] < len(grid.ys)
    return inside and (node == goal or node not in grid.boxes)


def _back(came: dict[tuple[Node, Node], tuple[Node, Node]], last: tuple[Node, Node], start: Node) -> list[Node]:
    path = [last[0]]
    while path[-1] != start or len(path) == 1:
        last = came[last]
        path.append(last[0])
        if last[0] == start:
            break
    return path[::-1]


def _remember(grid: Grid, path: list[Node], edge: Edge) -> None:
    for node, following in pairwise(path):
        grid.used.setdefault((min(node, following), max(node, following)), []).append(edge)
        vertical = node[0] == following[0]
        grid.passed[following, vertical] = grid.passed.get((following, vertical), 0) + 1


def _corners(points: list[Point]) -> list[Point]:
    kept = [points[0]]
    for before, here, after in zip(points, points[1:], points[2:], strict=False):
        if (before[0] == here[0]) != (here[0] == after[0]):
            kept.append(here)
    return [*kept, points[-1]]


def _clip(inner: Point, outer: Point, place: Place) -> Point:
    """Move an end from the centre of a box to its border."""
    if inner[0] == outer[0]:
        return inner[0], inner[1] + place.high / 2 * (1 if outer[1] > inner[1] else -1)
    return inner[0] + place.wide / 2 * (1 if outer[0] > inner[0] else -1), inner[1]


def _ease(layout: Layout, edge: Edge) -> tuple[bool, float]:
    one, two = layout.places[edge.source], layout.places[edge.target]
    return edge.code in layout.loops, abs(one.x - two.x) * 2 + abs(one.y - two.y)


def routes(layout: Layout) -> dict[str, list[Point]]:
    """This will give the corner points of every edge, short ones laid first, loops last."""
    grid = _tracks(layout)
    found: dict[str, list[Point]] = {}
    for edge in sorted(layout.chart.edges.values(), key=lambda edge: _ease(layout, edge)):
        path = _search(grid, layout, edge)
        _remember(grid, path, edge)
        points = _corners([(grid.xs[x], grid.ys[y]) for x, y in path])
        points[0] = _clip(points[0], points[1], layout.places[edge.source])
        points[-1] = _clip(points[-1], points[-2], layout.places[edge.target])
        found[edge.code] = points
    return found

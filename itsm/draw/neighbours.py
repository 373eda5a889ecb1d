"""Small graphs: the neighbours around one record, and the map of the processes with what runs between them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString

from itsm.draw.lettering import SMALL, text_lines, width, wrap

#: Neighbours drawn on each side; the list beside the drawing holds all.
EACH = 6
#: A node, the lane between the two columns in which the lines run, and the step from row to row.
NODE, HIGH, LANE, ROW = 124.0, 24.0, 24.0, 34.0
WIDE = NODE * 2 + LANE


@dataclass(frozen=True, slots=True)
class Near:
    """One neighbour: its number, how it is connected in words, where it leads and whether it is over."""

    number: str
    words: str
    url: str
    is_done: bool = False


def neighbourhood(number: str, *, left: Sequence[Near], right: Sequence[Near], title: str) -> SafeString:
    """This will draw a record with what leads to it (``left``) above and what it leads to (``right``) below.

    Two columns and a lane between them fit into the narrow side of a page with letters that can be read.
    """
    above, below = left[:EACH], right[:EACH]
    middle = HIGH / 2 + 1 + _rows(above) * ROW
    lines = [_lane(above, middle, -1), _lane(below, middle, 1)]
    nodes = [_near(near, x, y) for near, x, y in (*_places(above, middle, -1), *_places(below, middle, 1))]
    centre = f'<g class="here">{_node(number, WIDE / 2, middle, NODE + 22)}</g>'
    high = middle + _rows(below) * ROW + HIGH / 2 + 1
    head = f'<svg class="graph" viewBox="-1 0 {WIDE + 2:g} {high:g}" role="group" aria-label="{escape(title)}">'
    return SafeString(f"{head}{''.join(lines)}{''.join(nodes)}{centre}</svg>")


def _rows(side: Sequence[Near]) -> int:
    return -(-len(side) // 2)


def _places(side: Sequence[Near], middle: float, way: int) -> Iterator[tuple[Near, float, float]]:
    """Set the neighbours of one side in two columns, the first ones nearest; a single one stands in the middle."""
    columns = (WIDE / 2,) if len(side) == 1 else (NODE / 2, WIDE - NODE / 2)
    for place, near in enumerate(side):
        yield near, columns[place % 2], middle + way * ROW * (place // 2 + 1)


def _lane(side: Sequence[Near], middle: float, way: int) -> str:
    """Draw the lane from the record to the farthest row, a twig to each node, and the heads where the arrows end."""
    if not side:
        return ""
    x, far = WIDE / 2, middle + way * ROW * _rows(side)
    drawn = f'<path class="edge" d="M{x:g} {middle + way * HIGH / 2:g}V{far - (way * HIGH / 2 if len(side) == 1 else 0):g}"/>'
    for _who, at, y in _places(side, middle, way) if len(side) > 1 else ():
        edge = at + NODE / 2 if at < x else at - NODE / 2
        drawn += f'<path class="edge" d="M{x:g} {y:g}H{edge:g}"/>'
        drawn += _arrow(edge, y, dx=-1 if at < x else 1) if way > 0 else ""
    if way < 0:
        return drawn + _arrow(x, middle - HIGH / 2, dy=1)
    return drawn + (_arrow(x, far - HIGH / 2, dy=1) if len(side) == 1 else "")


def _arrow(x: float, y: float, *, dx: int = 0, dy: int = 0) -> str:
    """Draw the head of an arrow whose point is at (x, y)."""
    if dy:
        return f'<path class="head" d="M{x:g} {y:g}l-3.5 {-6 * dy}h7z"/>'
    return f'<path class="head" d="M{x:g} {y:g}l{-6 * dx} -3.5v7z"/>'


def _node(text: str, x: float, y: float, wide: float = NODE) -> str:
    box = f'<rect class="shape" x="{x - wide / 2:g}" y="{y - HIGH / 2:g}" width="{wide:g}" height="{HIGH:g}" rx="6"/>'
    return box + _fitted(text, x, y, room=wide - 6)


def _fitted(text: str, x: float, y: float, *, room: float) -> str:
    """Write a number as large as it fits; of one that never does, only its end."""
    size = next((size for size in (11.0, 10.0) if width(text, size=size) <= room), 9.0)
    shown = text
    while len(shown) > 2 and width(shown, size=size) > room:
        shown = f"…{shown.lstrip('…')[1:]}"
    return text_lines([shown], x=x, y=y, size=size)


def _near(near: Near, x: float, y: float) -> str:
    css = "node over" if near.is_done else "node"
    words = escape(f"{near.number}: {near.words}")
    return f'<a class="{css}" href="{escape(near.url)}" aria-label="{words}"><title>{words}</title>{_node(near.number, x, y)}</a>'


@dataclass(frozen=True, slots=True)
class Station:
    """A process on the map: its place in columns and rows, its name and where its list is (empty: nowhere)."""

    label: str
    column: float
    row: float
    url: str = ""


@dataclass(frozen=True, slots=True)
class Road:
    """What runs from one process to another: how it is called, how many are open, and where the rows are.

    ``bend`` pushes the middle aside; ``at`` says how far along the words stand.
    """

    source: str
    target: str
    label: str
    count: int
    url: str = ""
    bend: float = 0.0
    at: float = 0.5


COLUMN, LINE, BOX_WIDE, BOX_HIGH = 270.0, 132.0, 130.0, 50.0
MARGIN = 18.0


def process_map(stations: Mapping[str, Station], roads: Sequence[Road], *, title: str) -> SafeString:
    """This will draw the processes and the roads between them, each with its count; an empty road is faint."""
    wide = MARGIN * 2 + BOX_WIDE + COLUMN * max(station.column for station in stations.values())
    high = MARGIN * 2 + BOX_HIGH + LINE * max(station.row for station in stations.values())
    drawn = "".join(_road(road, stations) for road in roads)
    labels = "".join(_road_label(road, stations) for road in roads)
    boxes = "".join(_station(station) for station in stations.values())
    head = f'<svg class="graph map" viewBox="0 0 {wide:g} {high:g}" width="{wide:g}" role="group" aria-label="{escape(title)}">'
    return SafeString(f"{head}{drawn}{boxes}{labels}</svg>")


def _centre(station: Station) -> tuple[float, float]:
    return MARGIN + BOX_WIDE / 2 + station.column * COLUMN, MARGIN + BOX_HIGH / 2 + station.row * LINE


def _station(station: Station) -> str:
    x, y = _centre(station)
    box = f'<rect class="shape" x="{x - BOX_WIDE / 2:g}" y="{y - BOX_HIGH / 2:g}" width="{BOX_WIDE:g}" height="{BOX_HIGH:g}" rx="8"/>'
    box += text_lines(wrap(station.label, room=BOX_WIDE - 16), x=x, y=y)
    return f'<a class="node" href="{escape(station.url)}">{box}</a>' if station.url else f"<g>{box}</g>"


def _border(centre: tuple[float, float], towards: tuple[float, float]) -> tuple[float, float]:
    """Find where the line from the middle of a box towards a point leaves the box."""
    dx, dy = towards[0] - centre[0], towards[1] - centre[1]
    scale = min(BOX_WIDE / 2 / abs(dx) if dx else 9e9, BOX_HIGH / 2 / abs(dy) if dy else 9e9)
    return centre[0] + dx * scale, centre[1] + dy * scale


def _ends(
    road: Road, stations: Mapping[str, Station]
) -> tuple[tuple[float, float], tuple[float, float], tuple[float, float]]:
    """Give both ends of a road and the point that bends it aside."""
    start, end = _centre(stations[road.source]), _centre(stations[road.target])
    dx, dy = end[0] - start[0], end[1] - start[1]
    long = (dx * dx + dy * dy) ** 0.5 or 1.0
    control = ((start[0] + end[0]) / 2 - dy / long * road.bend, (start[1] + end[1]) / 2 + dx / long * road.bend)
    return _border(start, control), _border(end, control), control


def _road(road: Road, stations: Mapping[str, Station]) -> str:
    (x1, y1), (x2, y2), (cx, cy) = _ends(road, stations)
    dx, dy = x2 - cx, y2 - cy
    long = (dx * dx + dy * dy) ** 0.5 or 1.0
    ux, uy = dx / long, dy / long
    left, right = (x2 - ux * 9 - uy * 4.5, y2 - uy * 9 + ux * 4.5), (x2 - ux * 9 + uy * 4.5, y2 - uy * 9 - ux * 4.5)
    head = f'<path class="head" d="M{x2:.1f} {y2:.1f}L{left[0]:.1f} {left[1]:.1f}L{right[0]:.1f} {right[1]:.1f}z"/>'
    css = "road" if road.count else "road empty"
    curve = f"M{x1:.1f} {y1:.1f}Q{cx:.1f} {cy:.1f} {x2 - ux * 8:.1f} {y2 - uy * 8:.1f}"
    return f'<g class="{css}"><path class="edge" d="{curve}"/>{head}</g>'


def _road_label(road: Road, stations: Mapping[str, Station]) -> str:
    (x1, y1), (x2, y2), (cx, cy) = _ends(road, stations)
    near, far = 1 - road.at, road.at
    x, y = (near * near * a + 2 * near * far * b + far * far * c for a, b, c in ((x1, cx, x2), (y1, cy, y2)))
    text = f"{road.label} {road.count:,}"
    wide = width(text, size=SMALL) * (1.07 if road.count else 1.0) + 12
    plate = f'<rect class="plate" x="{x - wide / 2:.1f}" y="{y - 9:.1f}" width="{wide:.1f}" height="18" rx="9"/>'
    words = plate + text_lines([text], x=round(x, 1), y=round(y, 1), size=SMALL)
    css = "label" if road.count else "label empty"
    return f'<a class="{css}" href="{escape(road.url)}">{words}</a>' if road.url else f'<g class="{css}">{words}</g>'

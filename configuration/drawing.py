"""Items and their relationships as layers: services at the top, places at the bottom; drawn on the server as SVG."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from django.utils.safestring import SafeString

from itsm.draw.lettering import SMALL, text_lines, wrap

WIDE, HIGH, GAP, RISE, EDGE, ACROSS = 148.0, 52.0, 20.0, 56.0, 16.0, 9
#: What is left free under the lowest row, into which lines between its boxes sag.
FOOT = 24.0
#: The gap that a line gets in a row which it passes; beyond so many such lines they run straight.
BEND, BENT, MOST_BENT = 16.0, "bend ", 40
SIGNS = {"down": "✕", "degraded": "◐", "at_risk": "!", "start": "●", "spared": "–"}


@dataclass(frozen=True)
class Box:
    """An item, or a heap of items of one class; ``standing`` is start, down, degraded, at_risk, spared or empty."""

    key: str
    label: str
    kind: str
    layer: int
    standing: str = ""
    url: str = ""


@dataclass(frozen=True)
class Line:
    """A relationship between two boxes; ``hit`` when a failure went over it."""

    source: str
    target: str
    words: str
    hit: bool = False


@dataclass(frozen=True)
class Place:
    """Where a box stands: its upper left corner."""

    x: float
    y: float

    @property
    def middle(self) -> float:
        """Its middle across."""
        return self.x + WIDE / 2


def drawing(boxes: Sequence[Box], lines: Sequence[Line], *, title: str, ident: str = "ci-graph") -> SafeString:
    """Draw the boxes in rows by layer, those that hang together near each other."""
    places, ways = placed(boxes, lines)
    wide = max((place.x for place in places.values()), default=0) + WIDE + EDGE
    high = max((place.y for place in places.values()), default=0) + HIGH + FOOT
    drawn = "".join(_line(line, [places[key] for key in way]) for line, way in zip(lines, ways, strict=True))
    drawn += "".join(_box(box, places[box.key]) for box in boxes)
    return SafeString(
        f'<svg class="ci-graph" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:g} {high:g}" width="{wide:g}" '
        f'height="{high:g}" role="group" aria-labelledby="{escape(ident)}"><title id="{escape(ident)}">{escape(title)}</title>'
        f"{drawn}</svg>"
    )


def placed(boxes: Sequence[Box], lines: Sequence[Line]) -> tuple[dict[str, Place], list[list[str]]]:
    """Give each box and each bend of a line its place, and for each line the places that it runs through, the upper first.

    Rows hold at most nine boxes and are ordered so that lines cross little; a line that passes rows gets a gap in each of
    them, so that it never runs behind a box.
    """
    rows = _rows(boxes, _neighbours([(line.source, line.target) for line in lines]))
    ways = _ways(rows, lines)
    _order(rows, _neighbours([pair for way in ways for pair in pairwise(way)]))
    width = max((_width(row) for row in rows), default=0.0)
    found = {}
    for number, row in enumerate(rows):
        left = EDGE + (width - _width(row)) / 2
        for key in row:
            room = BEND if key.startswith(BENT) else WIDE
            found[key] = Place(left + (room - WIDE) / 2, EDGE + number * (HIGH + RISE))
            left += room + GAP
    return found, ways


def _width(row: Sequence[str]) -> float:
    return sum((BEND if key.startswith(BENT) else WIDE) + GAP for key in row) - GAP


def _ways(rows: list[list[str]], lines: Sequence[Line]) -> list[list[str]]:
    """Find for each line through which places it runs, and lay its bends into the rows that it passes."""
    level = {key: number for number, row in enumerate(rows) for key in row}
    ends = [sorted((line.source, line.target), key=lambda key: level[key]) for line in lines]
    bends = {(upper, lower) for upper, lower in ends if level[lower] - level[upper] > 1}
    ways = {}
    for upper, lower in sorted(bends) if len(bends) <= MOST_BENT else ():
        passed = range(level[upper] + 1, level[lower])
        ways[upper, lower] = [f"{BENT}{upper}-{lower}-{number}" for number in passed]
        for number, key in zip(passed, ways[upper, lower], strict=True):
            rows[number].append(key)
    return [[upper, *ways.get((upper, lower), ()), lower] for upper, lower in ends]


def _neighbours(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one, other in pairs:
        found.setdefault(one, []).append(other)
        found.setdefault(other, []).append(one)
    return found


def _rows(boxes: Sequence[Box], near: Mapping[str, list[str]]) -> list[list[str]]:
    layers: dict[int, list[str]] = {}
    for box in boxes:
        layers.setdefault(box.layer, []).append(box.key)
    ordered = [layers[layer] for layer in sorted(layers)]
    _order(ordered, near)
    return [row[start : start + ACROSS] for row in ordered for start in range(0, len(row), ACROSS)]


def _order(rows: list[list[str]], near: Mapping[str, list[str]]) -> None:
    """Sort each row by where the neighbours of its places stand, down, up and down again."""
    for sweep in (rows, rows[::-1], rows):
        at = {key: index / max(len(row), 1) for row in rows for index, key in enumerate(row)}
        for row in sweep:
            row.sort(key=lambda key: _average(key, near, at))
            at |= {key: index / max(len(row), 1) for index, key in enumerate(row)}


def _average(key: str, near: Mapping[str, list[str]], at: Mapping[str, float]) -> float:
    known = [at[other] for other in near.get(key, ()) if other in at]
    return sum(known) / len(known) if known else at[key]


def _line(line: Line, way: Sequence[Place]) -> str:
    """Draw curves from the upper box through the bends to the lower one, or below both when they stand in one row."""
    css = "ci-line hit" if line.hit else "ci-line"
    one, *more = way if way[0].y < way[-1].y else sorted(way, key=lambda place: place.x)
    if one.y == more[-1].y:
        foot, two = one.y + HIGH, more[-1]
        curve = f"M{one.middle:g} {foot:g}C{one.middle:g} {foot + 26:g} {two.middle:g} {foot + 26:g} {two.middle:g} {foot:g}"
    else:
        curve = f"M{one.middle:g} {one.y + HIGH:g}" + "".join(_bow(upper, lower) for upper, lower in pairwise(way))
        curve = curve.removesuffix(f"V{way[-1].y + HIGH:g}")
    return f'<path class="{css}" d="{curve}"><title>{escape(line.words)}</title></path>'


def _bow(upper: Place, lower: Place) -> str:
    """Bend from the foot of one place to the head of the next, and go down through that."""
    top, foot = upper.y + HIGH, lower.y
    bend = min((foot - top) / 2, RISE)
    return (
        f"C{upper.middle:g} {top + bend:g} {lower.middle:g} {foot - bend:g} {lower.middle:g} {foot:g}"
        f"V{lower.y + HIGH:g}"
    )


def _box(box: Box, place: Place) -> str:
    x, y = place.x, place.y
    lines = wrap(box.label, room=WIDE - 16, size=SMALL)
    lines = lines if len(lines) <= 2 else [lines[0], lines[1][: max(len(lines[1]) - 1, 1)] + "…"]
    lines = [line if len(line) < 26 else line[:24] + "…" for line in lines]
    text = text_lines(lines, x=x + WIDE / 2, y=y + 35, size=SMALL)
    kind, *rest = wrap(box.kind, room=WIDE - 32, size=SMALL)
    body = (
        f'<title>{escape(box.label)} — {escape(box.kind)}</title><rect class="shape" x="{x:g}" y="{y:g}" width="{WIDE:g}" '
        f'height="{HIGH:g}" rx="6"/><text class="kind" x="{x + 8:g}" y="{y + 13:g}">{escape(kind)}{"…" if rest else ""}</text>{text}'
    )
    if sign := SIGNS.get(box.standing):
        body += f'<text class="sign" x="{x + WIDE - 12:g}" y="{y + 13:g}">{sign}</text>'
    css = f"ci-box {box.standing}".strip().replace("_", "-")
    inner = f'<a href="{escape(box.url)}">{body}</a>' if box.url else body
    return f'<g class="{css}">{inner}</g>'

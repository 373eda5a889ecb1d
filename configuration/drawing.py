"""Items and their relationships as layers: services at the top, places at the bottom; drawn on the server as SVG."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString

from itsm.draw.lettering import SMALL, text_lines, wrap

WIDE, HIGH, GAP, RISE, EDGE, ACROSS = 148.0, 46.0, 20.0, 62.0, 16.0, 9
SIGNS = {"down": "✕", "degraded": "◐", "at_risk": "!", "start": "●"}


@dataclass(frozen=True)
class Box:
    """An item, or a heap of items of one class; ``standing`` is start, down, degraded, at_risk or empty."""

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
    places = placed(boxes, lines)
    wide = max((place.x for place in places.values()), default=0) + WIDE + EDGE
    high = max((place.y for place in places.values()), default=0) + HIGH + EDGE
    drawn = "".join(_line(line, places) for line in lines)
    drawn += "".join(_box(box, places[box.key]) for box in boxes)
    return SafeString(
        f'<svg class="ci-graph" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:g} {high:g}" width="{wide:g}" '
        f'height="{high:g}" role="group" aria-labelledby="{escape(ident)}"><title id="{escape(ident)}">{escape(title)}</title>'
        f"{drawn}</svg>"
    )


def placed(boxes: Sequence[Box], lines: Sequence[Line]) -> dict[str, Place]:
    """Give each box its place: rows of at most nine, ordered so that lines cross little."""
    rows = _rows(boxes, _neighbours(lines))
    widest = max((len(row) for row in rows), default=0)
    found = {}
    for number, row in enumerate(rows):
        left = EDGE + (widest - len(row)) * (WIDE + GAP) / 2
        for at, key in enumerate(row):
            found[key] = Place(left + at * (WIDE + GAP), EDGE + number * (HIGH + RISE))
    return found


def _neighbours(lines: Sequence[Line]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in lines:
        found.setdefault(line.source, []).append(line.target)
        found.setdefault(line.target, []).append(line.source)
    return found


def _rows(boxes: Sequence[Box], near: Mapping[str, list[str]]) -> list[list[str]]:
    layers: dict[int, list[str]] = {}
    for box in boxes:
        layers.setdefault(box.layer, []).append(box.key)
    ordered = [layers[layer] for layer in sorted(layers)]
    for sweep in (ordered, ordered[::-1], ordered):
        at = {key: index / max(len(row), 1) for row in ordered for index, key in enumerate(row)}
        for row in sweep:
            row.sort(key=lambda key: _average(key, near, at))
            at |= {key: index / max(len(row), 1) for index, key in enumerate(row)}
    return [row[start : start + ACROSS] for row in ordered for start in range(0, len(row), ACROSS)]


def _average(key: str, near: Mapping[str, list[str]], at: Mapping[str, float]) -> float:
    known = [at[other] for other in near.get(key, ()) if other in at]
    return sum(known) / len(known) if known else at[key]


def _line(line: Line, places: Mapping[str, Place]) -> str:
    """Draw a curve from the upper box to the lower one, or below both when they stand in one row."""
    one, two = sorted((places[line.source], places[line.target]), key=lambda place: (place.y, place.x))
    css = "ci-line hit" if line.hit else "ci-line"
    if one.y == two.y:
        foot = one.y + HIGH
        curve = f"M{one.middle:g} {foot:g}C{one.middle:g} {foot + 26:g} {two.middle:g} {foot + 26:g} {two.middle:g} {foot:g}"
    else:
        top, foot = one.y + HIGH, two.y
        bend = min((foot - top) / 2, RISE)
        curve = f"M{one.middle:g} {top:g}C{one.middle:g} {top + bend:g} {two.middle:g} {foot - bend:g} {two.middle:g} {foot:g}"
    return f'<path class="{css}" d="{curve}"><title>{escape(line.words)}</title></path>'


def _box(box: Box, place: Place) -> str:
    x, y = place.x, place.y
    lines = wrap(box.label, room=WIDE - 16, size=SMALL)
    lines = lines if len(lines) <= 2 else [lines[0], lines[1][: max(len(lines[1]) - 1, 1)] + "…"]
    lines = [line if len(line) < 26 else line[:24] + "…" for line in lines]
    text = text_lines(lines, x=x + WIDE / 2, y=y + 28, size=SMALL)
    body = (
        f'<title>{escape(box.label)} — {escape(box.kind)}</title><rect class="shape" x="{x:g}" y="{y:g}" width="{WIDE:g}" '
        f'height="{HIGH:g}" rx="6"/><text class="kind" x="{x + 8:g}" y="{y + 11:g}">{escape(box.kind)}</text>{text}'
    )
    if sign := SIGNS.get(box.standing):
        body += f'<text class="sign" x="{x + WIDE - 12:g}" y="{y + 11:g}">{sign}</text>'
    css = f"ci-box {box.standing}".strip().replace("_", "-")
    inner = f'<a href="{escape(box.url)}">{body}</a>' if box.url else body
    return f'<g class="{css}">{inner}</g>'

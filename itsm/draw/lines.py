"""A line over time with its target: its length is that of the room there is, its letters keep their size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString

HIGH, TOP, BOTTOM = 168.0, 28.0, 128.0
#: Shares of the width that stay free on the left and on the right.
EDGE = 3.0


@dataclass(frozen=True, slots=True)
class Point:
    """One value: ``text`` is how it is read, ``missed`` says that the target was not met."""

    label: str
    value: float
    text: str
    missed: bool = False


def line(
    points: Sequence[Point], *, title: str, ident: str, target: float | None = None, target_text: str = ""
) -> SafeString:
    """This will draw a line; what missed the target is a filled square, the rest dots; the ends are named."""
    if not points:
        return SafeString("")
    values = [point.value for point in points] + ([] if target is None else [target])
    low, most = min(values), max(values)
    spread = (most - low) or 1.0
    across = (100 - 2 * EDGE) / max(len(points) - 1, 1)
    places = [
        (EDGE + across * at, BOTTOM - (point.value - low) / spread * (BOTTOM - TOP)) for at, point in enumerate(points)
    ]
    aim = "" if target is None else _aim(BOTTOM - (target - low) / spread * (BOTTOM - TOP), target_text)
    told = "; ".join(f"{point.label} {point.text}" for point in points)
    names = f'<title id="{ident}-t">{escape(title)}</title><desc id="{ident}-d">{escape(told)}</desc>'
    head = f'<svg class="chart line" width="100%" height="{HIGH:g}" role="img" aria-labelledby="{ident}-t {ident}-d">'
    marks = "".join(_mark(point, x, y) for point, (x, y) in zip(points, places, strict=True))
    return SafeString(f"{head}{names}{aim}{_path(places)}{marks}{_ends(points, places)}</svg>")


def _path(places: Sequence[tuple[float, float]]) -> str:
    """Draw the line in a space of its own that is stretched to the width."""
    through = " ".join(f"{x:g},{y:g}" for x, y in places)
    inner = f'<polyline class="trend" points="{through}" vector-effect="non-scaling-stroke"/>'
    return f'<svg width="100%" height="{HIGH:g}" viewBox="0 0 100 {HIGH:g}" preserveAspectRatio="none">{inner}</svg>'


def _aim(y: float, text: str) -> str:
    line_tag = f'<line class="target" x1="0" x2="100%" y1="{y:g}" y2="{y:g}"/>'
    return f'{line_tag}<text x="0" y="{y - 6:g}">{escape(text)}</text>'


def _mark(point: Point, x: float, y: float) -> str:
    name = f"<title>{escape(point.label)}: {escape(point.text)}</title>"
    if point.missed:
        return f'<rect class="mark missed" x="{x:g}%" y="{y - 4:g}" width="8" height="8" transform="translate(-4)">{name}</rect>'
    return f'<circle class="mark" cx="{x:g}%" cy="{y:g}" r="3">{name}</circle>'


def _height(places: Sequence[tuple[float, float]]) -> float:
    """Say at which height the last value is written: on the side of its mark from which the line does not come."""
    y, before = places[-1][1], [one for _x, one in places[-3:-1]]
    return y + 20 if before and sum(before) < y * len(before) else y - 10


def _ends(points: Sequence[Point], places: Sequence[tuple[float, float]]) -> str:
    """Name the first and the last, and write what the last one is."""
    last, y = points[-1], _height(places)
    sign = "! " if last.missed else ""
    drawn = [
        f'<text x="0" y="{HIGH - 8:g}">{escape(points[0].label)}</text>',
        f'<text class="value" x="100%" y="{y:g}" text-anchor="end">{sign}{escape(last.text)}</text>',
    ]
    if len(points) > 1:
        drawn.append(f'<text x="100%" y="{HIGH - 8:g}" text-anchor="end">{escape(last.label)}</text>')
    return "".join(drawn)

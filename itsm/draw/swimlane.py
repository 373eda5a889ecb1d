"""The flowchart of a process as swim lanes: the path walked, the box where it stands, what is closed and why."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import escape

from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, override

from itsm.draw.layout import HEAD, Layout, Place, is_decision
from itsm.draw.lettering import SMALL, text_lines, width, wrap
from itsm.draw.routing import Point, routes
from itsm.flow.chart import Box, Chart, Edge

TRAY_LINE = 22.0
_DRAWN: dict[int, tuple[Chart, Layout, dict[str, list[Point]]]] = {}


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table that says the same as the drawing."""

    code: str
    lane: str
    label: str
    state: str
    word: str
    why: str
    leads_to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Walk:
    """What one record has done on the chart."""

    edges: Collection[str] = ()
    boxes: Collection[str] = ()
    now: str = ""
    note: str = ""
    blocked: Mapping[str, str] | None = None

    def state(self, code: str) -> str:
        """This will tell how a box stands: now, walked, blocked or open."""
        if code == self.now:
            return "now"
        if code in self.boxes:
            return "walked"
        return "blocked" if code in (self.blocked or {}) else "open"


def _geometry(chart: Chart) -> tuple[Layout, dict[str, list[Point]]]:
    """Lay a chart out once in the life of the process."""
    kept = _DRAWN.get(id(chart))
    if kept is None or kept[0] is not chart:
        layout = Layout(chart)
        kept = _DRAWN[id(chart)] = (chart, layout, routes(layout))
    return kept[1], kept[2]


def _shape(box: Box, place: Place) -> str:
    left, top, wide, high = place.x - place.wide / 2, place.y - place.high / 2, place.wide, place.high
    if is_decision(box):
        points = f"{left:g},{place.y:g} {place.x:g},{top:g} {left + wide:g},{place.y:g} {place.x:g},{top + high:g}"
        return f'<polygon class="shape" points="{points}"/>'
    if box.kind.startswith("document"):
        foot = top + high
        wave = f"M{left:g} {top:g}h{wide:g}V{foot - 6:g}q{-wide / 4:g} -10 {-wide / 2:g} 0t{-wide / 2:g} 0z"
        return f'<path class="shape" d="{wave}"/>'
    round_end = high / 2 if box.kind.startswith(("start", "end")) else 7
    body = f'<rect class="shape" x="{left:g}" y="{top:g}" width="{wide:g}" height="{high:g}" rx="{round_end:g}"/>'
    if box.kind.startswith("external"):
        body += f'<path class="side" d="M{left + 8:g} {top:g}v{high:g}M{left + wide - 8:g} {top:g}v{high:g}"/>'
    return body


def _label(box: Box, place: Place) -> str:
    room = place.wide * (0.62 if is_decision(box) else 0.86)
    if box.kind.startswith("external"):
        room = place.wide - 28
    lines = wrap(str(box.label), room=room)
    return text_lines(lines, x=place.x, y=place.y, size=SMALL if len(lines) > 2 else 13.0)


def _corner(box: Box, place: Place) -> Point:
    """The point of the upper right border where a mark may sit."""
    if is_decision(box):
        return place.x + place.wide * 0.3, place.y - place.high * 0.3
    inset = place.high * 0.22 if box.kind.startswith(("start", "end")) else 3
    return place.x + place.wide / 2 - inset, place.y - place.high / 2 + inset


def _mark(state: str, box: Box, place: Place) -> str:
    x, y = _corner(box, place)
    sign = (
        f"M{x - 3.5:g} {y + 0.5:g}l2.5 2.5 4.5-5.5"
        if state == "walked"
        else f"M{x - 3.5:g} {y - 0.5:g}h7v4.5h-7zM{x - 2:g} {y - 0.5:g}v-1.5a2 2 0 0 1 4 0v1.5"
    )
    return f'<circle class="mark" cx="{x:g}" cy="{y:g}" r="8.5"/><path class="sign" d="{sign}"/>'


def _badge(walk: Walk, place: Place) -> str:
    word = gettext("Now") + (f" · {walk.note}" if walk.note else "")
    wide = width(word, size=SMALL) * 1.12 + 20  # it is bold
    left, top = place.x - place.wide / 2 - 4, place.y - place.high / 2
    text = f'<text class="badge-text" x="{left + wide / 2:g}" y="{top - 12:g}">{escape(word)}</text>'
    return f'<rect class="badge" x="{left:g}" y="{top - 22:g}" width="{wide:g}" height="20" rx="10"/>{text}'


def _box(walk: Walk, box: Box, place: Place) -> str:
    state = walk.state(box.code)
    why = (walk.blocked or {}).get(box.code, "")
    title = f"<title>{escape(why)}</title>" if why else ""
    extra = _badge(walk, place) if state == "now" else _mark(state, box, place) if state != "open" else ""
    return f'<g class="flow-{state}" data-box="{escape(box.code)}">{title}{_shape(box, place)}{_label(box, place)}{extra}</g>'


def _head(points: list[Point]) -> str:
    (fx, fy), (x, y) = points[-2], points[-1]
    if fx == x:
        back = 8 if y > fy else -8
        return f"{x:g},{y:g} {x - 5:g},{y - back:g} {x + 5:g},{y - back:g}"
    back = 8 if x > fx else -8
    return f"{x:g},{y:g} {x - back:g},{y - 5:g} {x - back:g},{y + 5:g}"


def _edge(walk: Walk, edge: Edge, points: list[Point]) -> str:
    (fx, fy), (x, y) = points[-2], points[-1]
    stop = (x, y - (5 if y > fy else -5)) if fx == x else (x - (5 if x > fx else -5), y)
    line = "M" + "L".join(f"{px:g} {py:g}" for px, py in [*points[:-1], stop])
    css = "flow-path flow-walked" if edge.code in walk.edges else "flow-path"
    arrow = f'<path class="edge" d="{line}"/><polygon class="head" points="{_head(points)}"/>'
    return f'<g class="{css}" data-edge="{escape(edge.code)}">{arrow}</g>'


def _edge_label(edge: Edge, points: list[Point], *, most: float) -> str:
    """Write the label beside the first stretch of the arrow, inside the drawing."""
    (x, y), (to_x, to_y) = points[0], points[1]
    lines = wrap(str(edge.label), room=84 if x == to_x else min(max(abs(to_x - x) - 12, 44), 110), size=SMALL)
    high = 15.5 * len(lines)
    wide = max(width(line, size=SMALL) for line in lines)
    if x == to_x:
        left, top = x + 6, y + 3 if to_y > y else y - 3 - high
    else:
        left, top = (x + 4 if to_x > x else x - 4 - wide), y - 3 - high
    left = min(max(left, 3), most - wide - 3)
    plate = f'<rect class="edge-plate" x="{left - 1:g}" y="{top:g}" width="{wide + 2:g}" height="{high:g}"/>'
    rows = [
        f'<text class="edge-label" x="{left:g}" y="{top + 8 + 15.5 * at:g}">{escape(line)}</text>'
        for at, line in enumerate(lines)
    ]
    return plate + "".join(rows)


def _lanes(layout: Layout) -> str:
    parts = []
    for index, band in enumerate(layout.lanes):
        css = "lane odd" if index % 2 else "lane"
        parts.append(f'<rect class="{css}" x="{band.left:g}" y="0" width="{band.wide:g}" height="{layout.height:g}"/>')
        parts.append(f'<path class="lane" d="M{band.left:g} {HEAD:g}h{band.wide:g}"/>')
        parts.append(
            f'<text class="lane-title" x="{band.left + band.wide / 2:g}" y="{HEAD / 2:g}">{escape(str(band.label))}</text>'
        )
    return "".join(parts)


def _tray(chart: Chart, layout: Layout, walk: Walk) -> tuple[str, float]:
    """The reasons of closed boxes, under the lanes."""
    lines: list[str] = []
    for code, why in (walk.blocked or {}).items():
        if code in chart.boxes and why:
            lines += wrap(f"{chart.boxes[code].label}: {why}", room=layout.width - 60, size=SMALL)
    top = layout.height + 14
    texts = [
        f'<text class="why" x="16" y="{top + TRAY_LINE * at:g}">{escape(line)}</text>' for at, line in enumerate(lines)
    ]
    return "".join(texts), TRAY_LINE * len(lines) + (8 if lines else 0)


def _summary(chart: Chart, walk: Walk) -> str:
    now = chart.boxes.get(walk.now)
    return (
        gettext("Now at: %(box)s. The table below says the same in words.") % {"box": now.label}
        if now
        else gettext("The table below says the same in words.")
    )


def swimlane(
    chart: Chart,
    *,
    walked_edges: Collection[str] = (),
    walked_boxes: Collection[str] = (),
    now_box: str = "",
    now_note: str = "",
    blocked: Mapping[str, str] | None = None,
    language: str = "",
    title: str = "",
    ident: str = "flow",
) -> SafeString:
    """This will draw a chart as SVG in a language (the active one when empty).

    ``blocked`` says why a box cannot be entered now; the reasons are written under the lanes.
    ``ident`` must be unique on the page.
    """
    walk = Walk(walked_edges, walked_boxes, now_box, now_note, blocked)
    layout, lines = _geometry(chart)
    with override(language or get_language()):
        tray, more = _tray(chart, layout, walk)
        ordered = sorted(chart.edges.values(), key=lambda edge: edge.code in walked_edges)
        parts = [_lanes(layout), *(_edge(walk, edge, lines[edge.code]) for edge in ordered)]
        parts += [_box(walk, box, layout.places[code]) for code, box in chart.boxes.items()]
        parts += [_edge_label(edge, lines[edge.code], most=layout.width) for edge in ordered if str(edge.label)]
        name = escape(title or gettext("Flowchart"))
        head = f'<title id="{ident}-t">{name}</title><desc id="{ident}-d">{escape(_summary(chart, walk))}</desc>'
    wide, high = layout.width, layout.height + more
    size = f'viewBox="-1 -1 {wide + 2:g} {high + 2:g}" width="{wide + 2:g}" height="{high + 2:g}"'
    return SafeString(
        f'<svg class="flow" role="img" aria-labelledby="{ident}-t {ident}-d" {size}>{head}{"".join(parts)}{tray}</svg>'
    )


@lru_cache(maxsize=8)
def state_words(language: str) -> dict[str, str]:
    """This will name how a box stands."""
    with override(language):
        return {
            "now": gettext("Now"),
            "walked": gettext("Done"),
            "blocked": gettext("Closed for now"),
            "open": gettext("To come"),
        }


def swimlane_rows(
    chart: Chart,
    *,
    walked_edges: Collection[str] = (),
    walked_boxes: Collection[str] = (),
    now_box: str = "",
    blocked: Mapping[str, str] | None = None,
    language: str = "",
) -> list[Row]:
    """This will say in rows, for a table, what the drawing shows."""
    walk = Walk(walked_edges, walked_boxes, now_box, "", blocked)
    language = language or get_language() or "zh-hant"
    words = state_words(language)
    with override(language):
        lanes = {lane.role: str(lane.label) for lane in chart.lanes}
        return [
            Row(
                code,
                lanes[box.lane],
                str(box.label),
                walk.state(code),
                words[walk.state(code)],
                (blocked or {}).get(code, ""),
                _leads(chart, code),
            )
            for code, box in chart.boxes.items()
        ]


def _leads(chart: Chart, code: str) -> tuple[str, ...]:
    leaving = [edge for edge in chart.edges.values() if edge.source == code]
    return tuple(
        f"{edge.label} → {chart.boxes[edge.target].label}" if str(edge.label) else f"→ {chart.boxes[edge.target].label}"
        for edge in leaving
    )

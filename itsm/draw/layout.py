"""Where the boxes of a chart stand: lanes side by side, rows by the longest path."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from itsm.flow.chart import Box, Chart, Edge

COLUMN, SIDE_COLUMN = 252.0, 248.0
HEAD, CHANNEL, MARGIN = 40.0, 44.0, 22.0
STEP_SIZE, DECISION_SIZE = (164.0, 48.0), (184.0, 72.0)


@dataclass(frozen=True, slots=True)
class Place:
    """The centre and the size of a box."""

    x: float
    y: float
    wide: float
    high: float


@dataclass(frozen=True, slots=True)
class LaneBand:
    """Where a lane begins and how wide it is."""

    role: str
    label: object
    left: float
    wide: float


def is_decision(box: Box) -> bool:
    """This will tell whether a box is drawn as a diamond."""
    return box.kind.startswith("decision")


def loops(chart: Chart) -> set[str]:
    """This will find the edges that lead back, by walking from the first box on."""
    state: dict[str, str] = {}
    back: set[str] = set()
    leaving = defaultdict(list)
    for edge in chart.edges.values():
        leaving[edge.source].append(edge)

    def walk(code: str) -> None:
        state[code] = "open"
        for edge in leaving[code]:
            if state.get(edge.target) == "open":
                back.add(edge.code)
            elif edge.target not in state:
                walk(edge.target)
        state[code] = "done"

    for code in chart.boxes:
        if code not in state:
            walk(code)
    return back


class Layout:
    """Rows, columns and coordinates of a chart; the same for every language."""

    def __init__(self, chart: Chart) -> None:
        """This will place every box."""
        self.chart = chart
        self.loops = loops(chart)
        self.forward = [edge for edge in chart.edges.values() if edge.code not in self.loops]
        self.row, self.side = self._rows()

    def before(self, code: str) -> list[Edge]:
        """This will list the forward edges that end at a box."""
        return [edge for edge in self.forward if edge.target == code]

    def _order(self) -> Iterator[str]:
        waiting, placed = list(self.chart.boxes), set[str]()
        while waiting:
            code = next(c for c in waiting if all(e.source in placed for e in self.before(c)))
            waiting.remove(code)
            placed.add(code)
            yield code

    def _beside(self, code: str) -> bool:
        """Another process stands beside the box that leads to it."""
        box, edges = self.chart.boxes[code], self.before(code)
        return box.kind.startswith("external") and bool(edges) and self.chart.boxes[edges[0].source].lane == box.lane

    def _rows(self) -> tuple[dict[str, int], set[str]]:
        row: dict[str, int] = {}
        side: set[str] = set()
        above: dict[str, set[str]] = {}
        taken: set[tuple[str, bool, int]] = set()
        for code in self._order():
            edges = self.before(code)
            above[code] = {e.source for e in edges}.union(*(above[e.source] for e in edges))
            beside = self._beside(code)
            if beside:
                side.add(code)
            at = max(
                [row[e.source] for e in edges] + [self._under(code, other, row, side) for other in above[code]],
                default=0,
            )
            lane = self.chart.boxes[code].lane
            while (lane, beside, at) in taken:
                at += 1
            taken.add((lane, beside, at))
            row[code] = at
        return row, side

    def _under(self, code: str, other: str, row: dict[str, int], side: set[str]) -> int:
        same_lane = self.chart.boxes[code].lane == self.chart.boxes[other].lane
        return row[other] + (1 if same_lane and code not in side and other not in side else 0)

    @cached_property
    def lanes(self) -> list[LaneBand]:
        """This will give the bands from left to right."""
        bands, left = [], 0.0
        for lane in self.chart.lanes:
            doubled = any(self.chart.boxes[code].lane == lane.role for code in self.side)
            wide = COLUMN + (SIDE_COLUMN if doubled else 0)
            bands.append(LaneBand(lane.role, lane.label, left, wide))
            left += wide
        return bands

    @cached_property
    def width(self) -> float:
        """This will give the width of the drawing."""
        return self.lanes[-1].left + self.lanes[-1].wide

    @cached_property
    def tops(self) -> list[float]:
        """This will give the upper edge of each row, and the lower end of the last."""
        tops, y = [], HEAD + MARGIN
        for index in range(max(self.row.values()) + 1):
            tops.append(y)
            decisions = any(is_decision(self.chart.boxes[c]) for c, at in self.row.items() if at == index)
            y += (DECISION_SIZE if decisions else STEP_SIZE)[1] + CHANNEL
        return [*tops, y]

    @property
    def height(self) -> float:
        """This will give the height of the lanes."""
        return self.tops[-1] - CHANNEL + MARGIN

    @cached_property
    def places(self) -> dict[str, Place]:
        """This will give the centre and size of every box."""
        left = {band.role: band.left for band in self.lanes}
        found = {}
        for code, box in self.chart.boxes.items():
            x = left[box.lane] + COLUMN / 2 + (SIDE_COLUMN if code in self.side else 0)
            top, following = self.tops[self.row[code]], self.tops[self.row[code] + 1]
            wide, high = DECISION_SIZE if is_decision(box) else STEP_SIZE
            found[code] = Place(x, (top + following - CHANNEL) / 2, wide, high)
        return found

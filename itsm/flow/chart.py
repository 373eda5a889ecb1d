"""The flowchart of a process: lanes, boxes and edges, and which box a state stands on."""

from dataclasses import dataclass, field
from typing import Any

from itsm.flow.words import Words


@dataclass(frozen=True)
class Lane:
    """One swim lane: the role that acts in it and its words."""

    role: str
    label: Words


@dataclass(frozen=True)
class Box:
    """One box: ``kind`` is start, step, decision, external, document or end."""

    code: str
    label: Words
    lane: str
    kind: str


@dataclass(frozen=True)
class Edge:
    """An arrow between two boxes; ``reading`` says how sure the reading of the source is."""

    code: str
    source: str
    target: str
    label: Words
    reading: str = "certain"


@dataclass(frozen=True)
class Chart:
    """A drawn process; ``state_box`` maps a state to its box, or to "held_from" for the box it was held from."""

    lanes: tuple[Lane, ...]
    boxes: dict[str, Box]
    edges: dict[str, Edge]
    state_box: dict[str, str] = field(default_factory=dict)

    def box_of(self, state: str, held_from: str = "") -> Box | None:
        """Find the box that ``state`` stands on; a held record stands where it was held from."""
        code = self.state_box.get(state, "")
        if code == "held_from":
            code = self.state_box.get(held_from, "")
        return self.boxes.get(code)

    def as_json(self) -> dict[str, Any]:
        """Give the chart in the shape of the specification."""
        return {
            "lanes": [{"role": lane.role, **lane.label.as_json()} for lane in self.lanes],
            "boxes": {
                code: {**box.label.as_json(), "lane": box.lane, "kind": box.kind} for code, box in self.boxes.items()
            },
            "edges": {
                code: {"from": edge.source, "to": edge.target, "label": edge.label.zh_hant, "reading": edge.reading}
                for code, edge in self.edges.items()
            },
            "state_box": self.state_box,
        }


def boxes(*rows: tuple[str, str, str, str, str]) -> dict[str, Box]:
    """Build boxes from rows of (code, English, Chinese, lane, kind)."""
    return {code: Box(code, Words(en, zh), lane, kind) for code, en, zh, lane, kind in rows}


def edges(*rows: tuple[str, str, str, str, str] | tuple[str, str, str, str, str, str]) -> dict[str, Edge]:
    """Build edges from rows of (code, from, to, English, Chinese[, reading])."""
    return {row[0]: Edge(row[0], row[1], row[2], Words(row[3], row[4]), *row[5:]) for row in rows}

"""The step rail: the path a record has walked, where it stands, and the usual way on."""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import get_language, override

from itsm.draw.layout import is_decision
from itsm.draw.swimlane import state_words
from itsm.flow.chart import Chart

GLYPHS = {"walked": "check", "now": "dot", "blocked": "lock", "open": "ring"}


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the rail."""

    code: str
    label: str
    state: str
    glyph: str
    word: str
    why: str = ""
    note: str = ""


def way_on(chart: Chart, *, start: str) -> list[str]:
    """This will find the shortest way from a box to an end; the start itself is left out."""
    came: dict[str, str] = {start: ""}
    waiting = deque([start])
    while waiting:
        code = waiting.popleft()
        if chart.boxes[code].kind.startswith("end"):
            return _trace(came, code)[1:]
        for edge in chart.edges.values():
            if edge.source == code and edge.target not in came:
                came[edge.target] = code
                waiting.append(edge.target)
    return []


def _trace(came: Mapping[str, str], last: str) -> list[str]:
    path = [last]
    while came[path[-1]]:
        path.append(came[path[-1]])
    return path[::-1]


def steps(
    chart: Chart,
    *,
    walked_boxes: Sequence[str] = (),
    now_box: str = "",
    blocked: Mapping[str, str] | None = None,
    notes: Mapping[str, str] | None = None,
    language: str = "",
) -> list[Step]:
    """This will list the boxes walked (in their order), the present one and the usual way to the end.

    ``notes`` gives a short text per box (a time, minutes spent); a box walked twice stands once, at its last place.
    """
    blocked, notes = blocked or {}, notes or {}
    language = language or get_language() or "zh-hant"
    walked = list(dict.fromkeys(code for code in reversed(walked_boxes) if code != now_box and code in chart.boxes))[
        ::-1
    ]
    ahead = [code for code in way_on(chart, start=now_box) if code not in walked] if now_box in chart.boxes else []
    states = [(code, "walked") for code in walked]
    states += [(now_box, "now")] if now_box in chart.boxes else []
    states += [(code, "blocked" if code in blocked else "open") for code in ahead]
    words = state_words(language)
    with override(language):
        return [
            Step(
                code,
                str(chart.boxes[code].label),
                state,
                _glyph(chart, code, state),
                words[state],
                blocked.get(code, ""),
                notes.get(code, ""),
            )
            for code, state in states
        ]


def _glyph(chart: Chart, code: str, state: str) -> str:
    return "diamond" if state == "open" and is_decision(chart.boxes[code]) else GLYPHS[state]

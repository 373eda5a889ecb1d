"""Which boxes and arrows of a flowchart a transition leads over."""

from __future__ import annotations

from collections import deque
from functools import lru_cache

from itsm.flow import Flow


def box_code(flow: Flow, state: str) -> str:
    """Give the box of a state; empty for one that stands on the box it was held from."""
    box = flow.chart.box_of(state) if flow.chart else None
    return box.code if box else ""


def walked_edges(flow: Flow, name: str, source: str, target: str) -> tuple[str, ...]:
    """List the arrows that the transition ``name`` led over from ``source`` to ``target``.

    A transition may carry arrows for several ways: only those on the way taken count, and those into its beginning.
    """
    row = flow.transitions.get(name)
    if row is None or flow.chart is None:
        return ()
    start = box_code(flow, source)
    way = _way(flow.key, row.edges, start, box_code(flow, target))
    return (
        tuple(edge for edge in row.edges if edge in way or flow.chart.edges[edge].target == start) if way else row.edges
    )


@lru_cache(maxsize=512)
def _way(flow: str, edges: tuple[str, ...], start: str, end: str) -> tuple[str, ...]:
    from itsm.records import register

    chart = register.flows()[flow].chart
    came: dict[str, tuple[str, ...]] = {start: ()}
    waiting = deque([start])
    while waiting and chart is not None:
        code = waiting.popleft()
        for edge in edges:
            if chart.edges[edge].source == code and chart.edges[edge].target not in came:
                came[chart.edges[edge].target] = (*came[code], edge)
                waiting.append(chart.edges[edge].target)
    return came.get(end, ())


def walked_boxes(flow: Flow, name: str, source: str, target: str) -> list[str]:
    """List the boxes at both ends of those arrows, in their order."""
    edges = flow.chart.edges if flow.chart else {}
    codes = [
        code for edge in walked_edges(flow, name, source, target) for code in (edges[edge].source, edges[edge].target)
    ]
    return list(dict.fromkeys(codes))

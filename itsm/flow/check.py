"""The start-up check: a broken table stops the start with a sentence."""

from collections.abc import Iterator

from itsm.flow.guards import GUARDS
from itsm.flow.roles import ROLES
from itsm.flow.table import PHASES, Flow


def faults(flow: Flow) -> list[str]:
    """List what is wrong with the table: unknown codes, states nobody reaches, dead ends; empty when it is sound."""
    return [f"{flow.key}: {fault}" for check in (_codes, _transitions, _reach, _drawing) for fault in check(flow)]


def _codes(flow: Flow) -> Iterator[str]:
    for code in (flow.initial, *flow.final):
        if code not in flow.states:
            yield f"state {code!r} is not in the table"
    for state in flow.states.values():
        if state.phase not in PHASES:
            yield f"state {state.code!r} has the unknown phase {state.phase!r}"


def _transitions(flow: Flow) -> Iterator[str]:
    for move in flow.transitions.values():
        unknown = [code for code in (*move.source, *move.targets) if code not in flow.states]
        unknown += [code for code in move.guards if code not in GUARDS]
        unknown += [code for code in move.roles if code not in ROLES]
        for code in unknown:
            yield f"transition {move.name!r} names the unknown {code!r}"


def _reach(flow: Flow) -> Iterator[str]:
    pairs = set(flow.edges())
    reached = _closure({flow.initial}, pairs)
    ending = _closure(set(flow.final), {(target, source) for source, target in pairs})
    for code in flow.states:
        if code not in reached:
            yield f"state {code!r} is never reached"
        if code not in ending:
            yield f"state {code!r} is a dead end"


def _closure(start: set[str], pairs: set[tuple[str, str]]) -> set[str]:
    seen = set(start)
    while more := {target for source, target in pairs if source in seen} - seen:
        seen |= more
    return seen


def _drawing(flow: Flow) -> Iterator[str]:
    if flow.chart is None:
        return
    chart = flow.chart
    for state, code in chart.state_box.items():
        if state not in flow.states or (code not in chart.boxes and code != "held_from"):
            yield f"the chart maps {state!r} to the unknown box {code!r}"
    carried = {code for move in flow.transitions.values() for code in move.edges}
    for code in sorted(carried ^ set(chart.edges)):
        yield f"chart edge {code!r} is carried by no transition or not drawn"

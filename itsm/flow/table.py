"""The table of a process: its states and transitions."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from itsm.flow.chart import Chart
from itsm.flow.guards import GUARDS, Guard
from itsm.flow.inputs import Input
from itsm.flow.move import Move
from itsm.flow.words import Words

PHASES = ("new", "working", "waiting", "done")
Effect = Callable[[Any, Move], str | None]
Instead = Callable[[Any, Move], str]


def no_effect(record: Any, move: Move) -> None:
    """Change nothing but the state."""


def as_pressed(record: Any, move: Move) -> str:
    """Make the move that was pressed, no other."""
    return ""


@dataclass(frozen=True)
class State:
    """One state: its phase is all that queues, clocks and reports ask; ``clock`` says what clocks do in it."""

    code: str
    label: Words
    phase: str
    clock: str
    tone: str = ""


@dataclass(frozen=True)
class Transition:
    """One move of the machine.

    ``target`` None keeps the state; several targets mean that ``effect`` returns the one reached. ``refuses``
    gives further sentences that object (empty when nothing does). ``internal`` moves are only fired by others.
    ``instead`` names, under the record's lock, another transition from the same state that is made in its place.
    """

    name: str
    label: Words
    source: tuple[str, ...]
    target: str | tuple[str, ...] | None
    roles: tuple[str, ...]
    guards: tuple[str, ...] = ()
    inputs: tuple[Input, ...] = ()
    effect: Effect = no_effect
    edges: tuple[str, ...] = ()
    refuses: tuple[Callable[[Any, Move], str], ...] = ()
    internal: bool = False
    danger: bool = False
    instead: Instead = as_pressed

    @property
    def targets(self) -> tuple[str, ...]:
        """List every state this may reach; empty when it keeps the state."""
        if self.target is None:
            return ()
        return (self.target,) if isinstance(self.target, str) else self.target

    def guard_objects(self) -> list[Guard]:
        """Look the guards up in the register, in their order."""
        return [GUARDS[code] for code in self.guards]

    def as_json(self) -> dict[str, Any]:
        """Give the transition in the shape of the specification."""
        target = list(self.target) if isinstance(self.target, tuple) else self.target
        return {
            **self.label.as_json(),
            "from": list(self.source),
            "to": target,
            "roles": list(self.roles),
            "guards": list(self.guards),
            "inputs": [{"name": item.name, "kind": item.kind, "required": item.required} for item in self.inputs],
            "chart_edges": list(self.edges),
        }


@dataclass(frozen=True)
class Flow:
    """A state machine of one field of one model, and how it is drawn."""

    key: str
    model: str
    title: Words
    initial: str
    final: tuple[str, ...]
    states: dict[str, State]
    transitions: dict[str, Transition]
    field: str = "state"
    prefix: str = ""
    chart: Chart | None = None

    def leaving(self, state: str) -> list[Transition]:
        """List the transitions that start in ``state``, in the table's order."""
        return [move for move in self.transitions.values() if state in move.source]

    def edges(self) -> Iterable[tuple[str, str]]:
        """Give every legal pair (from, to) of states, also those that keep the state."""
        for move in self.transitions.values():
            for source in move.source:
                for target in move.targets or (source,):
                    yield source, target

    def as_json(self) -> dict[str, Any]:
        """Give the machine in the shape of the specification."""
        return {
            "model": self.model,
            "field": self.field,
            "number_prefix": self.prefix,
            "title": self.title.as_json(),
            "initial": self.initial,
            "final": list(self.final),
            "states": {
                code: {**state.label.as_json(), "clock": state.clock, "phase": state.phase}
                for code, state in self.states.items()
            },
            "transitions": {name: move.as_json() for name, move in self.transitions.items()},
            "chart": self.chart.as_json() if self.chart else None,
        }


def states(*rows: State) -> dict[str, State]:
    """Key states by their code."""
    return {row.code: row for row in rows}


def transitions(*rows: Transition) -> dict[str, Transition]:
    """Key transitions by their name."""
    return {row.name: row for row in rows}

"""A process as a table: states, transitions, guards, milestones, and the flowchart they are drawn on."""

from itsm.flow.chart import Box, Chart, Edge, Lane
from itsm.flow.guards import GUARDS, Guard, guard
from itsm.flow.inputs import Choice, Input
from itsm.flow.machine import Moves
from itsm.flow.move import Move
from itsm.flow.table import Flow, State, Transition
from itsm.flow.words import Words, pick

__all__ = [
    "GUARDS",
    "Box",
    "Chart",
    "Choice",
    "Edge",
    "Flow",
    "Guard",
    "Input",
    "Lane",
    "Move",
    "Moves",
    "State",
    "Transition",
    "Words",
    "guard",
    "pick",
]

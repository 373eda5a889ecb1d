"""Drawings made on the server: swim lanes, step rails, small charts. All as SVG, each with a table twin."""

from itsm.draw.figures import Bar, Part, bars, clock_bar, share_bar, sparkline
from itsm.draw.rail import Step, steps
from itsm.draw.swimlane import Row, swimlane, swimlane_rows

__all__ = [
    "Bar",
    "Part",
    "Row",
    "Step",
    "bars",
    "clock_bar",
    "share_bar",
    "sparkline",
    "steps",
    "swimlane",
    "swimlane_rows",
]

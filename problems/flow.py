"""The problem's table, as far as it goes today: registered."""

from itsm.flow import Flow, State, Words
from itsm.flow.table import states

PROBLEM = Flow(
    key="problem",
    model="problems.Problem",
    title=Words("Problem", "問題"),
    initial="registered",
    final=("registered",),
    states=states(State("registered", Words("Registered", "已登錄"), phase="new", clock="run", tone="new")),
    transitions={},
    prefix="PRB",
)

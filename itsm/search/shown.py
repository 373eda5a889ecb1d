"""What a found case shows of itself."""

from __future__ import annotations

from itsm.flow import State
from itsm.records import register
from itsm.tickets.models import Ticket


def state_of(case: Ticket) -> State:
    """Find the state of a case in the table of its process."""
    return register.process(case.kind).flow.states[case.state]

"""The processes whose history can come in: what an import asks of each, so that telling and writing are the same for all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from changes.models import Change
from incidents.models import Incident
from itsm.flow import Flow
from itsm.tickets.models import Ticket
from problems.models import Problem

if TYPE_CHECKING:
    from itsm.intake.names import Names
    from itsm.intake.parsing import Line


def _of_incident(last: Line, names: Names) -> dict[str, Any]:
    return {"reporter_id": names.people.get(last.opened_by), "component": last.component}


def _of_problem(last: Line, names: Names) -> dict[str, Any]:
    return {}


def _of_change(last: Line, names: Names) -> dict[str, Any]:
    """A row tells of the moment in which the change was carried out, and of who did it."""
    return {
        "outcome": last.outcome,
        "actual_start": last.at if last.outcome else None,
        "actual_end": last.at if last.outcome else None,
        "asked_by_id": names.people.get(last.requester),
        "implementer_id": names.people.get(last.by),
    }


@dataclass(frozen=True)
class Imported:
    """A process as imports see it.

    ``answered`` is the state in which the answer stands and waits to be confirmed; ``ended`` are that and the final
    ones, and leaving them is a reopening; ``without`` are fields of a mapping that the process does not have; ``own``
    gives the columns of its own table from the last row.
    """

    model: type[Ticket]
    flow: Flow
    worked: tuple[str, ...]
    answered: str
    ended: tuple[str, ...]
    sent_back: tuple[tuple[str, ...], tuple[str, ...]]
    without: frozenset[str]
    own: Callable[[Line, Names], dict[str, Any]]

    @property
    def key(self) -> str:
        """The name of the process in a mapping, and the kind of its records."""
        return self.flow.key


def _imported(model: type[Any], **given: Any) -> Imported:
    return Imported(model=model, flow=model.flows[0], **given)


_PROBLEM_OPEN = tuple(code for code, state in Problem.flows[0].states.items() if state.phase != "done")

PROCESSES: dict[str, Imported] = {
    one.key: one
    for one in (
        _imported(
            Incident,
            worked=("l1_processing", "l2_processing"),
            answered="awaiting_confirmation",
            ended=("awaiting_confirmation", "closed"),
            sent_back=(("l2_processing",), ("l1_processing",)),
            without=frozenset({"outcome"}),
            own=_of_incident,
        ),
        _imported(
            Problem,
            worked=_PROBLEM_OPEN,
            answered="result_review",
            ended=("result_review", "closed", "rejected", "merged"),
            sent_back=((), ()),
            without=frozenset({"component", "outcome"}),
            own=_of_problem,
        ),
        _imported(
            Change,
            worked=tuple(code for code, state in Change.flows[0].states.items() if state.phase != "done"),
            answered="post_review",
            ended=("post_review", "closed", "rejected"),
            sent_back=((), ()),
            without=frozenset({"component"}),
            own=_of_change,
        ),
    )
}

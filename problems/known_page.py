"""What the page of a known error shows beside what all records show."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from problems.flow import PROBLEM
from problems.models import Problem

if TYPE_CHECKING:
    from itsm.people.models import Person


def page(record: Any, *, person: Person, at: datetime) -> dict[str, Any]:
    """Give the problem that it comes from, where ``person`` may open it."""
    problem = Problem.objects.worked_by(person).filter(pk=record.problem_id).first()
    return {"problem": problem, "problem_state": PROBLEM.states[problem.state] if problem else None}

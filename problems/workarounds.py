"""A workaround that comes while the problem stands at another step of its flow: it may come at any time."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext

from itsm.flow import Move
from itsm.records import journal
from itsm.records.clock import database_now, whole
from itsm.records.models import Event
from itsm.records.perform import lock, saving
from itsm.records.refusals import NotAllowed, Objected
from itsm.records.roles import roles_on
from problems import effects, telling
from problems.flow import PROBLEM

if TYPE_CHECKING:
    from itsm.people.models import Person
    from problems.models import Problem

NAME = "give_workaround"
GIVERS = frozenset({"problem_handler", "problem_manager"})
#: What is asked of a workaround, as the flow's own steps ask it.
ASKED = PROBLEM.transitions["establish_workaround"]
#: Where the flow has a step of its own for it.
BY_STEP = frozenset({"analysing", "seeking_solution"})


def may_give(problem: Any, person: Person) -> bool:
    """Tell whether ``person`` may put a workaround in beside the flow, where it has no step for that."""
    waits = problem.is_open and problem.state not in BY_STEP
    return bool(waits and roles_on(problem, person=person) & GIVERS)


def give_workaround(
    problem: Any, *, by: Person, at: datetime | None = None, channel: str = "web", **given: Any
) -> Problem:
    """Keep a tested workaround without moving the problem; its open incidents show it at once.

    :raises NotAllowed: if ``by`` does not work on the problem
    :raises Objected: if the problem is over, or a part of the workaround is missing
    """
    move = Move(NAME, by, whole(at or database_now()), channel, inputs=given)
    with transaction.atomic():
        locked: Problem = lock(problem)
        if not roles_on(locked, person=by) & GIVERS:
            raise NotAllowed
        if not locked.is_open:
            raise Objected(gettext("The problem is over."))
        missing = [item for item in ASKED.inputs if not given.get(item.name)]
        if missing:
            raise Objected(
                fields={item.name: gettext("“%(field)s” is needed.") % {"field": item.label} for item in missing}
            )
        with saving(locked):
            effects.keep_workaround(locked, move)
            locked.version += 1
            locked.changed_at = move.at
        event = journal.write(locked, kind=Event.Kind.EDITED, name=NAME, move=move, workaround=locked.workaround)
        telling.journaled(locked, move, event)
    return locked

"""Builds the django-fsm transitions of a model from its tables."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext
from django_fsm import RETURN_VALUE, transition

from itsm.flow.guards import Guard
from itsm.flow.move import Move
from itsm.flow.table import Flow, Transition


class OutsidePerform(Exception):
    """A transition was called directly; only perform() may move a record."""


def current_move(record: Any) -> Move:
    """Give the move that perform() is making on ``record``.

    :raises OutsidePerform: if there is none
    """
    move: Move | None = getattr(record, "_move", None)
    if move is None:
        raise OutsidePerform(gettext("Records move only through perform()."))
    return move


def _condition(guard: Guard) -> Callable[[Any], bool]:
    def met(record: Any) -> bool:
        return guard.allows(record, current_move(record))

    met.__name__ = guard.code
    return met


def _method(flow: Flow, row: Transition) -> Callable[..., Any]:
    def run(record: Any) -> str | None:
        return row.effect(record, current_move(record))

    run.__name__ = run.__qualname__ = row.name
    run.__doc__ = f"{row.label.en}: call it through perform()."
    target = RETURN_VALUE(*row.targets) if isinstance(row.target, tuple) else row.target
    decorate = transition(
        field=flow.field,
        source=list(row.source),
        target=target,
        conditions=[_condition(guard) for guard in row.guard_objects()],
        custom={"row": row, "flow": flow},
    )
    made: Callable[..., Any] = decorate(run)
    return made


def Moves(*flows: Flow) -> type:
    """Make a mixin with one django-fsm method per transition of ``flows``, and ``flows`` itself."""
    members: dict[str, Any] = {"flows": flows, "_move": None}
    for flow in flows:
        for row in flow.transitions.values():
            members[row.name] = _method(flow, row)
    return type("Moves", (), members)

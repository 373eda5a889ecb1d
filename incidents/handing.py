"""Handing a case over to another process."""

from __future__ import annotations

from typing import Any

from itsm.flow import Move
from itsm.records import register
from itsm.records.links import link


def hand_over(record: Any, process: str, *, move: Move, kind: str, why: str) -> Any:
    """Open a record of another process out of this one and link it."""
    receive = register.process(process).receive
    if receive is None:
        raise register.UnknownProcess(process)
    made = receive(record, move=move, why=why)
    link(record, made, kind=kind, by=move.by, at=move.at, auto=True)
    return made

"""What a release does to the changes that it carries out, once its own step is saved."""

from __future__ import annotations

from typing import Any

from itsm.flow import Move
from itsm.records import register
from itsm.records.links import linking
from itsm.records.models import Event, LinkKind
from itsm.records.perform import perform


def journaled(record: Any, move: Move, event: Event) -> None:
    """Back out the changes whose release was rolled back (a step of every move).

    A change that backs out itself has left that state by now, so that neither side calls the other twice.
    """
    if record.kind != "release" or event.name != "roll_back" or event.imported:
        return
    for row in linking(record, kind=LinkKind.IMPLEMENTED_BY).records:
        change = register.load(row)
        step = change.flows[0].transitions.get("back_out")
        if step is not None and change.state in step.source:
            reason = move.given("reason") or record.number
            perform(
                change, "back_out", by=move.by, at=move.at, channel=move.channel, fired_by=move, reason=reason,
                restored=f"{record.number} {record.title}",
            )  # fmt: skip

"""What a release does to the changes that it carries out, once its own step is saved."""

from __future__ import annotations

from typing import Any

from itsm.flow import Move
from itsm.records import register
from itsm.records.links import linked, linking
from itsm.records.models import Event, LinkKind
from itsm.records.perform import perform


def journaled(record: Any, move: Move, event: Event) -> None:
    """Back out the changes whose release was rolled back (a step of every move).

    A change that backs out presses its releases itself and takes along the other changes of each once it is saved:
    by then every side has left the state from which it could be called again.
    """
    if event.imported:
        return
    if record.kind == "release" and event.name == "roll_back":
        if move.fired_by is None or move.fired_by.name != "back_out":
            _back_out(record, move)
    elif record.kind == "change" and event.name == "back_out":
        for row in linked(record, kind=LinkKind.IMPLEMENTED_BY).records:
            release = register.load(row)
            if release.outcome == "rolled_back":
                _back_out(release, move)


def _back_out(release: Any, move: Move) -> None:
    for row in linking(release, kind=LinkKind.IMPLEMENTED_BY).records:
        change = register.load(row)
        step = change.flows[0].transitions.get("back_out")
        if step is not None and change.state in step.source:
            reason = move.given("reason") or release.number
            perform(
                change, "back_out", by=move.by, at=move.at, channel=move.channel, fired_by=move, reason=reason,
                restored=f"{release.number} {release.title}",
            )  # fmt: skip

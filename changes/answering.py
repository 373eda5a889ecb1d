"""What a change does when the service transition that designs it has ended."""

from __future__ import annotations

from typing import Any

from itsm.flow import Move
from itsm.records import register
from itsm.records.links import linking
from itsm.records.models import Event, LinkKind
from itsm.records.perform import perform


def journaled(record: Any, move: Move, event: Event) -> None:
    """Lead on the changes that wait for the service transition ``record`` (a step of every move)."""
    if record.kind != "service_transition" or event.imported:
        return
    if move.fired_by is not None and move.fired_by.name == "withdraw":  # the change itself ends it
        return
    milestones = register.process_of(record).milestones
    for milestone, name in (("ready_for_live", "transition_accepted"), ("refused", "transition_rejected")):
        test = milestones.get(milestone)
        if test is None or not test(record):
            continue
        for row in linking(record, kind=LinkKind.DESIGNED_BY).records:
            change = register.load(row)
            if change.kind == "change" and change.state == "service_transition":
                inputs = {} if name == "transition_accepted" else {"reason": move.given("reason") or record.number}
                perform(change, name, by=move.by, at=move.at, channel=move.channel, fired_by=move, **inputs)

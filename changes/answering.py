"""What changes do once a step is saved: start their releases, follow the transition that designs them."""

from __future__ import annotations

from typing import Any

from itsm.flow import Move
from itsm.records import journal, register
from itsm.records.links import linked, linking
from itsm.records.models import Event, LinkKind
from itsm.records.perform import perform
from itsm.records.refusals import Objected


def journaled(record: Any, move: Move, event: Event) -> None:
    """Start the releases of a change; lead on the changes that wait for a service transition (a step of every move)."""
    if event.imported:
        return
    if record.kind == "change" and event.name == "start_implementation":
        _start_releases(record, move)
    if record.kind == "service_transition":
        _lead_on(record, move)


def _start_releases(change: Any, move: Move) -> None:
    """Start the releases that wait for the change; one that objects waits on, and its journal says why."""
    for row in linked(change, kind=LinkKind.IMPLEMENTED_BY).records:
        release = register.load(row)
        step = release.flows[0].transitions.get("start_deployment")
        if step is None or release.state not in step.source:
            continue
        try:
            perform(release, step.name, by=move.by, at=move.at, channel=move.channel, fired_by=move)
        except Objected as refusal:
            facts = {"change": change.number, "why": " ".join(map(str, refusal.reasons))}
            journal.write(release, kind=Event.Kind.LINKED, name="change_started", move=move, **facts)


def _lead_on(record: Any, move: Move) -> None:
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

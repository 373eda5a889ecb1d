"""What follows a step by itself: a complaint escalates, and returns from other processes."""

from __future__ import annotations

from typing import Any

from itsm.flow import Move
from itsm.records import register as registered
from itsm.records.links import link, linked, linking
from itsm.records.models import Event, LinkKind
from itsm.records.perform import perform
from relationships.complaint_guards import linked_done
from relationships.complaint_timers import why

#: So many times somebody disagrees before more authority is called (domain 1.4).
DISAGREED = 2


def register() -> None:
    """Register the steps."""
    from itsm.records.register import steps

    for step in (escalate_by_itself, return_from_process):
        if step not in steps.journaled:
            steps.journaled.append(step)


def escalate_by_itself(record: Any, move: Move, event: Event) -> None:
    """Escalate when the complainant disagreed twice, or when the desk itself is complained about."""
    if record.kind != "complaint" or event.imported:
        return
    cause = ""
    if event.name == "disagree" and record.disagree_count >= DISAGREED:
        cause = "disagreed_twice"
    elif event.name == "register" and record.about_desk:
        cause = "about_desk"
    if cause:
        moved = perform(record, "escalate", by=None, at=move.at, channel="system", reason=why(cause))
        record.__dict__.update(moved.__dict__)  # whoever made the first move gets the record as it now is


def return_from_process(record: Any, move: Move, event: Event) -> None:
    """Give complaints back to their handlers when the last record that handles them has ended.

    One that goes on as another record takes its complaint along.
    """
    if event.kind != Event.Kind.MOVE or event.imported or getattr(record, "phase", "") != "done":
        return
    for row in linking(record, kind=LinkKind.HANDLES_COMPLAINT).records:
        complaint = registered.load(row)
        for other in linked(record, kind=LinkKind.RECLASSIFIED_TO).records:
            link(complaint, other, kind=LinkKind.HANDLES_COMPLAINT, by=None, at=move.at, auto=True)
        if complaint.state == "in_other_process" and linked_done(complaint, move):
            perform(complaint, "process_returned", by=None, at=move.at, channel="system")

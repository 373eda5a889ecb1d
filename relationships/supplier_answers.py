"""What cases and their supplier cases do to each other: holding opens one, the answer lets the case go on."""

from __future__ import annotations

from typing import Any

from itsm.flow import Move
from itsm.records.models import Event
from itsm.records.perform import perform
from relationships.supplier_clock import waiting_for
from relationships.suppliers import cases_of, opened_for

AWAITING = "awaiting_supplier"


def register() -> None:
    """Register the steps."""
    from itsm.records.register import steps

    for step in (open_while_held, resume_when_answered):
        if step not in steps.journaled:
            steps.journaled.append(step)


def open_while_held(record: Any, move: Move, event: Event) -> None:
    """Open a supplier case when an incident begins to wait for a supplier, unless one is open already."""
    if event.name != "hold" or event.imported or getattr(move.given("hold_reason"), "code", "") != AWAITING:
        return
    if not any(case.is_open for case in cases_of(record)):
        opened_for(record, move=move, question=str(move.given("comment", "")))


def resume_when_answered(record: Any, move: Move, event: Event) -> None:
    """Let the cases go on that waited for the supplier, once none of their supplier cases is without an answer."""
    if record.kind != "supplier_case" or event.name not in ("record_answer", "cancel") or event.imported:
        return
    for case in waiting_for(record):
        held = case.state == "on_hold" and case.hold_reason is not None and case.hold_reason.code == AWAITING
        if held and not any(other.state in ("open", "waiting") for other in cases_of(case)):
            perform(case, "resume", by=None, at=move.at, channel="system")

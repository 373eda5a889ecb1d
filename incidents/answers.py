"""A requester's answer ends the waiting for it."""

from __future__ import annotations

from typing import Any

from itsm.flow import Move
from itsm.records.perform import perform


def resume_on_answer(record: Any, move: Move) -> None:
    """Resume a case that waits for its requester when the requester replies (registered as a step of every comment).

    A case that waits for something else, such as a supplier, goes on waiting.
    """
    if move.name != "reply" or move.by is None or record.kind not in ("incident", "service_request"):
        return
    askers = {record.requester_id, record.requested_for_id, getattr(record, "reporter_id", None)}
    waits = record.state == "on_hold" and record.hold_reason is not None and record.hold_reason.asks_requester
    if waits and move.by.pk in askers:
        perform(record, "resume", by=None, at=move.at, channel="system")

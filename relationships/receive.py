"""Opening a complaint out of another record."""

from __future__ import annotations

from typing import Any

from itsm.flow import Move
from itsm.records.perform import open_record
from relationships.complaints import desk
from relationships.models import Complaint, SupplierDispute

COPIED = ("title", "description", "requester", "unit", "service", "received_at", "confidential", "kept_from")


def receive_complaint(origin: Any, *, move: Move, why: str) -> Complaint:
    """Open a complaint with the words of ``origin`` and its time of receipt."""
    fields = {name: getattr(origin, name) for name in COPIED}
    made: Complaint = open_record(
        Complaint, by=move.by, at=move.at, channel=origin.channel, fired_by=move, team=origin.team or desk(),
        origin=_origin(origin.channel), **fields,
    )  # fmt: skip
    return made


def _origin(channel: str) -> str:
    return {"phone": "phone", "mail": "letter", "walk_in": "meeting"}.get(channel, "portal")


def receive_dispute(origin: Any, *, move: Move, why: str) -> SupplierDispute:
    """Raise a dispute with a supplier out of a complaint."""
    made: SupplierDispute = open_record(
        SupplierDispute, by=move.by, at=move.at, channel=origin.channel, fired_by=move, title=origin.title,
        claim=origin.description or origin.title, raised_by=move.by,
    )  # fmt: skip
    return made

"""Opening a change out of another record."""

from __future__ import annotations

from typing import Any

from changes.models import Change, StandardTemplate
from itsm.flow import Move
from itsm.records.links import link
from itsm.records.models import LinkKind
from itsm.records.perform import open_record
from itsm.tickets.earlier import TO_CHANGE, HandOver

COPIED = ("title", "description", "unit", "service", "category", "impact", "urgency", "priority", "confidential")


def receive_change(origin: Any, *, move: Move, why: str) -> Change:
    """Draft a change with the words of ``origin``; who makes the move asks for it."""
    fields = {name: getattr(origin, name) for name in COPIED}
    if why == "requested_via" and origin.request_item.change_template:  # what is ordered is a standard change
        fields["template"] = StandardTemplate.objects.filter(code=origin.request_item.change_template).first()
    fields["description"] = getattr(origin, "solution", "") or origin.description or origin.title
    made: Change = open_record(
        Change, by=move.by, at=move.at, channel=origin.channel, fired_by=move, requester=move.by or origin.requester,
        received_at=move.at, justification=f"{origin.number} {origin.title}", **fields,
    )  # fmt: skip
    return made


def connect(change: Change, origin: Any, *, move: Move) -> None:
    """Link a change with what it came of, as the two processes are connected; others are only related."""
    way = TO_CHANGE.get(origin.kind, HandOver(LinkKind.RELATED_TO, outward=False))
    source, target = (origin, change) if way.outward else (change, origin)
    link(source, target, kind=way.kind, by=move.by, at=move.at, auto=True)

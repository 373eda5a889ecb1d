"""Opening a change out of another record."""

from __future__ import annotations

from typing import Any

from changes.models import Change, StandardTemplate
from itsm.flow import Move
from itsm.records.links import link
from itsm.records.models import LinkKind
from itsm.records.perform import open_record

COPIED = ("title", "description", "unit", "service", "category", "impact", "urgency", "priority", "confidential")
#: How a change is connected with what it came of: the kind of link, and whether the change is its source.
CONNECTED = {
    "incident": (LinkKind.FIXES_INCIDENT, True),
    "problem": (LinkKind.FIXES_PROBLEM, True),
    "service_request": (LinkKind.REQUESTED_VIA, False),
}


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
    kind, outward = CONNECTED.get(origin.kind, (LinkKind.RELATED_TO, True))
    source, target = (change, origin) if outward else (origin, change)
    link(source, target, kind=kind, by=move.by, at=move.at, auto=True)

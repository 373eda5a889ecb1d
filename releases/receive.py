"""Opening a release: out of a change, or by somebody who plans one."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from itsm.flow import Move
from itsm.records.links import link
from itsm.records.models import LinkKind
from itsm.records.perform import open_record
from releases.models import Release

if TYPE_CHECKING:
    from itsm.people.models import Person

COPIED = ("title", "description", "unit", "service", "category", "impact", "urgency", "priority", "confidential")
PLANNED = {"planned_at": "window_start", "planned_end": "window_end", "rollback_plan": "backout_plan"}


def receive_release(origin: Any, *, move: Move, why: str) -> Release:
    """Draft a release with the words of ``origin``; who makes the move asks for it."""
    fields = {name: getattr(origin, name) for name in COPIED}
    fields |= {name: value for name, theirs in PLANNED.items() if (value := getattr(origin, theirs, None))}
    made: Release = open_record(
        Release, by=move.by, at=move.at, channel=origin.channel, fired_by=move, requester=move.by or origin.requester,
        received_at=move.at, **fields,
    )  # fmt: skip
    return made


def draft_release(
    changes: list[Any], *, title: str, by: Person, at: datetime, channel: str = "portal", **fields: Any
) -> Release:
    """Draft a release that carries out ``changes``; what they have in common is filled in."""
    first = changes[0] if changes else None
    shared = {name: getattr(first, name) for name in COPIED if name != "title"} if first else {}
    shared |= {name: value for name, theirs in PLANNED.items() if first and (value := getattr(first, theirs, None))}
    made: Release = open_record(
        Release, by=by, at=at, channel=channel, requester=by, received_at=at, title=title, **(shared | fields)
    )
    for change in changes:
        link(change, made, kind=LinkKind.IMPLEMENTED_BY, by=by, at=at)
    return made

"""What a person sees while a time is chosen: what stands against it, and the next times that are free."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from changes import conflicts, proposing
from changes.calendar_models import FreezeWindow
from changes.conflicts import Conflict
from changes.scope import Subject
from changes.slots import Stretch


@dataclass(frozen=True)
class Choice:
    """A time that somebody thinks of; ``forward`` tells whether it ends after it begins."""

    start: datetime | None
    end: datetime | None
    forward: bool
    conflicts: list[Conflict]
    places: list[Stretch]

    @property
    def blocked(self) -> bool:
        """Tell whether something stops a change at that time."""
        return any(one.blocks for one in self.conflicts)

    def freezes(self) -> Any:
        """List the freezes that the time falls into."""
        if not (self.start and self.end and self.forward):
            return []
        return FreezeWindow.objects.over(self.start, self.end).soonest()


def weigh(
    subject: Subject, start: datetime | None, end: datetime | None, *, implementer_id: int | None, after: datetime
) -> Choice:
    """Say what stands against the time; where something does, or none is chosen, propose free ones that begin ``after``."""
    forward = bool(start and end and start < end)
    found = conflicts.of_subject(subject, start, end, implementer_id) if start and end and forward else []
    wanted = bool(found) or not (start and end)
    begin = (start, end) if forward else (start, None)
    places = proposing.places_of(subject, *begin, after=after, implementer_id=implementer_id) if wanted else []
    return Choice(start, end, forward, found, places)

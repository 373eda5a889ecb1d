"""Deadlines that are no promise to a customer: instants at which something is to be done, under the same sweep."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from itsm.hours.instants import epoch_of
from sla.book import Book, at_hand
from sla.models import Escalation
from sla.targets import Terms

#: An instant and the registered action that is done then.
Level = tuple[datetime, str]


def plan(record: Any, name: str, *, levels: Sequence[Level], at: datetime) -> None:
    """Set the deadline ``name`` of a locked record anew: one that was open before is dropped.

    The first level is done first; what its action does is the business of ``sla.actions``.
    """
    book = at_hand(record, at=at)
    _cancel(book, name)
    ladder = [
        {"level": number, "at": epoch_of(instant), "action": action}
        for number, (instant, action) in enumerate(sorted(levels))
    ]
    if ladder:
        book.start(record.pk, name, Terms(0, None, {"ladder": ladder}), since=at, deadline=True)
    book.save()


def drop(record: Any, name: str, *, at: datetime) -> None:
    """Forget the deadline ``name`` of a locked record, with what it has not done yet; without one nothing happens."""
    book = at_hand(record, at=at)
    _cancel(book, name)
    book.save()
    pending = Escalation.objects.filter(record_id=record.pk, clock__metric=name, action_done_at=None).exclude(action="")
    pending.update(action_done_at=at, outcome="dropped")


def _cancel(book: Book, name: str) -> None:
    clock = book.find(name)
    if clock is not None:
        book.write(clock, "cancel")

"""Where a change fits: the next times in its maintenance windows, or at any hour, that nothing stands against."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from changes import conflicts, scope
from changes.far import HOLDING
from changes.scope import Subject
from changes.slots import Stretch, places_for

#: How far ahead is looked, and how many places are proposed.
AHEAD, MOST = timedelta(days=90), 5
USUAL = timedelta(hours=2)


def next_places(
    subject: Subject, *, length: timedelta, after: datetime, implementer_id: int | None, most: int = MOST
) -> list[Stretch]:
    """Propose the first places of ``length`` after ``after`` that no blocker touches, in the windows that are for it.

    Where maintenance windows are for it only they have room; four statements.
    """
    if length <= timedelta() or length > timedelta(days=14):
        length = USUAL
    end = after + AHEAD
    busy = [*_frozen(subject, after, end), *_taken(subject, after, end, implementer_id)]
    return places_for(length, room=_room(subject, after, end), busy=busy, most=most)


def _room(subject: Subject, start: datetime, end: datetime) -> Iterable[Stretch]:
    rules = [row for row in scope.maintenance(start, end) if scope.applies(row, subject)]
    if not rules:
        return [Stretch(start, end)]
    openings = [stretch for row in rules for stretch in row.recurrence().between(start, end)]
    return [Stretch(max(one.start, start), one.end) for one in openings if one.end > start]


def _frozen(subject: Subject, start: datetime, end: datetime) -> Iterable[Stretch]:
    rows = [row for row in scope.freezes(start, end) if row.is_hard and scope.applies(row, subject)]
    free = scope.waived(subject.key, rows) if subject.is_emergency else frozenset()
    return [Stretch(row.starts_at, row.ends_at) for row in rows if row.pk not in free]


def _taken(subject: Subject, start: datetime, end: datetime, implementer_id: int | None) -> Iterable[Stretch]:
    rows = conflicts.overlaps(subject, start, end, implementer_id)
    return [Stretch(row.start, row.end) for row in rows if row.state in HOLDING]


def places_of(
    change: Any, start: datetime | None, end: datetime | None, *, after: datetime, implementer_id: int | None
) -> list[Stretch]:
    """Propose places for ``change``, as long as the window that was wanted, from the later of its start and ``after``."""
    length = end - start if start and end else USUAL
    begin = max(after, start) if start else after
    return next_places(scope.subject_of(change), length=length, after=begin, implementer_id=implementer_id)

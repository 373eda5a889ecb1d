"""Where a change fits: the next times in its maintenance windows, or at any hour, that nothing stands against."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from changes import conflicts, scope
from changes.far import HOLDING
from changes.scope import Subject
from changes.slots import Stretch, merged, places_for

#: How far ahead is looked, and how many places are proposed.
AHEAD, MOST = timedelta(days=90), 5
USUAL = timedelta(hours=2)
DAY = timedelta(days=1)


def next_places(
    subject: Subject, *, length: timedelta, after: datetime, implementer_id: int | None, most: int = MOST
) -> list[Stretch]:
    """Propose the first places of ``length`` after ``after`` that no blocker touches, in the windows that are for it.

    Where maintenance windows are for it only they have room, else every day has; four statements.
    """
    if length <= timedelta() or length > timedelta(days=14):
        length = USUAL
    end = after + AHEAD
    busy = merged([*_frozen(subject, after, end), *_taken(subject, after, end, implementer_id)])
    rules = [row for row in scope.maintenance(after, end) if scope.applies(row, subject)]
    if not rules:
        return _daily(length, start=after, end=end, busy=busy, most=most)
    openings = [stretch for row in rules for stretch in row.recurrence().between(after, end)]
    room = [Stretch(max(one.start, after), one.end) for one in openings if one.end > after]
    return places_for(length, room=room, busy=busy, most=most)


def _daily(length: timedelta, *, start: datetime, end: datetime, busy: list[Stretch], most: int) -> list[Stretch]:
    """Find one place on each day, at the wanted time of day or the first after it that is free."""
    found: list[Stretch] = []
    while start < end and len(found) < most:
        room = [Stretch(start, start + DAY + length)]
        found += [one for one in places_for(length, room=room, busy=busy, most=1) if one not in found]
        start += DAY
    return found


def _frozen(subject: Subject, start: datetime, end: datetime) -> Iterable[Stretch]:
    rows = [row for row in scope.freezes(start, end) if row.is_hard and scope.applies(row, subject)]
    free = scope.waived(subject.key, rows) if subject.is_emergency else frozenset()
    return [Stretch(row.starts_at, row.ends_at) for row in rows if row.pk not in free]


def _taken(subject: Subject, start: datetime, end: datetime, implementer_id: int | None) -> Iterable[Stretch]:
    rows = conflicts.overlaps(subject, start, end, implementer_id)
    return [Stretch(row.start, row.end) for row in rows if row.state in HOLDING]


def places_of(
    subject: Subject, start: datetime | None, end: datetime | None, *, after: datetime, implementer_id: int | None
) -> list[Stretch]:
    """Propose places as long as the window that was wanted, from the later of its start and ``after``."""
    length = end - start if start and end else USUAL
    begin = max(after, start) if start else after
    return next_places(subject, length=length, after=begin, implementer_id=implementer_id)

"""The sweep: fires what is due and does what fired levels ask. Any number may run at once, here and elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from itsm.records.clock import database_now, whole
from sla import actions
from sla.book import Book
from sla.models import Clock, Escalation

#: The record is locked with its clock, so that no move that has already read the time is overtaken.
CLAIM = """
SELECT c.* FROM sla_clock c JOIN records_record r ON r.id = c.record_id
WHERE c.state = 'running' AND c.next_fire_at <= %s ORDER BY c.next_fire_at, c.id LIMIT %s
FOR NO KEY UPDATE OF c, r SKIP LOCKED
"""
MOST_BATCHES = 200
ACTIONS_AT_ONCE = 200


@dataclass(frozen=True)
class Swept:
    """What one sweep did: levels fired, actions done, and how late the longest due clock was found."""

    fired: int = 0
    done: int = 0
    lag: timedelta = timedelta(0)


def sweep(*, at: datetime | None = None, limit: int = 1000) -> Swept:
    """Fire every level that is due at ``at`` (None: the database's clock), ``limit`` clocks in a transaction; then act.

    What another transaction holds locked is left to it, or to the next sweep.
    """
    fired, lag = 0, timedelta(0)
    for _batch in range(MOST_BATCHES):
        clocks, levels, late = fire_batch(at=at, limit=limit)
        fired, lag = fired + levels, max(lag, late)
        if clocks < limit:
            break
    return Swept(fired, act(at=at), lag)


def fire_batch(*, at: datetime | None, limit: int) -> tuple[int, int, timedelta]:
    """Fire what is due on the ``limit`` longest due clocks: all or nothing; gives clocks, levels and the longest delay."""
    with transaction.atomic():
        now = whole(at or database_now())
        clocks = list(Clock.objects.raw(CLAIM, [now, limit]))
        if not clocks:
            return 0, 0, timedelta(0)
        late = now - min(clock.next_fire_at for clock in clocks if clock.next_fire_at is not None)
        book = Book(clocks, now)
        book.fire(deadlines=True)
        levels = len(book.fired)
        book.save()
    return len(clocks), levels, late


def act(*, at: datetime | None) -> int:
    """Do the actions of levels that fired, each in its own transaction; tells how many were done."""
    moment = whole(at or database_now())
    ids = list(Escalation.objects.pending(at=moment).values_list("pk", flat=True)[:ACTIONS_AT_ONCE])
    return sum(actions.run(pk, at=moment) for pk in ids)

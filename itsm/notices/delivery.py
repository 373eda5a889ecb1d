"""Sending what lies in the outbox: claimed under a lease, sent outside any transaction, tried again, given up at last."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from smtplib import SMTPException
from time import monotonic
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, transaction

from itsm.notices.audience import may_read
from itsm.notices.models import Outbox
from itsm.notices.rendering import Unrenderable, letter
from itsm.notices.templates import is_locked
from itsm.records.clock import database_now

BATCH = 5
LEASE = timedelta(seconds=90)
MOST_TRIES = 12
LONGEST_TRYING = timedelta(hours=48)
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=8)

#: The oldest waiting rows that nobody holds, of each reader's line about one record only the first.
CLAIM = """
UPDATE notices_outbox SET leased_until = %(until)s, attempts = attempts + 1
WHERE id IN (
    SELECT o.id FROM notices_outbox o
    WHERE o.sent_at IS NULL AND o.dead_at IS NULL AND o.dropped_at IS NULL
      AND o.available_at <= %(now)s AND (o.leased_until IS NULL OR o.leased_until < %(now)s)
      AND (o.ordering_key = '' OR NOT EXISTS (
          SELECT 1 FROM notices_outbox e
          WHERE e.ordering_key = o.ordering_key AND e.id < o.id
            AND e.sent_at IS NULL AND e.dead_at IS NULL AND e.dropped_at IS NULL
            AND (e.not_before IS NULL OR e.not_before <= %(now)s)))
    ORDER BY o.available_at, o.id LIMIT %(batch)s FOR NO KEY UPDATE OF o SKIP LOCKED)
RETURNING id
"""


@dataclass
class Delivered:
    """What one round did."""

    sent: int = 0
    failed: int = 0
    dead: int = 0
    dropped: int = 0

    @property
    def total(self) -> int:
        """Count the rows that were dealt with."""
        return self.sent + self.failed + self.dead + self.dropped


class NoConnection(Exception):
    """The mail server cannot be reached."""


def deliver(at: datetime | None = None, *, limit: int = 500, seconds: float = 20) -> Delivered:
    """Send what is due at ``at`` (None: the database's clock), at most ``limit`` rows and about ``seconds``.

    Any number of processes may do this at once; a row that a killed one held is free again after its lease.
    """
    done, began = Delivered(), monotonic()
    while done.total < limit and monotonic() - began < seconds:
        now = at or database_now()
        rows = claim(at=now, batch=min(BATCH, limit - done.total))
        if not rows:
            break
        try:
            _send_all(rows, at=now, done=done)
        except NoConnection:
            break
    return done


def claim(*, at: datetime, batch: int = BATCH) -> list[Outbox]:
    """Take the next rows for oneself until the lease ends, in the order in which they were put out."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(CLAIM, {"now": at, "until": at + LEASE, "batch": batch})
        taken = [row[0] for row in cursor.fetchall()]
    return list(Outbox.objects.filter(pk__in=taken).select_related("person").order_by("available_at", "pk"))


def _send_all(rows: list[Outbox], *, at: datetime, done: Delivered) -> None:
    until = monotonic() + LEASE.total_seconds() / 2
    backend = get_connection()
    try:
        _open(backend, rows, at=at, done=done)
        for number, row in enumerate(rows):
            if monotonic() > until:
                _free(rows[number:])
                return
            _send(row, backend, at=at, done=done)
    finally:
        backend.close()


def _open(backend: BaseEmailBackend, rows: list[Outbox], *, at: datetime, done: Delivered) -> None:
    """Connect once for all rows; when that fails the first is put back with its reason and the others are freed.

    :raises NoConnection: if the server does not answer
    """
    try:
        backend.open()
    except (OSError, SMTPException) as fault:
        _failed(rows[0], fault, at=at, done=done)
        _free(rows[1:])
        raise NoConnection from fault


def _send(row: Outbox, backend: BaseEmailBackend, *, at: datetime, done: Delivered) -> None:
    if row.attempts > MOST_TRIES:
        _bury(row, row.last_error or "The sender died at every try.", at=at, done=done)
        return
    if not still_wanted(row):
        Outbox.objects.filter(pk=row.pk, attempts=row.attempts).update(dropped_at=at, leased_until=None)
        done.dropped += 1
        return
    try:
        backend.send_messages([message(row)])
    except (Unrenderable, ValueError) as fault:
        _bury(row, str(fault), at=at, done=done)
    except (OSError, SMTPException) as fault:
        _failed(row, fault, at=at, done=done)
    else:
        kept = {} if is_locked(row.event) else row.facts  # what opens an account is not kept
        Outbox.objects.filter(pk=row.pk, attempts=row.attempts).update(
            sent_at=at, leased_until=None, last_error="", facts=kept
        )
        done.sent += 1


def still_wanted(row: Outbox) -> bool:
    """Tell whether the recipient is still here and may still see the record."""
    if row.person is None:
        return True
    if not row.person.is_active:
        return False
    return row.record_id is None or may_read(row.record, row.person, internal=False)


def message(row: Outbox) -> EmailMessage:
    """Make the mail of a row: the same Message-ID at every try, marked as automatic, in one thread per record.

    :raises Unrenderable: if its words cannot be made
    """
    words = letter(row)
    headers = {"Message-ID": row.message_id, "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
    if row.record_id:
        headers["References"] = f"<record-{row.record_id}@{urlsplit(settings.SITE_URL).hostname or 'localhost'}>"
    return EmailMessage(words.subject, words.body, settings.DEFAULT_FROM_EMAIL, [row.email], headers=headers)


def wait_after(attempts: int) -> timedelta:
    """Say how long to wait after that many tries: twice as long each time, eight hours at most."""
    return min(FIRST_WAIT * (1 << (attempts - 1)), LONGEST_WAIT)


def _failed(row: Outbox, fault: Exception, *, at: datetime, done: Delivered) -> None:
    said = f"{type(fault).__name__}: {fault}"
    if row.attempts >= MOST_TRIES or at - (row.not_before or row.created_at) >= LONGEST_TRYING:
        _bury(row, said, at=at, done=done)
        return
    jitter = timedelta(seconds=row.pk % 7)
    later = at + wait_after(row.attempts) + jitter
    Outbox.objects.filter(pk=row.pk, attempts=row.attempts).update(
        available_at=later, leased_until=None, last_error=said[:300]
    )
    done.failed += 1


def _bury(row: Outbox, said: str, *, at: datetime, done: Delivered) -> None:
    Outbox.objects.filter(pk=row.pk, attempts=row.attempts).update(dead_at=at, leased_until=None, last_error=said[:300])
    done.dead += 1


def _free(rows: Iterable[Outbox]) -> None:
    """Give rows back that were claimed and not tried."""
    for row in rows:
        Outbox.objects.filter(pk=row.pk, attempts=row.attempts).update(leased_until=None, attempts=row.attempts - 1)


def revive(rows: Iterable[int], *, at: datetime) -> int:
    """Let dead messages be tried again from the beginning; gives how many."""
    return Outbox.objects.filter(pk__in=list(rows), dead_at__isnull=False).update(
        dead_at=None, attempts=0, available_at=at, not_before=at, last_error=""
    )  # fmt: skip

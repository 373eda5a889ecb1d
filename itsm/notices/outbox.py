"""Putting messages out: rows written in the transaction of what they tell; nothing is sent here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from itsm.notices.models import Notification, Outbox
from itsm.notices.templates import is_locked, template_named
from itsm.people.models import Person
from itsm.records import rows
from itsm.records.journal import plain

_quiet: ContextVar[bool] = ContextVar("quiet", default=False)


@dataclass(frozen=True, kw_only=True)
class Notice:
    """One message to one person (or bare address) about one record.

    ``event`` is the row of the preference matrix, ``template`` the words (``words.py`` lists both). ``facts`` are
    plain values for the words; never the text of an internal note. The same ``dedupe_key`` is put out once, ever.
    """

    dedupe_key: str
    event: str
    template: str
    at: datetime
    person_id: int | None = None
    email: str = ""
    record_id: int | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    not_before: datetime | None = None
    language: str = ""
    by_mail: bool = True
    in_app: bool = True


@contextmanager
def quiet() -> Iterator[None]:
    """Put nothing out while the block runs: for imported and made-up history."""
    token = _quiet.set(True)
    try:
        yield
    finally:
        _quiet.reset(token)


def is_quiet() -> bool:
    """Tell whether nothing is put out now."""
    return _quiet.get()


def put(
    *, dedupe_key: str, event: str, template: str, at: datetime, person_id: int | None = None, email: str = "",
    record_id: int | None = None, facts: dict[str, Any] | None = None, not_before: datetime | None = None, language: str = "",
) -> int:  # fmt: skip
    """Put one message out in the caller's transaction; gives how many rows are offered (mail and in the page).

    :raises UnknownTemplate: if no such template is registered
    """
    return put_many([
        Notice(
            dedupe_key=dedupe_key, event=event, template=template, at=at, person_id=person_id, email=email,
            record_id=record_id, facts=facts or {}, not_before=not_before, language=language,
        )
    ])  # fmt: skip


def put_many(notices: Iterable[Notice]) -> int:
    """Put messages out in the caller's transaction, as each recipient prefers; gives how many rows are offered.

    A key that was put out before changes nothing. People who left get nothing. Whether the recipient may see the
    record is judged when the message is sent and when it is shown, so that a later change of access counts.

    :raises UnknownTemplate: if a template is not registered
    """
    wanted = [] if _quiet.get() else list(notices)
    for notice in wanted:
        template_named(notice.template)
    readers = _readers({notice.person_id for notice in wanted if notice.person_id})
    mails = [_mail(notice, readers) for notice in wanted if _by_mail(notice, readers)]
    lines = [_line(notice, notice.person_id) for notice in wanted if notice.person_id and _in_app(notice, readers)]
    if mails:
        rows.insert(Outbox, map(rows.row_of, mails), once=True)
    if lines:
        rows.insert(Notification, map(rows.row_of, lines), once=True)
    return len(mails) + len(lines)


@dataclass
class _Reader:
    """What putting out must know of a person: address, language, and events not wanted by mail or in the page."""

    email: str
    language: str
    no_mail: set[str] = field(default_factory=set)
    no_line: set[str] = field(default_factory=set)


def _readers(ids: set[int]) -> dict[int, _Reader]:
    """Read people with their preferences in one query; those who left are missing."""
    rows = Person.objects.active().filter(pk__in=ids).values_list(
        "pk", "email", "language", "preferences__event", "preferences__by_mail", "preferences__in_app"
    )  # fmt: skip
    found: dict[int, _Reader] = {}
    for pk, email, language, event, by_mail, in_app in rows if ids else ():
        reader = found.setdefault(pk, _Reader(email, language))
        if event and not by_mail:
            reader.no_mail.add(event)
        if event and not in_app:
            reader.no_line.add(event)
    return found


def _by_mail(notice: Notice, readers: dict[int, _Reader]) -> bool:
    if notice.person_id is None:
        return bool(notice.email)
    reader = readers.get(notice.person_id)
    if reader is None or not reader.email:
        return False
    return is_locked(notice.event) or (notice.by_mail and notice.event not in reader.no_mail)


def _in_app(notice: Notice, readers: dict[int, _Reader]) -> bool:
    reader = readers.get(notice.person_id) if notice.person_id else None
    return notice.in_app and reader is not None and notice.event not in reader.no_line and not is_locked(notice.event)


def _mail(notice: Notice, readers: dict[int, _Reader]) -> Outbox:
    reader = (
        readers[notice.person_id]
        if notice.person_id
        else _Reader(notice.email, notice.language or settings.LANGUAGE_CODE)
    )
    recipient = f"p{notice.person_id}" if notice.person_id else notice.email
    return Outbox(
        dedupe_key=notice.dedupe_key,
        event=notice.event,
        template=notice.template,
        person_id=notice.person_id,
        email=reader.email,
        record_id=notice.record_id,
        facts=plain(notice.facts),
        language=reader.language,
        ordering_key=f"{notice.record_id}:{recipient}"[:100] if notice.record_id else "",
        created_at=notice.at,
        not_before=notice.not_before,
        available_at=notice.not_before or notice.at,
        message_id=message_id(notice.dedupe_key),
    )


def _line(notice: Notice, person_id: int) -> Notification:
    return Notification(
        dedupe_key=notice.dedupe_key,
        person_id=person_id,
        record_id=notice.record_id,
        event=notice.event,
        template=notice.template,
        facts=plain(notice.facts),
        at=notice.at,
    )


def message_id(dedupe_key: str) -> str:
    """Make the Message-ID of a message: the same for every attempt, guessed by nobody who lacks the secret."""
    mixed = sha256(f"{settings.SECRET_KEY}:{dedupe_key}".encode()).hexdigest()[:40]
    return f"<{mixed}@{urlsplit(settings.SITE_URL).hostname or 'localhost'}>"

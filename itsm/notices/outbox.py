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

from itsm.notices.models import Notification, Outbox, Preference
from itsm.notices.templates import template_named
from itsm.people.models import Person
from itsm.records.journal import plain

_quiet: ContextVar[bool] = ContextVar("quiet", default=False)


@dataclass(frozen=True, kw_only=True)
class Notice:
    """One message to one person (or bare address) about one record.

    ``event`` is the row of the preference matrix, ``template`` the words (``templates.py`` lists both). ``facts`` are
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


@contextmanager
def quiet() -> Iterator[None]:
    """Put nothing out while the block runs: for imported and made-up history."""
    token = _quiet.set(True)
    try:
        yield
    finally:
        _quiet.reset(token)


def put(
    *, dedupe_key: str, event: str, template: str, at: datetime, person_id: int | None = None, email: str = "",
    record_id: int | None = None, facts: dict[str, Any] | None = None, not_before: datetime | None = None, language: str = "",
) -> int:  # fmt: skip
    """Put one message out in the caller's transaction; gives how many rows are new (mail and in the page).

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
    people = Person.objects.active().in_bulk({notice.person_id for notice in wanted if notice.person_id})
    choices = _choices(people)
    mails = [_mail(notice, people) for notice in wanted if _wants(notice, people, choices, by_mail=True)]
    lines = [_line(notice) for notice in wanted if notice.person_id and _wants(notice, people, choices, by_mail=False)]
    if mails:
        Outbox.objects.bulk_create(mails, ignore_conflicts=True, batch_size=1000)
    if lines:
        Notification.objects.bulk_create(lines, ignore_conflicts=True, batch_size=1000)
    return len(mails) + len(lines)


def _choices(people: dict[int, Person]) -> dict[tuple[int, str], Preference]:
    if not people:
        return {}
    return {(row.person_id, row.event): row for row in Preference.objects.filter(person__in=people)}


def _wants(notice: Notice, people: dict[int, Person], choices: dict[tuple[int, str], Preference], *, by_mail: bool) -> bool:
    if notice.person_id is None:
        return by_mail and bool(notice.email)
    person = people.get(notice.person_id)
    if person is None or (by_mail and not person.email):
        return False
    choice = choices.get((notice.person_id, notice.event))
    return choice is None or (choice.by_mail if by_mail else choice.in_app)


def _mail(notice: Notice, people: dict[int, Person]) -> Outbox:
    person = people.get(notice.person_id) if notice.person_id else None
    recipient = f"p{person.pk}" if person else notice.email
    return Outbox(
        dedupe_key=notice.dedupe_key,
        event=notice.event,
        template=notice.template,
        person=person,
        email=person.email if person else notice.email,
        record_id=notice.record_id,
        facts=plain(notice.facts),
        language=person.language if person else notice.language or settings.LANGUAGE_CODE,
        ordering_key=f"{notice.record_id}:{recipient}"[:100] if notice.record_id else "",
        created_at=notice.at,
        not_before=notice.not_before,
        available_at=notice.not_before or notice.at,
        message_id=message_id(notice.dedupe_key),
    )


def _line(notice: Notice) -> Notification:
    return Notification(
        dedupe_key=notice.dedupe_key,
        person_id=notice.person_id,
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

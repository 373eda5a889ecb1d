"""Announcements that follow a major incident: each update takes the place of the last, restoration ends them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.core.cache import cache
from django.db import transaction

from itsm.notices.models import Announcement

if TYPE_CHECKING:
    from itsm.people.models import Person

#: An announcement of a major incident that nobody renews goes after this time.
STAYS = timedelta(hours=24)
#: How long a process of the web server shows what it has read.
SECONDS = 10
KEY = "notices:announced"


def current(at: datetime) -> list[Announcement]:
    """List what is announced at ``at``, the gravest first; what another process announced shows 10 seconds later at most."""
    shown: list[Announcement] | None = cache.get(KEY)
    if shown is None:
        shown = list(Announcement.objects.current(at))
        cache.set(KEY, shown, SECONDS)
    return [one for one in shown if one.is_current(at=at)]


def forget(**_signal: Any) -> None:
    """Read anew at the next page, because an announcement changed."""
    cache.delete(KEY)


def announce_update(record: Any, *, text_zh: str, text_en: str, by: Person | None, at: datetime) -> Announcement | None:
    """Show an update of a major incident to everyone in place of the one before; a confidential case is never shown."""
    if record.confidential:
        return None
    end_for(record, at=at)
    service = record.service if record.service_id else None
    made = Announcement.objects.create(
        title_zh=service.name_zh if service else record.title,
        title_en=service.name_en if service else "",
        body_zh=text_zh,
        body_en=text_en,
        level=Announcement.Level.DANGER,
        starts_at=at,
        ends_at=at + STAYS,
        record_id=record.pk,
        created_by=by,
    )
    if service:
        made.services.add(service)
    return made


def end_for(record: Any, *, at: datetime) -> None:
    """End what is announced about a record."""
    shown = Announcement.objects.current(at).filter(record=record.pk)
    shown.filter(starts_at__lt=at).update(ends_at=at)
    shown.filter(starts_at=at).delete()
    transaction.on_commit(forget)

"""Private feeds of the calendar: an address with a token that only its hash is kept of, revoked at any time."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext, override
from icalendar import Calendar, Event  # type: ignore[import-untyped]  # it has no types

from changes.calendar_models import CalendarFeed, FreezeWindow
from itsm.records import planned
from itsm.records.refusals import Objected

if TYPE_CHECKING:
    from itsm.people.models import Person

#: How far a feed looks back and ahead, and how many one person has at most.
BACK, AHEAD, MOST = timedelta(days=30), timedelta(days=180), 5


def make(person: Person, *, name: str, at: datetime) -> tuple[CalendarFeed, str]:
    """Make a feed; its token is given once and kept nowhere.

    :raises Objected: if the name is missing, or the person has as many as one may have
    """
    said = " ".join(name.replace("\x00", "").split())[:60]
    if not said:
        raise Objected(fields={"name": gettext("Give the feed a name.")})
    if CalendarFeed.objects.filter(person=person, revoked_at=None).count() >= MOST:
        raise Objected(gettext("You have %(most)s feeds; revoke one first.") % {"most": MOST})
    token = secrets.token_urlsafe(32)
    return CalendarFeed.objects.create(person=person, name=said, token_hash=_hash(token), made_at=at), token


def revoke(person: Person, key: int, *, at: datetime) -> bool:
    """Make a feed of ``person`` useless from now on; a second time changes nothing. Tells whether there was one."""
    rows = CalendarFeed.objects.filter(pk=key, person=person)
    rows.filter(revoked_at=None).update(revoked_at=at)
    return rows.exists()


def find(token: str, *, at: datetime) -> CalendarFeed | None:
    """Find the feed of a token that is in use, of somebody who may still sign in and works cases."""
    rows = CalendarFeed.objects.filter(token_hash=_hash(token), revoked_at=None).select_related("person")
    found: CalendarFeed | None = rows.first()
    if found is None or not found.person.is_active or not found.person.is_worker:
        return None
    CalendarFeed.objects.filter(pk=found.pk).update(last_used_at=at)
    return found


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def write(person: Person, *, at: datetime) -> bytes:
    """Write what ``person`` may know of the coming half year as iCalendar, in their language."""
    start, end = at - BACK, at + AHEAD
    with override(person.language):
        made = Calendar()
        made.add("prodid", "-//ITSM//Change calendar//EN")
        made.add("version", "2.0")
        made.add("x-wr-calname", gettext("Change calendar"))
        for one in planned.between(start, end, person=person):
            made.add_component(_event(one, at=at))
        for row in FreezeWindow.objects.over(start, end).soonest():
            made.add_component(_freeze(row, at=at))
        text: bytes = made.to_ical()
    return text


def _event(one: planned.Planned, *, at: datetime) -> Event:
    event = Event()
    event.add("uid", f"{one.number}@{_host()}")
    event.add("dtstamp", at)
    event.add("dtstart", one.start)
    event.add("dtend", one.end)
    event.add("summary", f"{one.number} {one.title}")
    event.add(
        "description", " · ".join(part for part in (str(one.state.label), one.words, one.service, one.person) if part)
    )
    event.add("url", settings.SITE_URL.rstrip("/") + one.url)
    event.add("status", "CONFIRMED" if one.is_settled else "TENTATIVE")
    return event


def _freeze(row: FreezeWindow, *, at: datetime) -> Event:
    event = Event()
    event.add("uid", f"freeze-{row.pk}@{_host()}")
    event.add("dtstamp", at)
    event.add("dtstart", row.starts_at)
    event.add("dtend", row.ends_at)
    event.add("summary", gettext("Freeze: %(name)s") % {"name": row.name})
    event.add("transp", "TRANSPARENT")
    return event


def _host() -> Any:
    from urllib.parse import urlsplit

    return urlsplit(settings.SITE_URL).hostname or "localhost"

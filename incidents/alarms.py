"""Automatic reports: an alarm opens one incident, its repeats are counted, and its end proposes resolution."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.utils.translation import gettext

from incidents import outages
from incidents.models import Incident
from incidents.services import raise_incident
from itsm.flow import Move
from itsm.notices.outbox import put_many
from itsm.notices.tell import Telling
from itsm.records import journal
from itsm.records.clock import database_now, whole
from itsm.records.models import Event
from itsm.records.perform import lock, perform, saving
from itsm.records.refusals import Objected

if TYPE_CHECKING:
    from catalogue.models import Service
    from itsm.people.models import Person

#: How severe the monitor calls it, in the words of the form: does the work go on?
STILL_WORKING = {"critical": "no", "major": "partly", "minor": "yes", "warning": "yes", "info": "yes"}
CHANNEL = "monitor"


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """What a monitoring system says: ``source`` and ``key`` together name the trouble."""

    source: str
    key: str
    title: str
    description: str = ""
    severity: str = "major"
    service: Service | None = None
    occurred_at: datetime | None = None
    service_down: bool = False


@dataclass(frozen=True)
class Outcome:
    """What became of an alarm: opened, repeated, reopened, cleared, confirmed or ignored; and its incident."""

    word: str
    incident: Incident | None = None


def fire(alarm: Alarm, *, sender: Person, at: datetime | None = None) -> Outcome:
    """Open an incident for a trouble that has none; otherwise count the occurrence.

    A case that awaits confirmation goes back to work: the trouble is not over. Any number of senders may say the same
    at once.

    :raises Objected: if the alarm has no title
    """
    with transaction.atomic():
        _one_at_a_time(alarm)
        moment = whole(at or database_now())
        known = _standing(alarm)
        outcome = _fired(alarm, known, sender=sender, at=moment)
        if alarm.service_down:
            outages.open_from_alarm(
                outcome.incident, source=alarm.source, since=min(alarm.occurred_at or moment, moment)
            )
        return outcome


def _fired(alarm: Alarm, known: Incident | None, *, sender: Person, at: datetime) -> Outcome:
    if known is not None and known.is_open:
        return _repeat(known, alarm, at=at)
    if known is not None:
        _forget(known, at=at)
    return Outcome("opened", _open(alarm, sender=sender, at=at))


def clear(alarm: Alarm, *, at: datetime | None = None) -> Outcome:
    """Note that the trouble is over: resolution is proposed to whoever works on it; a resolved case is confirmed.

    An alarm that is not standing is ignored.
    """
    with transaction.atomic():
        _one_at_a_time(alarm)
        moment = whole(at or database_now())
        known = _standing(alarm)
        if known is None or known.cleared_at is not None:
            return Outcome("ignored")
        locked: Incident = lock(known)
        with saving(locked):
            locked.cleared_at = locked.changed_at = moment
            if locked.is_open:
                locked.facts = {**locked.facts, "alarm_cleared_at": moment.isoformat()}
        outages.close_from_alarm(locked, until=min(alarm.occurred_at or moment, moment))
        _write(locked, "alarm_cleared", alarm, at=moment)
    return _confirm(locked, at=moment) if locked.state == "awaiting_confirmation" else Outcome("cleared", locked)


def _one_at_a_time(alarm: Alarm) -> None:
    """Let one transaction at a time judge a trouble; the unique index stands behind it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"alarm {alarm.source}\n{alarm.key}"])


def _standing(alarm: Alarm) -> Incident | None:
    """Find the incident of the trouble: one whose alarm stands, else one that is still being worked on."""
    same = Incident.objects.filter(alarm_source=alarm.source, dedupe_key=alarm.key)
    found: Incident | None = same.filter(cleared_at=None).first() or same.open().order_by("-pk").first()
    return found


def _open(alarm: Alarm, *, sender: Person, at: datetime) -> Incident:
    occurred = min(alarm.occurred_at or at, at)
    return raise_incident(
        by=None, requester=sender, reporter=None, title=alarm.title, description=alarm.description, service=alarm.service,
        channel=CHANNEL, still_working=STILL_WORKING[alarm.severity], at=at, occurred_at=whole(occurred), detected_at=at,
        alarm_source=alarm.source, dedupe_key=alarm.key, last_occurred_at=whole(occurred), facts={"severity": alarm.severity},
    )  # fmt: skip


def _repeat(known: Incident, alarm: Alarm, *, at: datetime) -> Outcome:
    locked: Incident = lock(known)
    with saving(locked):
        locked.occurrences += 1
        locked.last_occurred_at, locked.changed_at = whole(alarm.occurred_at or at), at
        locked.cleared_at = None
        locked.facts = {name: value for name, value in locked.facts.items() if name != "alarm_cleared_at"}
    _write(locked, "occurrence", alarm, at=at)
    if locked.state != "awaiting_confirmation":
        return Outcome("repeated", locked)
    reason = gettext("The alarm fired again: %(title)s") % {"title": alarm.title}
    return Outcome("reopened", perform(locked, "reject_resolution", by=None, at=at, channel=CHANNEL, reason=reason))


def _forget(known: Incident, *, at: datetime) -> None:
    """Free the name of a trouble whose incident ended while its alarm stood; a new firing is a new incident."""
    locked = lock(known)
    with saving(locked):
        locked.cleared_at = locked.cleared_at or at


def _confirm(incident: Incident, *, at: datetime) -> Outcome:
    try:
        return Outcome(
            "confirmed", perform(incident, "confirm_resolution", by=None, at=at, channel=CHANNEL, confirmation="alarm")
        )
    except Objected:  # children or an outage are open: people will confirm
        return Outcome("cleared", incident)


def _write(incident: Incident, name: str, alarm: Alarm, *, at: datetime) -> None:
    move = Move(name, None, at, CHANNEL)
    facts: dict[str, Any] = {"severity": alarm.severity, "title": alarm.title, "occurred_at": alarm.occurred_at}
    event = journal.write(
        incident, kind=Event.Kind.OCCURRENCE, name=name, move=move, count=incident.occurrences, **facts
    )
    if name == "alarm_cleared" and incident.is_open:
        telling = Telling(incident, move, event)
        telling.to_work("alarm_cleared")
        put_many(telling.notices)

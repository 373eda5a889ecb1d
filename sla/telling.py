"""Telling of levels that fired: one message to each person concerned, and a line in the journal of the case."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone

from itsm.flow import Words
from itsm.notices.outbox import Notice, put_many
from itsm.records.models import Event
from itsm.tickets.models import Ticket
from sla.directory import Directory
from sla.firing import Fired
from sla.models import Escalation
from sla.reckoning import BREACH, REPEAT
from sla.settings_models import Audience

METRIC_WORDS = {
    "response": Words("First response", "首次回應"),
    "resolution": Words("Resolution", "解決"),
    "fulfilment": Words("Fulfilment", "完成"),
    "update": Words("Next update", "下次狀況更新"),
}
OWN_HANDS = frozenset({Audience.ASSIGNEE, Audience.TEAM})


def tell(fired: Sequence[Fired], escalations: Sequence[Escalation], *, at: datetime, tickets: dict[int, Any]) -> None:
    """Put out what the levels tell, note on each escalation who is told, and write the journal.

    Several levels of one clock that fire together make one message, that of the highest. ``tickets`` are those at hand.
    """
    known = tickets | _missing(fired, tickets)
    directory = Directory(known.values(), on=timezone.localdate(at))
    notices: list[Notice] = []
    for pairs in _by_clock(fired, escalations):
        ticket = known.get(pairs[0][0].clock.record_id)
        if ticket is not None:
            notices += _notices(pairs, ticket, directory, at=at)
    put_many(notices)
    Event.objects.bulk_create(_line(one, at=at) for one in fired if _told(one))


def _missing(fired: Iterable[Fired], tickets: dict[int, Any]) -> dict[int, Any]:
    wanted = {one.clock.record_id for one in fired if one.rung.notify} - tickets.keys()
    return Ticket.objects.select_related("service").in_bulk(wanted) if wanted else {}


def _by_clock(fired: Sequence[Fired], escalations: Sequence[Escalation]) -> Iterable[list[tuple[Fired, Escalation]]]:
    groups: dict[int, list[tuple[Fired, Escalation]]] = defaultdict(list)
    for one, row in zip(fired, escalations, strict=True):
        groups[one.clock.pk].append((one, row))
    return groups.values()


def _notices(pairs: list[tuple[Fired, Escalation]], ticket: Any, directory: Directory, *, at: datetime) -> list[Notice]:
    """Give each person the message of the highest level that names them."""
    best: dict[int | str, Notice] = {}
    for one, row in pairs:
        for audience in one.rung.notify:
            for notice in _to(audience, one, ticket, directory, at=at):
                best[notice.person_id or notice.email] = notice
                row.notified.append({"audience": audience, "person": notice.person_id, "email": notice.email})
    return list(best.values())


def _to(audience: str, one: Fired, ticket: Any, directory: Directory, *, at: datetime) -> list[Notice]:
    addresses = directory.team_addresses(ticket) if audience == Audience.TEAM else []
    said = _said(audience, one)
    key = f"sla:{one.clock.pk}:{one.clock.cycle}:{one.rung.level}"
    common = {"at": at, "record_id": ticket.pk, "facts": _facts(one), **said}
    notices = [Notice(dedupe_key=f"{key}:{email}", email=email, **common) for email in addresses]
    return notices + [
        Notice(dedupe_key=f"{key}:{person}", person_id=person, by_mail=not addresses, **common)
        for person in directory.people(audience, ticket)
    ]


def _said(audience: str, one: Fired) -> dict[str, str]:
    """Choose the words: a warning to those who work on it, an escalation to those above, plain words to the requester."""
    if audience == Audience.REQUESTER:
        return {"event": "progress", "template": "target_missed"}
    if one.clock.metric == "update":
        return {"event": "clock", "template": "update_due"}
    if audience not in OWN_HANDS:
        return {"event": "escalation", "template": "escalation"}
    if one.rung.level == 0:
        return {"event": "team", "template": "case_arrived"}
    missed = one.clock.breached_at is not None
    return {"event": "clock", "template": "breach" if missed else "warning"}


def _facts(one: Fired) -> dict[str, Any]:
    clock = one.clock
    words = METRIC_WORDS.get(clock.metric)
    return {
        "metric": words.as_json() if words else clock.metric,
        "level": one.rung.level % REPEAT,
        "percent": one.rung.percent if one.rung.percent is not None else _share(one),
        "due_at": clock.due_at.isoformat() if clock.due_at else "",
    }


def _share(one: Fired) -> int:
    from sla.reckoning import used

    return used(one.clock, at=one.due) * 100 // (one.clock.target_seconds or 1)


def _told(one: Fired) -> bool:
    """The journal tells of misses and of steps above the first hands, not of the arrival or of deadlines' own acts."""
    return not one.clock.is_deadline and one.rung.level != 0


def _line(one: Fired, *, at: datetime) -> Event:
    return Event(
        record_id=one.clock.record_id,
        kind=Event.Kind.CLOCK,
        name="clock_breach" if one.rung.level == BREACH else "clock_escalation",
        channel="system",
        at=at,
        facts={
            "clock": one.clock.pk,
            "metric": one.clock.metric,
            "level": one.rung.level,
            "due": one.due.isoformat(),
            "notify": list(one.rung.notify),
        },
    )

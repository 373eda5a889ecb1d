"""Telling of levels that fired: one message to each person concerned, and a line in the journal of the case."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone

from itsm.flow import Words
from itsm.notices.outbox import Notice, put_many
from itsm.records import rows
from itsm.records.models import Event
from sla.directory import Case, Directory
from sla.directory import cases as read_cases
from sla.firing import Fired
from sla.reckoning import BREACH, MOST_STEPS, REPEAT, used
from sla.settings_models import Audience, Channel

METRIC_WORDS = {
    "response": Words("First response", "首次回應"),
    "resolution": Words("Resolution", "解決"),
    "fulfilment": Words("Fulfilment", "完成"),
    "update": Words("Next update", "下次狀況更新"),
    "acceptance": Words("Acceptance by the team", "群組接單"),
    "handling": Words("Work of the team", "群組處理"),
}
#: More messages than these to one person in one go are folded into one.
MOST_AT_ONCE = 20
OWN_HANDS = frozenset({Audience.ASSIGNEE, Audience.TEAM})


def tell(fired: Sequence[Fired], *, at: datetime, cases: dict[int, Case]) -> None:
    """Put out what the levels tell, note on each who is told, and write the journal.

    Several levels of one clock that fire together make one message, that of the highest. Many messages to one person
    at once make one digest. ``cases`` are those at hand.
    """
    wanted = {one.clock.record_id for one in fired if one.rung.notify} - cases.keys()
    known = cases | (read_cases(wanted) if wanted else {})
    directory = Directory(on=timezone.localdate(at))
    notices: list[Notice] = []
    for levels in _by_clock(fired):
        case = known.get(levels[0].clock.record_id)
        if case is not None:
            notices += _notices(levels, case, directory, at=at)
    put_many(braked(notices, at=at))
    missed = {(one.clock.pk, one.due) for one in fired if one.rung.level == BREACH}
    rows.insert(Event, (_line(one, at=at) for one in fired if _journaled(one, missed)))


def _by_clock(fired: Sequence[Fired]) -> Iterable[list[Fired]]:
    groups: dict[int, list[Fired]] = defaultdict(list)
    for one in fired:
        groups[one.clock.pk].append(one)
    return groups.values()


def _notices(levels: list[Fired], case: Case, directory: Directory, *, at: datetime) -> list[Notice]:
    """Give each person the message of the highest level that names them."""
    best: dict[int | str, Notice] = {}
    for one in levels:
        for audience in one.rung.notify:
            for notice in _to(audience, one, case, directory, at=at):
                best[notice.person_id or notice.email] = notice
                one.notified.append({"audience": audience, "person": notice.person_id, "email": notice.email})
    return list(best.values())


def braked(notices: list[Notice], *, at: datetime) -> list[Notice]:
    """Fold what one person would get more than ``MOST_AT_ONCE`` times in one go into one message with their number."""
    by_reader: dict[int | str, list[Notice]] = defaultdict(list)
    for notice in notices:
        by_reader[notice.person_id or notice.email].append(notice)
    return [
        said for many in by_reader.values() for said in (many if len(many) <= MOST_AT_ONCE else [_digest(many, at=at)])
    ]


def _digest(many: list[Notice], *, at: datetime) -> Notice:
    first = many[0]
    return Notice(
        dedupe_key=f"digest:{first.dedupe_key}:{len(many)}",
        event=first.event,
        template="escalation_digest",
        at=at,
        person_id=first.person_id,
        email=first.email,
        facts={"count": len(many)},
        by_mail=any(one.by_mail for one in many),
        in_app=any(one.in_app for one in many),
    )


def _to(audience: str, one: Fired, case: Case, directory: Directory, *, at: datetime) -> list[Notice]:
    by = one.rung.channels or Channel.values
    by_mail, in_app = Channel.MAIL in by, Channel.APP in by
    addresses = directory.team_addresses(case) if audience == Audience.TEAM and by_mail else []
    said = _said(audience, one)
    key = f"sla:{one.clock.pk}:{one.clock.cycle}:{one.rung.level}"
    common: dict[str, Any] = {"at": at, "record_id": case.pk, "facts": _facts(one), **said}
    notices = [Notice(dedupe_key=f"{key}:{email}", email=email, **common) for email in addresses]
    return notices + [
        Notice(
            dedupe_key=f"{key}:{person}", person_id=person, by_mail=by_mail and not addresses, in_app=in_app, **common
        )
        for person in directory.people(audience, case)
    ]


def _said(audience: str, one: Fired) -> dict[str, str]:
    """Choose the words: a warning to those who work on it, an escalation to those above, plain words to the requester."""
    if audience == Audience.REQUESTER:
        return {"event": "progress", "template": "target_missed" if _is_over(one) else "target_at_risk"}
    if one.clock.metric == "update":
        return {"event": "clock", "template": "update_due"}
    if audience not in OWN_HANDS:
        return {"event": "escalation", "template": "escalation"}
    if one.rung.level == 0:
        return {"event": "team", "template": "case_arrived"}
    missed = one.clock.breached_at is not None or one.clock.lifted_at is not None
    return {"event": "clock", "template": "breach" if missed else "warning"}


def _is_over(one: Fired) -> bool:
    """Tell whether the target has run out at this level: its last second counts as over, as the ladder reaches 100 % there."""
    clock = one.clock
    return clock.breached_at is not None or (clock.due_at is not None and one.due >= clock.due_at)


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
    return used(one.clock, at=one.due) * 100 // (one.clock.target_seconds or 1)


def _journaled(one: Fired, missed: set[tuple[int, datetime]]) -> bool:
    """The journal tells of misses and of steps above the first hands; a step that goes with a miss is told by that."""
    if one.clock.is_deadline or one.rung.level == 0 or MOST_STEPS < one.rung.level < BREACH:
        return False
    return one.rung.level == BREACH or (one.clock.pk, one.due) not in missed


def _line(one: Fired, *, at: datetime) -> dict[str, Any]:
    return {
        "record_id": one.clock.record_id,
        "kind": Event.Kind.CLOCK.value,
        "name": "clock_breach" if one.rung.level == BREACH else "clock_escalation",
        "machine": "",
        "source": "",
        "target": "",
        "actor_id": None,
        "on_behalf_of_id": None,
        "channel": "system",
        "at": at,
        "reason": "",
        "facts": {
            "clock": one.clock.pk,
            "metric": one.clock.metric,
            "level": one.rung.level,
            "due": one.due.isoformat(),
            "notify": list(one.rung.notify),
        },
        "is_public": False,
        "imported": False,
    }

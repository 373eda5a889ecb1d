"""The dates of contracts, suppliers and customers that somebody is reminded of."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from itsm.flow import Move, Words
from itsm.notices import audience
from itsm.notices.outbox import Notice, put_many
from itsm.records.perform import perform
from itsm.tickets.finding import page_of
from relationships.register_flow import CONTRACT
from sla import actions, deadlines
from sla.deadlines import Level
from sla.models import Escalation
from sla.words import add_act

#: Days before the end at which the owner is told (clause 7.2).
ALARMS = (180, 90, 30)
ENDS, REVIEW = "contract_end", "contract_review"
ACTS = {
    "contract_ends": Words("The contract's owner is told that it ends soon", "通知合約負責人：合約即將到期"),
    "contract_notice": Words(
        "The contract's owner is told that notice must be given now", "通知合約負責人：已屆續約通知期限"
    ),
    "contract_over": Words("The contract expires", "合約到期"),
    "contract_look": Words("The contract's owner is told to review it", "通知合約負責人：進行合約審查"),
}


def register() -> None:
    """Register the acts and the step that plans them."""
    from itsm.records.register import steps

    for name, words in ACTS.items():
        actions.add(name, _expire if name == "contract_over" else _tell)
        add_act(name, words)
    if during not in steps.during:
        steps.during.append(during)


def during(record: Any, move: Move) -> None:
    """Set the dates of a contract while it is in force, and drop them at its end."""
    if record.kind != "contract" or move.name not in CONTRACT.transitions:
        return
    if record.phase == "done":
        for name in (ENDS, REVIEW):
            deadlines.drop(record, name, at=move.at)
    elif record.state == "in_force":
        plan(record, at=move.at)


def plan(record: Any, *, at: datetime) -> None:
    """Plan the alarms, the end and the next review of a contract anew."""
    deadlines.plan(record, ENDS, levels=[level for level in end_levels(record) if level[0] > at], at=at)
    review = morning_of(record.review_on)
    deadlines.plan(record, REVIEW, levels=[(max(review, at), "contract_look")], at=at)


def end_levels(record: Any) -> list[Level]:
    """Give the instants at which the end of a contract is told, and the end itself."""
    end: date = record.ends_on
    told = [(morning_of(end - timedelta(days=days)), "contract_ends") for days in ALARMS]
    notice = (morning_of(end - timedelta(days=record.notice_days)), "contract_notice")
    return [*told, notice, (midnight_after(end), "contract_over")]


def morning_of(day: date) -> datetime:
    """Give nine o'clock of that day in the zone of the site."""
    return datetime.combine(day, time(9), tzinfo=ZoneInfo(settings.TIME_ZONE))


def midnight_after(day: date) -> datetime:
    """Give the end of that day."""
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=ZoneInfo(settings.TIME_ZONE))


def _expire(record: Any, escalation: Escalation, at: datetime) -> str | None:
    perform(record, "expire", by=None, at=at, channel="system")
    _tell(record, escalation, at)
    return None


def _tell(record: Any, escalation: Escalation, at: datetime) -> str | None:
    """Tell who answers for the contract and the supplier, and the service level managers."""
    people = {record.owner_id, record.supplier.owner_id} | audience.holders("slm", process="contract")
    facts = {"number": record.number, "title": record.title, "url": f"{settings.SITE_URL}{page_of(record)}"}
    put_many(
        Notice(
            dedupe_key=f"sla:{escalation.clock_id}:{escalation.cycle}:{escalation.level}:{person}", event="reminder",
            template=escalation.action, at=at, person_id=person, record_id=record.pk, facts=facts,
        )
        for person in sorted(pk for pk in people if pk)
    )  # fmt: skip
    return None

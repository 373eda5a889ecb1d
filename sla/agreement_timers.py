"""The dates of an agreement: it comes in force, is reviewed and ends by itself, and somebody is told before."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.timezone import localdate

from itsm.flow import Move, Words
from itsm.notices import audience
from itsm.notices.outbox import Notice, put_many
from itsm.records.perform import perform
from sla import actions, deadlines
from sla.agreement_flow import AGREEMENT
from sla.deadlines import Level
from sla.models import Escalation
from sla.words import add_act

#: Days before its end at which is told that an agreement ends.
ALARMS = (90, 30)
START, REVIEW, END = "sla_start", "sla_review", "sla_end"
ACTS = {
    "agreement_start": Words("The agreement comes in force", "協議生效"),
    "agreement_look": Words("Those who answer for the agreement are told to review it", "通知協議負責人：進行審查"),
    "agreement_ends": Words(
        "Those who answer for the agreement are told that it ends soon", "通知協議負責人：即將到期"
    ),
    "agreement_over": Words("The agreement expires", "協議到期"),
}


def register() -> None:
    """Register the acts and the step that plans them."""
    from itsm.records.register import steps

    acts = {"agreement_start": _start, "agreement_over": _expire}
    for name, words in ACTS.items():
        actions.add(name, acts.get(name, tell))
        add_act(name, words)
    if during not in steps.during:
        steps.during.append(during)


def during(record: Any, move: Move) -> None:
    """Plan the dates anew with every move of an agreement."""
    if record.kind != "agreement" or move.name not in AGREEMENT.transitions:
        return
    for name, levels in dates(record, at=move.at).items():
        if levels:
            deadlines.plan(record, name, levels=levels, at=move.at)
        else:
            deadlines.drop(record, name, at=move.at)


def dates(record: Any, *, at: datetime) -> dict[str, list[Level]]:
    """Reckon what is due when, by the signed edition that waits and by the one in force."""
    found: dict[str, list[Level]] = {START: [], REVIEW: [], END: []}
    if record.state == "agreed":
        signed = record.editions.filter(signed_at__isnull=False, applied_at=None).first()
        if signed is not None and signed.valid_from:
            found[START] = [(max(_midnight(signed.valid_from), at), "agreement_start")]
    running = record.editions.in_force_now().first()
    if running is None:
        return found
    if running.next_review_on and record.state == "active":
        found[REVIEW] = [(max(_morning(running.next_review_on), at), "agreement_look")]
    if running.valid_to:
        told = [(_morning(running.valid_to - timedelta(days=days)), "agreement_ends") for days in ALARMS]
        over = (max(_midnight(running.valid_to + timedelta(days=1)), at), "agreement_over")
        found[END] = [*(level for level in told if level[0] > at), over]
    return found


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(9), tzinfo=ZoneInfo(settings.TIME_ZONE))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=ZoneInfo(settings.TIME_ZONE))


def _start(record: Any, escalation: Escalation, at: datetime) -> str | None:
    perform(record, "activate", by=None, at=at, channel="system", effective_on=localdate(at))
    return None


def _expire(record: Any, escalation: Escalation, at: datetime) -> str | None:
    """End it; where the next edition is being negotiated, only the old one ends."""
    if record.state in AGREEMENT.transitions["expire_agreement"].source:
        perform(record, "expire_agreement", by=None, at=at, channel="system")
    else:
        record.editions.in_force_now().update(ended_at=at)
    tell(record, escalation, at)
    return None


def tell(record: Any, escalation: Escalation, at: datetime) -> str | None:
    """Tell who answers for the agreement, and the service level managers."""
    people = {record.owner_id} | audience.holders("slm", process="agreement")
    put_many(
        Notice(
            dedupe_key=f"sla:{escalation.clock_id}:{escalation.cycle}:{escalation.level}:{person}", event="reminder",
            template=escalation.action, at=at, person_id=person, record_id=record.pk,
        )
        for person in sorted(pk for pk in people if pk)
    )  # fmt: skip
    return None

"""The end of a survey's period, and its reminders."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from itsm.flow import Move, Words
from itsm.records.perform import perform
from relationships import survey_sending
from relationships.survey_population import ends
from sla import actions, deadlines
from sla.deadlines import Level
from sla.models import Escalation
from sla.words import add_act

NAME = "collection"
ACTS = {
    "survey_over": Words("The collection of answers is closed", "結束回收問卷"),
    "survey_reminder": Words("Those who have not answered are reminded", "提醒尚未回覆者"),
}


def register() -> None:
    """Register the acts and the step that plans them."""
    from itsm.records.register import steps

    actions.add("survey_over", _over)
    actions.add("survey_reminder", _remind)
    for name, words in ACTS.items():
        add_act(name, words)
    if during not in steps.during:
        steps.during.append(during)


def during(record: Any, move: Move) -> None:
    """Set and drop the deadlines that ``move`` begins and ends."""
    if record.kind != "survey_campaign":
        return
    if move.name in ("launch", "extend_collection"):
        begun = survey_sending.opening(record, at=move.at)
        deadlines.plan(
            record, NAME, levels=[level for level in levels(record, begun) if level[0] > move.at], at=move.at
        )
    elif move.name in ("close_collection", "cancel_survey"):
        deadlines.drop(record, NAME, at=move.at)


def levels(record: Any, since: datetime) -> list[Level]:
    """Remind every few days at nine in the morning until the last day is over."""
    if record.ends_on is None:
        return []
    over = ends(record.ends_on)
    zone = ZoneInfo(settings.TIME_ZONE)
    first = since.astimezone(zone).date()
    mornings = [
        datetime.combine(first + timedelta(days=record.reminder_days * number), time(9), tzinfo=zone)
        for number in range(1, record.reminders + 1)
    ]
    return [*((morning, "survey_reminder") for morning in mornings if morning < over), (over, "survey_over")]


def _over(record: Any, escalation: Escalation, at: datetime) -> None:
    perform(record, "close_collection", by=None, at=at, channel="system")


def _remind(record: Any, escalation: Escalation, at: datetime) -> str | None:
    if record.state != "running":
        return "overtaken"
    survey_sending.remind(record, at=at)
    return None

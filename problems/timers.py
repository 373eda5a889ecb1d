"""The deadlines that the states of a problem set, and what is done when they come."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from itsm.flow import Move, Words
from itsm.hours.models import Calendar, schedule_of
from itsm.notices import audience
from itsm.notices.outbox import Notice, put_many
from itsm.records.remembered import Remembered
from problems.flow import PROBLEM
from problems.known_flow import KNOWN_ERROR
from sla import actions, deadlines
from sla.deadlines import Level
from sla.models import Escalation
from sla.words import add_act

#: Business days without a root cause after which the owner of the process is told (domain 5.6): P1 and P2, and others.
CAUSE_WITHIN, CAUSE_WITHIN_LOWER = 10, 30
HOURS = Remembered(Calendar, read=lambda: Calendar.objects.values_list("current", flat=True).get(code="taiwan-office"))
NAMES = ("cause", "solution", "review", "observation")
#: Template, event and words of each act.
ACTS = {
    "cause_overdue": Words("The problem manager is told that the root cause is late", "通知問題管理流程負責人：根因逾期"),
    "solution_overdue": Words("The problem manager is told that the solution is late", "通知問題管理流程負責人：解決方案逾期"),
    "review_due": Words("The problem manager and the lead are told to look again", "通知問題管理流程負責人與處理負責人檢視"),
    "known_review_due": Words(
        "The problem manager and the lead look whether the known error still holds", "通知問題管理流程負責人檢視已知錯誤是否仍適用"
    ),
    "observation_over": Words("The problem manager is told that the observation is over", "通知問題管理流程負責人：觀察期滿"),
}  # fmt: skip


def register() -> None:
    """Register the acts and the step that plans them."""
    from itsm.records.register import steps

    for name, words in ACTS.items():
        actions.add(name, _tell)
        add_act(name, words)
    if during not in steps.during:
        steps.during.append(during)


def during(record: Any, move: Move) -> None:
    """Set and drop the deadlines that ``move`` begins and ends."""
    if record.kind == "known_error" and move.name in KNOWN_ERROR.transitions:
        _look_at_known_error(record, move)
    if record.kind != "problem" or move.name not in PROBLEM.transitions:
        return
    for name in _dropped(record, move):
        deadlines.drop(record, name, at=move.at)
    found = _planned(record, move)
    if found is not None:
        name, levels = found
        deadlines.plan(record, name, levels=[level for level in levels if level[0] > move.at], at=move.at)


def _look_at_known_error(record: Any, move: Move) -> None:
    """Let somebody look at a known error in force when its day comes; one that is not in force needs it no more."""
    if record.state == "published" and record.review_on:
        deadlines.plan(record, "known_review", levels=[(_morning_of(record.review_on), "known_review_due")], at=move.at)
    else:
        deadlines.drop(record, "known_review", at=move.at)


def _dropped(record: Any, move: Move) -> tuple[str, ...]:
    """Name the deadlines that have no use any more."""
    if record.phase == "done":
        return NAMES
    return {
        "accept_root_cause": ("cause",), "solution_done": ("solution", "review"), "result_not_ok": ("observation", "review"),
    }.get(move.name, ())  # fmt: skip


def _planned(record: Any, move: Move) -> tuple[str, list[Level]] | None:
    if move.name in ("classify", "reopen"):
        return "cause", cause_levels(record, move.at)
    if move.name in ("accept_root_cause", "solution_failed", "result_not_ok") and record.solution_due_on:
        return "solution", [(_end_of(record.solution_due_on), "solution_overdue")]
    if move.name in ("no_workaround", "accept_known_error"):
        return "review", [(_morning_of(record.review_on), "review_due")]
    if move.name == "solution_done":
        return "observation", [(record.observed_until, "observation_over")]
    return None


def cause_levels(record: Any, at: datetime) -> list[Level]:
    """Tell at the date that was aimed at, and at the latest after the days of the priority."""
    most = CAUSE_WITHIN if (record.priority or 3) <= 2 else CAUSE_WITHIN_LOWER
    levels: list[Level] = [(schedule_of(HOURS.get()).add_days(at, days=most), "cause_overdue")]
    if record.cause_due_on:
        levels.append((_end_of(record.cause_due_on), "cause_overdue"))
    return levels


def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=ZoneInfo(settings.TIME_ZONE))


def _morning_of(day: date) -> datetime:
    return datetime.combine(day, time(9), tzinfo=ZoneInfo(settings.TIME_ZONE))


def _tell(record: Any, escalation: Escalation, at: datetime) -> None:
    """Tell the owners of the process and the lead what has come."""
    lead = record.problem.assignee_id if record.kind == "known_error" else record.assignee_id
    people = audience.holders("problem_manager", process="problem") | {lead}
    put_many(
        Notice(
            dedupe_key=f"sla:{escalation.clock_id}:{escalation.cycle}:{escalation.level}:{person}", event="reminder",
            template=escalation.action, at=at, person_id=person, record_id=record.pk,
        )
        for person in sorted(pk for pk in people if pk)
    )  # fmt: skip

"""The deadlines that the states of a release set, and who is told when they come."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from itsm.flow import Move, Words
from itsm.hours.models import Calendar, schedule_of
from itsm.notices.outbox import Notice, put_many
from itsm.records.remembered import Remembered
from releases.telling import managers
from sla import actions, deadlines
from sla.models import Escalation
from sla.words import add_act

#: Business days within which the forms of an emergency are filled in (domain 5.5).
FORMS_WITHIN = 1
#: After how long an emergency deployment without a planned end is looked after.
EMERGENCY_WITHIN = timedelta(hours=4)
HOURS = Remembered(Calendar, read=lambda: Calendar.objects.values_list("current", flat=True).get(code="taiwan-office"))
ACTS = {
    "release_forms_late": Words("Those concerned are told that forms are late", "通知流程負責人與執行人：補填表單逾期"),
    "early_life_over": Words("The release manager is told that the early life is over", "通知流程負責人：上線觀察期滿"),
    "release_window_over": Words("Those concerned are told that the window has ended", "通知流程負責人與執行人：部署時段已過"),
}  # fmt: skip
#: Which deadline each state keeps.
KEPT = {
    "retro_documentation": "retro_forms",
    "post_review": "early_life",
    "deploying": "window",
    "emergency_deploying": "window",
}
NAMES = ("retro_forms", "early_life", "window")


def register() -> None:
    """Register the acts and the step that plans them."""
    from itsm.records.register import steps

    for name, words in ACTS.items():
        actions.add(name, _tell)
        add_act(name, words)
    if during not in steps.during:
        steps.during.append(during)


def during(record: Any, move: Move) -> None:
    """Set the deadline of the state that ``move`` leads to, and drop those of the one it leaves."""
    if record.kind != "release" or move.source == move.target or move.name == "open":
        return
    if move.source in KEPT:
        deadlines.drop(record, KEPT[move.source], at=move.at)
    set_anew(record, move.at)


def set_anew(record: Any, at: datetime) -> None:
    """Set the deadline of the state as the release now reads: also where its window was extended."""
    found = _planned(record, at)
    if found is not None and found[1] > at:
        name, instant, act = found
        deadlines.plan(record, name, levels=[(instant, act)], at=at)


def _planned(record: Any, at: datetime) -> tuple[str, datetime, str] | None:
    if record.state == "retro_documentation":
        return "retro_forms", schedule_of(HOURS.get()).add_days(at, days=FORMS_WITHIN), "release_forms_late"
    if record.state == "post_review" and record.early_life_until is not None:
        return "early_life", record.early_life_until, "early_life_over"
    if record.state == "deploying" and record.planned_end is not None:
        return "window", record.planned_end, "release_window_over"
    if record.state == "emergency_deploying":  # it need not have been planned
        planned = record.planned_end if record.planned_end is not None and record.planned_end > at else None
        return "window", planned or at + EMERGENCY_WITHIN, "release_window_over"
    return None


def _tell(record: Any, escalation: Escalation, at: datetime) -> None:
    """Tell the owners of the process, and for what is to be done by them those who carry it out."""
    beside = [] if escalation.action == "early_life_over" else [record.implementer_id, record.requester_id]
    put_many(
        Notice(
            dedupe_key=f"sla:{escalation.clock_id}:{escalation.cycle}:{escalation.level}:{person}", event="reminder",
            template=escalation.action, at=at, person_id=person, record_id=record.pk,
        )
        for person in sorted(pk for pk in managers(beside=beside) if pk)
    )  # fmt: skip

"""The deadlines that the states of a change set, and what is done when they come."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from changes import classes
from changes.flow import CHANGE
from itsm.flow import Move, Words
from itsm.hours.models import schedule_of
from itsm.notices import audience
from itsm.notices.outbox import Notice, put_many
from sla import actions, deadlines
from sla.deadlines import Level
from sla.models import Escalation
from sla.words import add_act

#: Minutes in which an emergency is answered; then who is above is told, and after as long again the management.
ANSWER_WITHIN = timedelta(minutes=15)
#: Business days in which a request is taken up, forms that are still owed go to the management, and a review is written.
TAKEN_UP_WITHIN, FORMS_TO_MANAGEMENT, REVIEW_WITHIN = 2, 3, 5
SOON = timedelta(hours=1)
NAMES = ("taken_up", "answer", "window", "window_end", "forms", "review_due")
ACTS = {
    "change_waits": Words("The change manager is told that a request is not taken up", "通知變更管理流程負責人：申請尚未受理"),
    "emergency_unanswered": Words("Who authorises emergencies is told again", "再次通知緊急變更審核小組與變更管理流程負責人"),
    "emergency_to_management": Words("The management is told that an emergency is not answered", "通知管理代表：緊急變更尚未授權"),
    "window_near": Words("The implementer is told that the window is near", "通知變更執行人：變更時段將至"),
    "window_missed": Words("The window has passed and the work has not begun", "變更時段已過而未開始"),
    "window_over": Words("The window is over and the work goes on", "變更時段已結束而仍在執行"),
    "forms_late": Words("Who owes the forms is told that they are overdue", "通知應補填表單者：已逾期"),
    "forms_to_management": Words("The management is told of forms that are still owed", "通知管理代表：表單仍未補填"),
    "review_late": Words("The change manager is told that the review is overdue", "通知變更管理流程負責人：變更後審查逾期"),
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
    if record.kind != "change" or move.name not in CHANGE.transitions:
        return
    set_anew(record, move)


def set_anew(record: Any, move: Move) -> None:
    """Set the deadlines of the state as the change now reads: also where its window was extended."""
    for name in NAMES:
        deadlines.drop(record, name, at=move.at)
    for name, levels in planned(record, move).items():
        deadlines.plan(record, name, levels=[level for level in levels if level[0] > move.at], at=move.at)


def planned(record: Any, move: Move) -> dict[str, list[Level]]:
    """Give the deadlines of the state that the change has come to, each with its levels."""
    days = schedule_of(classes.HOURS.get()).add_days
    at = move.at
    if record.state == "submitted":
        return {"taken_up": [(days(at, days=TAKEN_UP_WITHIN), "change_waits")]}
    if record.state == "emergency_authorization":
        levels = [(at + ANSWER_WITHIN, "emergency_unanswered"), (at + 2 * ANSWER_WITHIN, "emergency_to_management")]
        return {"answer": levels}
    if record.state == "scheduled":
        near, over = record.window_start - SOON, record.window_end
        return {"window": [(near, "window_near")], "window_end": [(over, "window_missed")]}
    if record.state == "implementing":
        return {"window_end": [(record.window_end, "window_over")]}
    if record.state == "retro_documentation":
        late = days(record.actual_end, days=FORMS_TO_MANAGEMENT)
        return {"forms": [(record.forms_due_at, "forms_late"), (late, "forms_to_management")]}
    if record.state == "post_review":
        return {"review_due": [(days(record.actual_end or at, days=REVIEW_WITHIN), "review_late")]}
    return {}


def people_of(record: Any, act: str) -> set[int]:
    """Collect who is told when ``act`` is due."""
    managers = audience.holders("change_manager", process="change")
    above = audience.holders("management_rep", process="change")
    own = {pk for pk in (record.requester_id, record.implementer_id) if pk}
    told = {
        "change_waits": managers,
        "emergency_unanswered": managers | audience.holders("ecab", process="change"),
        "emergency_to_management": above,
        "window_near": own,
        "forms_late": own | managers,
        "forms_to_management": above | managers,
        "review_late": managers,
    }
    return told.get(act, own | managers)


def _tell(record: Any, escalation: Escalation, at: datetime) -> None:
    """Tell those concerned what has come."""
    act = escalation.action
    put_many(
        Notice(
            dedupe_key=f"sla:{escalation.clock_id}:{escalation.cycle}:{escalation.level}:{person}",
            event="escalation" if act.startswith("emergency") else "reminder",
            template=act, at=at, person_id=person, record_id=record.pk,
        )
        for person in sorted(people_of(record, act))
    )  # fmt: skip

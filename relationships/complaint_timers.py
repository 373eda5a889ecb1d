"""What of complaints is measured, the deadlines that their states set, and what is done when they come."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import override

from itsm.flow import Move, Words
from itsm.hours.models import Calendar, schedule_of
from itsm.hours.worktime import Schedule
from itsm.notices import audience
from itsm.notices.outbox import Notice, put_many
from itsm.records.perform import perform
from itsm.records.remembered import Remembered
from relationships.complaint_flow import COMPLAINT
from relationships.complaint_guards import HIGHEST
from sla import actions, deadlines
from sla.deadlines import Level
from sla.models import Escalation
from sla.plans import Plan, add
from sla.words import add_act

#: Business days: acknowledged, answered (features 2.25); reminders of consent, told to the handler, escalated.
ACKNOWLEDGED, ANSWERED = 1, 5
REMINDED, SILENT, SILENT_TOO_LONG = (2, 4), 5, 10
HOURS = Remembered(Calendar, read=lambda: Calendar.objects.values_list("current", flat=True).get(code="taiwan-office"))
NAMES = ("ack_due", "answer_due", "consent")
ACTS = {
    "complaint_unacknowledged": Words(
        "The relationship manager is told that nobody has registered it", "通知營運關係管理流程負責人：尚未登錄"
    ),
    "complaint_overdue": Words("It is escalated because no answer was given", "因未答覆而自動升級"),
    "complaint_remind": Words("The complainant is reminded to agree or disagree", "提醒抱怨人表示同意或不同意"),
    "complaint_silent": Words("The handler is told to contact the complainant", "通知處理負責人聯繫抱怨人"),
    "complaint_unheard": Words("It is escalated because the complainant does not answer", "因抱怨人未回覆而自動升級"),
}  # fmt: skip
#: Reasons that the journal keeps when the system itself escalates, in the language of the desk.
REASONS = {
    "complaint_overdue": Words("No answer within five business days", "逾五個工作日未答覆"),
    "complaint_unheard": Words("The complainant has not answered for ten business days", "抱怨人逾十個工作日未回覆"),
    "disagreed_twice": Words("The complainant disagreed twice", "抱怨人兩度不同意結案"),
    "about_desk": Words("The complaint is about the service desk itself", "抱怨對象為服務台本身"),
}


def register() -> None:
    """Register what is measured, the acts, and the step that plans them."""
    from itsm.records.register import steps

    add(Plan("complaint", "resolution", pause_reason="confirmation"))
    doers = {"complaint_overdue": _escalate, "complaint_unheard": _escalate}
    for name, words in ACTS.items():
        actions.add(name, doers.get(name, _tell))
        add_act(name, words)
    if during not in steps.during:
        steps.during.append(during)


def why(code: str) -> str:
    """Give the reason that the journal keeps."""
    with override("zh-hant"):
        return str(REASONS[code])


def during(record: Any, move: Move) -> None:
    """Set and drop the deadlines that ``move`` begins and ends."""
    if record.kind != "complaint":
        return
    if move.name == "open":
        _open(record, move)
    elif move.name in COMPLAINT.transitions:
        for name in _dropped(record, move):
            deadlines.drop(record, name, at=move.at)
        if move.name in ("disagree", "reopen", "escalate", "escalate_higher"):
            _plan(record, "answer_due", [(answer_due(move.at), "complaint_overdue")], move)
        if move.name == "report_result":
            _plan(record, "consent", consent_levels(move.at), move)


def _open(record: Any, move: Move) -> None:
    if move.channel == "import":
        return
    due = hours().add(record.received_at, seconds=ACKNOWLEDGED * 8 * 3600)
    _plan(record, "ack_due", [(due, "complaint_unacknowledged")], move)
    _plan(record, "answer_due", [(answer_due(record.received_at), "complaint_overdue")], move)


def _plan(record: Any, name: str, levels: list[Level], move: Move) -> None:
    deadlines.plan(record, name, levels=[(max(instant, move.at), act) for instant, act in levels], at=move.at)


def _dropped(record: Any, move: Move) -> tuple[str, ...]:
    """Name the deadlines that have no use any more."""
    if record.phase == "done":
        return NAMES
    return {
        "register": ("ack_due",), "report_result": ("answer_due",), "disagree": ("consent",),
        "escalate": ("consent",),
    }.get(move.name, ())  # fmt: skip


def hours() -> Schedule:
    """Give the hours by which business days are counted."""
    return schedule_of(HOURS.get())


def answer_due(at: datetime) -> datetime:
    """Reckon until when an answer is owed."""
    return hours().add(at, seconds=ANSWERED * 8 * 3600)


def consent_levels(at: datetime) -> list[Level]:
    """Remind twice, then let the handler make contact, then escalate: silence is never consent."""
    open_days = hours()
    return [
        *((open_days.add_days(at, days=days), "complaint_remind") for days in REMINDED),
        (open_days.add_days(at, days=SILENT), "complaint_silent"),
        (open_days.add_days(at, days=SILENT_TOO_LONG), "complaint_unheard"),
    ]


def _escalate(record: Any, escalation: Escalation, at: datetime) -> str | None:
    """Escalate by itself; what is with the highest authority already, or not registered, is told instead."""
    name = "escalate_higher" if record.state == "escalated" else "escalate"
    if record.state == "submitted" or (record.state == "escalated" and record.escalation_level >= HIGHEST - 1):
        _tell(record, escalation, at)
        return "told"
    perform(record, name, by=None, at=at, channel="system", reason=why(escalation.action))
    return None


def _tell(record: Any, escalation: Escalation, at: datetime) -> None:
    """Tell the complainant, or who handles it and the owners of the process, what has come."""
    asks = escalation.action == "complaint_remind"
    people = {record.requester_id} if asks else {record.assignee_id, *owners(record)}
    put_many(
        Notice(
            dedupe_key=f"sla:{escalation.clock_id}:{escalation.cycle}:{escalation.level}:{person}", event="reminder",
            template=escalation.action, at=at, person_id=person, record_id=record.pk,
            facts={"resolution": record.answer, "link": "consent"} if asks else {},
        )
        for person in sorted(pk for pk in people if pk)
    )  # fmt: skip


def owners(record: Any, *roles: str) -> Iterable[int]:
    """Collect the owners of the process but for whom it is kept from."""
    return audience.holders(*(roles or ("brm",)), process="complaint") - {record.kept_from_id}

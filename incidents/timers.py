"""What of incidents and service requests is measured, and the deadlines that their states set."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from incidents.major_flow import MAJOR_INCIDENT
from itsm.flow import Move
from itsm.hours.models import Calendar, schedule_of
from itsm.hours.worktime import Schedule
from itsm.records.remembered import Remembered
from itsm.tickets.models import ApprovalRequest, HoldReason
from sla import deadlines
from sla.deadlines import Level
from sla.plans import Plan, add

#: Business days after which an answer counts as given, and on which the requester is reminded.
CONFIRMED_AFTER, CONFIRM_REMINDERS = 5, (2, 4)
#: The incident manager decides on a proposed major incident within this time.
DECIDE_WITHIN = timedelta(minutes=5)
#: When the rules of a major incident are looked at again (domain 5.4).
CRITICAL_DOWN, OVERDUE_P1 = timedelta(minutes=15), timedelta(minutes=120)
BUSINESS = "taiwan-office"
#: The present version of the calendar of business days.
HOURS = Remembered(Calendar, read=lambda: Calendar.objects.values_list("current", flat=True).get(code=BUSINESS))
Planner = Callable[[Any, datetime], list[Level]]


# ---- what is measured -----------------------------------------------------------------------
def promised_update(record: Any) -> datetime | None:
    """Give the time that was promised for the next update of a declared major incident."""
    due: datetime | None = record.next_update_at if record.major_status == "declared" else None
    return due


def granted_at(record: Any) -> datetime | None:
    """Give the time from which the work on a request counts: when its approval was given."""
    granted: datetime | None = record.approval_granted_at
    return granted


def owes_answer(record: Any) -> bool:
    """Tell whether a first response is owed: not for an order from the catalogue, which has its own target."""
    return record.request_item_id is None


def register() -> None:
    """Register the plans of both processes and the deadlines with their acts."""
    from incidents import timed
    from itsm.records.register import steps

    add(Plan("incident", "resolution", updates=True, update_due=promised_update))
    add(Plan("service_request", "fulfilment", answers=owes_answer, granted_at=granted_at))
    timed.register()
    if during not in steps.during:
        steps.during.append(during)


# ---- deadlines by state ---------------------------------------------------------------------
def during(record: Any, move: Move) -> None:
    """Set and drop the deadlines of the states that ``move`` enters and leaves."""
    if record.kind not in ("incident", "service_request"):
        return
    if move.name in record.flows[0].transitions:
        _keep_proposal(record, move)
        _watch_for_major(record, move)
        _exchange(record, move, BY_STATE)
    elif move.name in MAJOR_INCIDENT.transitions:
        _exchange(record, move, BY_MAJOR_STATUS)


def _exchange(record: Any, move: Move, table: dict[str, tuple[str, Planner]]) -> None:
    if move.source == move.target:
        return
    if move.source in table:
        deadlines.drop(record, table[move.source][0], at=move.at)
    if move.target in table:
        name, levels = table[move.target]
        deadlines.plan(record, name, levels=levels(record, move.at), at=move.at)


def _keep_proposal(record: Any, move: Move) -> None:
    """Remember that the system proposes to resolve; the next step of anybody settles it."""
    proposal = move.given("proposal")
    if proposal:
        record.facts = {**record.facts, "proposal": {"why": proposal, "at": move.at.isoformat()}}
    elif "proposal" in record.facts:
        record.facts = {name: value for name, value in record.facts.items() if name != "proposal"}


def business() -> Schedule:
    """Give the hours by which business days are counted."""
    return schedule_of(HOURS.get())


def confirmation_levels(record: Any, at: datetime) -> list[Level]:
    """Remind the requester twice, then take silence for yes."""
    hours = business()
    reminders = [(hours.add_days(at, days=days), "remind_confirm") for days in CONFIRM_REMINDERS]
    return [*reminders, (hours.add_days(at, days=CONFIRMED_AFTER), "auto_confirm")]


def hold_levels(record: Any, at: datetime) -> list[Level]:
    """Remind while it waits, and end the waiting as its reason says (domain 4.4)."""
    why: HoldReason = record.hold_reason
    limit, follow = _limit(why, at), record.follow_up_at
    remind = "remind_answer" if why.asks_requester else "hold_follow_up"
    levels = [(day, remind) for day in _reminder_days(why, at)]
    if why.ending == HoldReason.Ending.RESUME:
        end, act = min(follow, limit) if limit else follow, "hold_resume"
    elif why.ending == HoldReason.Ending.PROPOSE:
        end, act = limit or follow, "hold_propose"
    else:
        end, act = limit or follow, "hold_overdue"
    return [
        *((day, name) for day, name in levels if day < end),
        *([(follow, "hold_follow_up")] if follow < end else []),
        (end, act),
    ]


def _limit(why: HoldReason, at: datetime) -> datetime | None:
    if not why.limit_days:
        return None
    return (
        at + timedelta(days=why.limit_days) if why.limit_is_calendar else business().add_days(at, days=why.limit_days)
    )


def _reminder_days(why: HoldReason, at: datetime) -> list[datetime]:
    """Give the instants of the reminders; a reason that only reminds does so again every so many days."""
    days: list[int] = list(why.remind_days)
    if why.ending == HoldReason.Ending.REMIND and days:
        days = list(range(days[0], (why.limit_days or 30) + 1, days[0]))
    hours = business() if days else None
    return [hours.add_days(at, days=count) for count in days] if hours else []


def approval_levels(record: Any, at: datetime) -> list[Level]:
    """Remind the approver daily until the request expires."""
    waiting = record.approvals.filter(decision=ApprovalRequest.Decision.OPEN).order_by("expires_at", "pk").first()
    if waiting is None:
        return []
    days = range(1, max(1, (waiting.expires_at - at).days))
    return [*((at + timedelta(days=day), "remind_approval") for day in days), (waiting.expires_at, "approval_expired")]


def decision_levels(record: Any, at: datetime) -> list[Level]:
    """Tell the next ones when nobody decides on a proposed major incident."""
    return [(at + DECIDE_WITHIN, "major_undecided")]


def _watch_for_major(record: Any, move: Move) -> None:
    """Look at the rules of a major incident again when time alone may meet them."""
    if record.kind != "incident" or move.name not in ("classify", "regrade", "reopen"):
        return
    moments = [record.received_at + OVERDUE_P1] if record.priority == 1 else []
    if record.service_id and record.service.criticality == 1:
        down = record.outages.filter(ended_at=None).order_by("started_at").first()
        moments += [down.started_at + CRITICAL_DOWN] if down else []
    levels = [(max(instant, move.at), "look_for_major") for instant in moments]
    if levels:
        deadlines.plan(record, "major_rules", levels=levels, at=move.at)


#: state: the deadline's name and its levels
BY_STATE: dict[str, tuple[str, Planner]] = {
    "awaiting_confirmation": ("auto_confirm", confirmation_levels),
    "on_hold": ("follow_up", hold_levels),
    "pending_approval": ("approval", approval_levels),
}
BY_MAJOR_STATUS: dict[str, tuple[str, Planner]] = {"proposed": ("major_decision", decision_levels)}

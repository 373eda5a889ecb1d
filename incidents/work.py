"""What the moves of both processes do to the work: who has it, whether it waits, where it goes back to."""

from __future__ import annotations

from typing import Any

from incidents import handing
from itsm.flow import Move
from itsm.records.links import linked
from itsm.records.models import LinkKind
from itsm.tickets import assignments, task_plans
from itsm.tickets.comments import add_public
from itsm.tickets.models import WORKED_AROUND


def assign_first_line(record: Any, move: Move) -> None:
    """Give it to somebody of the desk, who thereby has accepted it."""
    assignments.give(
        record, team=assignments.team_meant(record, move), assignee=move.given("assignee"), by=move.by, at=move.at
    )
    if move.given("assignee"):
        assignments.accept(record, by=move.given("assignee"), at=move.at)
    begin_order(record, move)


def escalate_second_line(record: Any, move: Move) -> None:
    """Give it to a second-line team with the hand-over note; they accept it by taking it."""
    assignments.give(
        record,
        team=move.given("team"),
        assignee=move.given("assignee"),
        by=move.by,
        at=move.at,
        note=move.given("note", ""),
    )
    begin_order(record, move)


def begin_order(record: Any, move: Move) -> None:
    """Begin the plan of an order, and open the change that its item asks for; other cases have neither."""
    if record.kind != "service_request" or record.request_item_id is None:
        return
    task_plans.begin(record, at=move.at)
    if record.request_item.opens_change and not linked(record, kind=LinkKind.REQUESTED_VIA):
        handing.hand_over(record, "change", move=move, kind=LinkKind.REQUESTED_VIA, why="requested_via")


def return_first_line(record: Any, move: Move) -> None:
    """Send it back to the desk that had it, and count the bounce."""
    record.bounce_count += 1
    before = record.assignments.filter(team__tier=1).order_by("-pk").first()
    team = before.team if before else (record.service.support_team if record.service_id else None)
    assignments.give(
        record,
        team=team,
        assignee=before.assignee if before else None,
        by=move.by,
        at=move.at,
        note=move.given("reason", ""),
    )


def hold(record: Any, move: Move) -> None:
    """Let it wait: remember where it came from, why, and until when; the question goes to the requester."""
    record.held_from = record.state
    record.hold_reason = move.given("hold_reason")
    record.follow_up_at = move.given("follow_up_at")
    if move.given("workaround"):
        record.facts = {**record.facts, WORKED_AROUND: True}
    if move.given("comment"):
        add_public(record, body=move.given("comment"), move=move)


def resume(record: Any, move: Move) -> str:
    """Go on where it was held."""
    back = record.held_from or tier_state(record)
    end_wait(record)
    return str(back)


def end_wait(record: Any) -> None:
    """Forget why it waited; the journal keeps it."""
    record.held_from, record.hold_reason, record.follow_up_at = "", None, None
    if WORKED_AROUND in record.facts:
        record.facts = {name: value for name, value in record.facts.items() if name != WORKED_AROUND}


def tier_state(record: Any) -> str:
    """Name the working state of the tier that has the case, or last had it."""
    return "l2_processing" if record.team_id and record.team.tier > 1 else "l1_processing"


def back_to_tier(record: Any, move: Move) -> str:
    """Go back to the tier that worked last, and count the refusal."""
    record.rejection_count += 1
    record.resolved_at = None
    restart(record, move)
    return tier_state(record)


def reopen(record: Any, move: Move) -> str:
    """Open a closed case again with the tier that worked last."""
    record.reopen_count += 1
    record.resolved_at = record.closed_at = None
    record.closure_code = record.confirmation = ""
    restart(record, move)
    return tier_state(record)


def restart(record: Any, move: Move) -> None:
    """Begin a new stay with the team that had the case last."""
    assignments.give(record, team=record.team, assignee=record.assignee, by=move.by, at=move.at)


def finish(record: Any, move: Move) -> None:
    """Note that the work is done."""
    record.resolved_at = move.at
    assignments.end(record, at=move.at)


def close(record: Any, move: Move, *, code: str = "") -> None:
    """Note that the case is over."""
    record.closed_at = move.at
    record.closure_code = code or record.closure_code
    end_wait(record)
    assignments.end(record, at=move.at)


def drop_tasks(record: Any, move: Move) -> None:
    """Skip the tasks that are still open and void open approvals: the case ends without them."""
    record.tasks.filter(state__in=("open", "waiting")).update(state="skipped", ended_at=move.at)
    record.approvals.filter(decision="open").update(decision="void", decided_at=move.at)


def stops_a_late_clock(record: Any, move: Move) -> bool:
    """Tell whether the hold would stop a resolution clock with less than a tenth left, and no lead makes it."""
    from sla.clocks import share_used

    why = move.given("hold_reason")
    if why is None or not why.pause_of({WORKED_AROUND: move.given("workaround")}):
        return False
    is_lead = move.by is not None and record.team_id is not None and record.team.lead_id == move.by.pk
    used = share_used(record, metrics=("resolution", "fulfilment"), at=move.at)
    return not is_lead and used is not None and 0.9 <= used <= 1

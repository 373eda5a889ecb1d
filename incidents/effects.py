"""What the moves of incidents and service requests change beside the state."""

from __future__ import annotations

from typing import Any

from incidents import outages, work
from incidents.handing import hand_over
from itsm.flow import Move
from itsm.records.links import link
from itsm.records.models import LinkKind
from itsm.records.perform import fire
from itsm.tickets import task_plans
from itsm.tickets.carrying import carry_on
from itsm.tickets.grading import grade
from itsm.tickets.models import Outage


def answered(record: Any, move: Move) -> None:
    """Note the first human answer; what the system does is none."""
    if move.by is not None and record.first_response_at is None:
        record.first_response_at = move.at


def classify_incident(record: Any, move: Move) -> None:
    """Make it an incident: service, category, grade; the desk answers for it from now on."""
    record.service = move.given("service", record.service)
    record.category = move.given("category")
    record.component = move.given("component", record.component)
    grade(record, move)
    answered(record, move)
    if record.team_id is None:
        record.team = record.service.support_team


def regrade(record: Any, move: Move) -> None:
    """Grade it anew; clocks take their new target from the original start."""
    grade(record, move)


def resolve(record: Any, move: Move) -> None:
    """Keep how it was solved, end its outages, and finish the work; a declared major incident is restored with it."""
    record.resolution_code = move.given("resolution_code")
    record.resolution_note = move.given("resolution_note")
    record.causal_component = move.given("causal_component", "")
    record.resolved_tier = record.team.tier if record.team_id else 1
    restored = move.given("restored_at", move.at)
    ended = Outage.objects.filter(ticket=record.pk, ended_at=None).update(ended_at=restored)
    if ended or (move.given("restored_at") and outages.write_restored(record, restored=restored)):
        record.restored_at = restored
    work.finish(record, move)
    if record.major_status == "declared":
        fire(record, "mark_restored", move=move, restored_at=restored, how=record.resolution_note)


def reject_resolution(record: Any, move: Move) -> str:
    """Go back to the tier that worked last; a service that is down again has an outage again."""
    if move.given("still_down") and record.service_id:
        record.restored_at = None
        last = record.outages.order_by("-started_at").first()
        if last is not None:
            Outage.objects.filter(pk=last.pk).update(ended_at=None)
        else:
            Outage.objects.create(ticket_id=record.pk, service=record.service, started_at=move.at)
    if record.major_status == "restored":
        fire(record, "mark_down_again", move=move)
    return work.back_to_tier(record, move)


def confirm_resolution(record: Any, move: Move) -> str:
    """Close it, or go on to the review of a major incident, for which a problem is made where none is linked."""
    record.confirmation = move.given("confirmation", "")
    if record.major_status == "proposed":
        fire(record, "decline_major", move=move, reason="")
    if not record.is_major:
        work.close(record, move, code=record.resolution_code)
        return "closed"
    from incidents.guards import mi_problem_linked

    if not mi_problem_linked(record, move):
        hand_over(record, "problem", move=move, kind=LinkKind.ESCALATED_TO_PROBLEM, why="major_incident")
    return "major_review"


def _leave(record: Any, move: Move, *, to: str) -> None:
    work.drop_tasks(record, move)
    work.close(record, move, code="reclassified")
    answered(record, move)
    if getattr(record, "major_status", "none") == "proposed":
        fire(record, "decline_major", move=move, reason="")
    carry_on(record, hand_over(record, to, move=move, kind=LinkKind.RECLASSIFIED_TO, why="reclassified"))


def move_to_request(record: Any, move: Move) -> None:
    """End here and go on as a service request with the same time of receipt."""
    _leave(record, move, to="service_request")


def move_to_problem(record: Any, move: Move) -> None:
    """End here and go on as a problem."""
    _leave(record, move, to="problem")


def move_to_complaint(record: Any, move: Move) -> None:
    """End here and go on as a complaint."""
    _leave(record, move, to="complaint")


def move_to_incident(record: Any, move: Move) -> None:
    """End here and go on as an incident with the same time of receipt."""
    _leave(record, move, to="incident")


def cancel(record: Any, move: Move) -> None:
    """End it as duplicate, false alarm or withdrawn; a duplicate becomes a child of the other."""
    _stop(record, move, code=move.given("code"))
    parent = move.given("parent")
    if move.given("code") == "duplicate" and parent is not None:
        record.parent = parent
        link(record, parent, kind=LinkKind.DUPLICATE_OF, by=move.by, at=move.at)


def withdraw(record: Any, move: Move) -> None:
    """End it because the person who reported it does not need it any more."""
    _stop(record, move, code="withdrawn")


def _stop(record: Any, move: Move, *, code: str) -> None:
    work.drop_tasks(record, move)
    work.close(record, move, code=code)
    if record.major_status == "proposed":
        fire(record, "decline_major", move=move, reason="")


def register_request(record: Any, move: Move) -> None:
    """Fix that it is a service request."""
    record.service = move.given("service", record.service)
    record.title = move.given("title", record.title)
    record.requester = move.given("requester", record.requester)
    record.unit_id = record.requester.unit_id
    record.channel = move.given("contact_channel", record.channel)
    record.team = record.team or record.service.support_team
    answered(record, move)


def classify_request(record: Any, move: Move) -> None:
    """Attach the item with its tasks and target."""
    record.request_item = move.given("request_item")
    record.service = record.request_item.service
    record.category = move.given("category")
    record.priority = int(move.given("priority"))
    record.requested_for = move.given("requested_for", record.requested_for)
    task_plans.lay_out(record, record.request_item.plan)


def fulfil(record: Any, move: Move) -> None:
    """Keep what was done and ask the requester."""
    record.fulfilment_code = move.given("fulfilment_code")
    record.fulfilment_note = move.given("fulfilment_note")
    work.finish(record, move)


def confirm_done(record: Any, move: Move) -> None:
    """Close it."""
    record.confirmation = move.given("confirmation", "")
    work.close(record, move, code=record.fulfilment_code)


def cancel_request(record: Any, move: Move) -> None:
    """End it before it is done."""
    work.drop_tasks(record, move)
    work.close(record, move, code="cancelled")

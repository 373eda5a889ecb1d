"""Approval of service requests: who must say yes, and what yes and no do."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext

from itsm.flow import Move
from itsm.people.models import Organisation, Person
from itsm.records.refusals import Objected
from itsm.tickets.access import approval_for
from itsm.tickets.models import ApprovalRequest

EXPIRES_AFTER = timedelta(days=10)


def rule_of(record: Any) -> str:
    """Name the approval rule of the record's item; empty when it needs none."""
    rule = record.request_item.approval if record.request_item_id else "none"
    return "" if rule == "none" else str(rule)


def approver_of(record: Any) -> Person | None:
    """Find who must decide: the lead of the requester's unit (or of the unit above), or the service's owner.

    Somebody who asked for it or gets it is passed over; with nobody left the answer is None and nothing is approved.
    """
    involved = {record.requester_id, record.requested_for_id}
    if rule_of(record) == "service_owner":
        owner: Person = record.service.owner
        return owner if owner.pk not in involved and owner.is_active else None
    unit: Organisation | None = record.requester.unit
    while unit is not None:
        if unit.lead is not None and unit.lead.is_active and unit.lead_id not in involved:
            return unit.lead
        unit = unit.parent
    return None


def ask(record: Any, move: Move) -> None:
    """Ask the one who must decide; the case waits.

    :raises Objected: if nobody may decide (blocked, never approved)
    """
    approver = approver_of(record)
    if approver is None:
        raise Objected(
            gettext(
                "Nobody may approve this: the unit has no lead other than the requester. Ask an administrator to name one."
            )
        )
    record.approval_granted_at = None
    ApprovalRequest.objects.create(
        ticket_id=record.pk,
        approver=approver,
        rule=rule_of(record),
        created_at=move.at,
        expires_at=move.at + EXPIRES_AFTER,
    )


def approve(record: Any, move: Move) -> None:
    """Say yes; the case goes on."""
    _decide(record, move, decision=ApprovalRequest.Decision.APPROVED)
    record.approval_granted_at = move.at


def reject(record: Any, move: Move) -> None:
    """Say no with the reason; the case ends."""
    from incidents import work

    _decide(record, move, decision=ApprovalRequest.Decision.REJECTED)
    work.drop_tasks(record, move)
    work.close(record, move, code="rejected")


def _decide(record: Any, move: Move, *, decision: str) -> None:
    request = approval_for(record, person=move.by)
    if request is None:
        raise Objected(gettext("There is no open approval for you here."))
    request.decision, request.decided_by, request.decided_at = decision, move.by, move.at
    request.comment, request.channel = move.given("reason", ""), move.channel
    request.save()
    if request.approver_id != move.by.pk:
        move.on_behalf_of = request.approver

"""Approval of service requests: who must say yes, how many of them, and what yes and no do."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext

from catalogue.items.policies import Outcome, can_be_met, outcome
from itsm.flow import Move
from itsm.people.models import Organisation, Person
from itsm.records.refusals import Objected
from itsm.tickets.access import approval_for
from itsm.tickets.models import ApprovalRequest

EXPIRES_AFTER = timedelta(days=10)
DECISION = ApprovalRequest.Decision


def rule_of(record: Any) -> str:
    """Name the approval rule of the record's item; empty when it needs none."""
    rule = record.request_item.approval if record.request_item_id else "none"
    return "" if rule == "none" else str(rule)


def approvers_of(record: Any) -> list[Person]:
    """List who must be asked, each once. Somebody who asked for it or gets it is passed over.

    With nobody left, or too few for the rule, nothing is approved.
    """
    item, rule = record.request_item, rule_of(record)
    asked: list[Person | None] = []
    if rule == "unit_lead" or (rule == "policy" and item.approval_lead):
        asked.append(_lead_of(record))
    if rule == "service_owner" or (rule == "policy" and item.approval_owner):
        asked.append(record.service.owner)
    if rule == "policy":
        asked += item.approvers.order_by("pk")
    involved = {record.requester_id, record.requested_for_id}
    fit = [person for person in asked if person is not None and person.is_active and person.pk not in involved]
    return list({person.pk: person for person in fit}.values())


def terms_of(record: Any) -> tuple[str, int]:
    """Give how many must say yes: the rule and its number."""
    if rule_of(record) == "policy":
        return record.request_item.approval_rule, record.request_item.approval_needed
    return "all", 1


def can_be_asked(record: Any) -> bool:
    """Tell whether those who would be asked could approve it."""
    rule, needed = terms_of(record)
    return can_be_met(rule, len(approvers_of(record)), needed=needed)


def _lead_of(record: Any) -> Person | None:
    """Find the lead of the requester's unit, or of the unit above, who is not concerned by it."""
    involved = {record.requester_id, record.requested_for_id}
    unit: Organisation | None = record.requester.unit
    while unit is not None:
        if unit.lead is not None and unit.lead.is_active and unit.lead_id not in involved:
            return unit.lead
        unit = unit.parent
    return None


def ask(record: Any, move: Move) -> None:
    """Ask those who must decide, in a new round; the case waits. The terms stand as they are now until it is decided.

    :raises Objected: if nobody may decide, or too few (blocked, never approved)
    """
    people = approvers_of(record)
    rule, needed = terms_of(record)
    if not people:
        raise Objected(
            gettext(
                "Nobody may approve this: the unit has no lead other than the requester. Ask an administrator to name one."
            )
        )
    if not can_be_met(rule, len(people), needed=needed):
        raise Objected(gettext("Too few people may approve this. Ask who keeps the catalogue to name more."))
    record.approval_granted_at = None
    record.approval_terms = {"rule": rule, "needed": needed, "asked_at": move.at.isoformat()}
    ApprovalRequest.objects.bulk_create(
        ApprovalRequest(
            ticket_id=record.pk, approver=person, rule=rule_of(record), created_at=move.at, expires_at=move.at + EXPIRES_AFTER
        )
        for person in people
    )  # fmt: skip


def votes(record: Any, *, now: ApprovalRequest | None = None, said: bool | None = None) -> list[bool | None]:
    """Collect the answers of the present round; ``now`` counts as ``said``."""
    asked_at = parse_datetime(record.approval_terms.get("asked_at", "")) if record.approval_terms else None
    found: list[bool | None] = []
    for row in sorted(record.approvals.all(), key=lambda row: row.pk):
        if (asked_at and row.created_at < asked_at) or row.decision in (DECISION.EXPIRED, DECISION.VOID):
            continue
        answer = {DECISION.APPROVED: True, DECISION.REJECTED: False}.get(DECISION(row.decision))
        found.append(said if now is not None and row.pk == now.pk else answer)
    return found


def outcome_with(record: Any, move: Move, *, said: bool) -> Outcome:
    """Tell what the answers come to when the actor of ``move`` says yes or no."""
    mine = approval_for(record, person=move.by) if move.by is not None else None
    if mine is None or not record.approval_terms:
        return Outcome.APPROVED if said else Outcome.REJECTED
    terms = record.approval_terms
    return outcome(terms["rule"], votes(record, now=mine, said=said), needed=terms["needed"])


NAMES = {Outcome.APPROVED: "approve_request", Outcome.REJECTED: "reject_request", Outcome.OPEN: "note_approval"}


def instead_of_yes(record: Any, move: Move) -> str:
    """Name what a yes does: the approval, or a note of it while others must answer too."""
    return _instead(move, outcome_with(record, move, said=True), "yes")


def instead_of_no(record: Any, move: Move) -> str:
    """Name what a no does: the refusal, a note of it while others may still approve, or even the approval."""
    if not move.given("reason"):  # the refusal itself asks for it
        return ""
    return _instead(move, outcome_with(record, move, said=False), "no")


def _instead(move: Move, found: Outcome, vote: str) -> str:
    if NAMES[found] == move.name:
        return ""
    move.inputs["vote"] = vote
    return NAMES[found]


def note(record: Any, move: Move) -> None:
    """Keep an answer that does not decide yet."""
    _decide(record, move, decision=DECISION.APPROVED if move.given("vote") == "yes" else DECISION.REJECTED)


def approve(record: Any, move: Move) -> None:
    """Say yes; the case goes on. A no that completes the quorum of a majority is kept as the no that it is."""
    _decide(record, move, decision=DECISION.REJECTED if move.given("vote") == "no" else DECISION.APPROVED)
    _end_round(record, move)
    record.approval_granted_at = move.at


def reject(record: Any, move: Move) -> None:
    """Say no with the reason; the case ends."""
    from incidents import work

    _decide(record, move, decision=DECISION.REJECTED)
    _end_round(record, move)
    work.drop_tasks(record, move)
    work.close(record, move, code="rejected")


def _end_round(record: Any, move: Move) -> None:
    """Ask the others no more."""
    record.approvals.filter(decision=DECISION.OPEN).update(decision=DECISION.VOID, decided_at=move.at)


def _decide(record: Any, move: Move, *, decision: str) -> None:
    request = approval_for(record, person=move.by)
    if request is None:
        raise Objected(gettext("There is no open approval for you here."))
    request.decision, request.decided_by, request.decided_at = decision, move.by, move.at
    request.comment, request.channel = move.given("reason", ""), move.channel
    request.save()
    if request.approver_id != move.by.pk:
        move.on_behalf_of = request.approver

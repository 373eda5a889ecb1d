"""Which roles follow from a ticket itself, and which it takes away."""

from __future__ import annotations

from typing import Any

from itsm.people.models import Person
from itsm.people.queries import absent_whom
from itsm.records import register
from itsm.records.clock import database_now
from itsm.tickets.models import ApprovalRequest, Ticket


def ticket_roles(record: Any, person: Person, roles: set[str]) -> set[str]:
    """Add user, reporter and approver where the ticket makes the person one; take desk roles away where it is not theirs.

    An engineer acts on what the own teams hold or what is assigned; nobody but they, the assignee, the team and the
    incident manager acts on a confidential case, or who oversees its process; who it is kept from has no role on it.
    """
    if not isinstance(record, Ticket):
        return roles
    if record.kept_from_id == person.pk:
        return set()
    mine = record.assignee_id == person.pk or record.team_id in person.team_ids
    if not mine:
        roles = roles - {"engineer"}
        if record.confidential:
            roles = roles & ({"incident_manager"} | register.overseers(record))
    if person.pk in (record.requester_id, record.requested_for_id):
        roles = roles | {"user"}
    if getattr(record, "reporter_id", None) == person.pk:
        roles = roles | {"reporter"}
    if record.phase == "waiting" and approval_for(record, person=person):
        roles = roles | {"approver"}
    return roles


def approval_for(ticket: Ticket, *, person: Person) -> ApprovalRequest | None:
    """Find the open approval that ``person`` may decide: one's own, or that of an absent colleague one stands in for."""
    asked = sorted(ticket.approvals.all(), key=lambda request: request.pk)
    waiting = [request for request in asked if request.decision == ApprovalRequest.Decision.OPEN]
    for request in waiting:
        if request.approver_id == person.pk:
            return request
    absent = absent_whom(person, on=database_now().date()) if waiting else frozenset()
    return next((request for request in waiting if request.approver_id in absent), None)

"""Deciding on a proposal: it becomes a problem, or the reason against it is kept."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext

from itsm.flow import Move
from itsm.records import register
from itsm.records.clock import database_now, whole
from itsm.records.links import link
from itsm.records.models import LinkKind
from itsm.records.perform import open_record, perform
from itsm.records.refusals import NotAllowed, Objected
from problems.models import Problem, Proposal

if TYPE_CHECKING:
    from itsm.people.models import Person

ORIGINS = {Proposal.Rule.REOPENED: Problem.Origin.PROACTIVE}


def may_decide(person: Person) -> bool:
    """Tell whether ``person`` owns the process of problems."""
    return person.holds("problem_manager", process="problem")


def accept(proposal: Proposal, *, by: Person, at: datetime | None = None) -> Any:
    """Make the problem with the incidents that are the evidence, or open again the one that came back.

    :raises NotAllowed: if ``by`` does not own the process
    :raises Objected: if it is decided already
    """
    with transaction.atomic():
        locked = _locked(proposal, by)
        moment = whole(at or database_now())
        incidents = list(locked.evidence.order_by("pk"))
        problem = _reopened(locked, incidents, by, moment) if locked.problem else _opened(locked, incidents, by, moment)
        for incident in incidents:
            link(incident, problem, kind=LinkKind.ESCALATED_TO_PROBLEM, by=by, at=moment, auto=True)
        locked.problem = problem
        _decide(locked, Proposal.State.ACCEPTED, by, moment)
    return problem


def dismiss(proposal: Proposal, *, reason: str, by: Person, at: datetime | None = None) -> None:
    """Keep why it is no problem; its incidents count no more for that rule.

    :raises NotAllowed: if ``by`` does not own the process
    :raises Objected: if no reason is given, or it is decided already
    """
    text = reason.replace("\x00", "").strip()[:2000]
    with transaction.atomic():
        locked = _locked(proposal, by)
        if not text:
            raise Objected(fields={"reason": gettext("Say why it is no problem.")})
        locked.reason = text
        _decide(locked, Proposal.State.DISMISSED, by, whole(at or database_now()))


def _locked(proposal: Proposal, by: Person) -> Proposal:
    if not may_decide(by):
        raise NotAllowed
    locked = Proposal.objects.select_for_update(no_key=True).get(pk=proposal.pk)
    if locked.state != Proposal.State.OPEN:
        raise Objected(gettext("This proposal is decided already."))
    return locked


def _decide(proposal: Proposal, state: str, by: Person, at: datetime) -> None:
    proposal.state, proposal.decided_by, proposal.decided_at = state, by, at
    proposal.save(update_fields=["state", "decided_by", "decided_at", "reason", "problem"])


def why(proposal: Proposal, incidents: list[Any]) -> str:
    """Say which rule and which records made the proposal."""
    numbers = ", ".join(str(incident.number) for incident in incidents)
    return gettext("Proposed because: %(rule)s (%(numbers)s).") % {
        "rule": proposal.get_rule_display(), "numbers": numbers,
    }  # fmt: skip


def _opened(proposal: Proposal, incidents: list[Any], by: Person, at: datetime) -> Any:
    """Register it for the owner of the service, who may be told and does not judge it."""
    requester = proposal.service.owner if proposal.service and proposal.service.owner else by
    return open_record(
        Problem, by=by, at=at, channel="portal", origin=ORIGINS.get(Proposal.Rule(proposal.rule), Problem.Origin.TREND),
        title=proposal.title, description=why(proposal, incidents), requester=requester, unit_id=requester.unit_id,
        service=proposal.service, category=proposal.category, causal_component=proposal.component, received_at=at,
    )  # fmt: skip


def _reopened(proposal: Proposal, incidents: list[Any], by: Person, at: datetime) -> Any:
    move = Move("reopen", by, at)
    first = register.process("incident").model.objects.get(pk=incidents[0].pk)
    return perform(proposal.problem, move.name, by=by, at=at, reason=why(proposal, incidents), incident=first)

"""What the system does by itself when a deadline of an incident or a request comes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils import timezone

from incidents import updates
from itsm.flow import Move
from itsm.notices.outbox import Notice, put_many
from itsm.people.models import Organisation, Person
from itsm.records import journal
from itsm.records.models import Event
from itsm.records.perform import perform, saving
from itsm.tickets.models import ApprovalRequest
from sla import actions, deadlines
from sla.directory import Directory, case_of
from sla.models import Escalation
from sla.settings_models import Audience

CHANNEL = "system"


def register() -> None:
    """Register every act under the name that the deadlines use."""
    for act in (
        remind_confirm, auto_confirm, remind_answer, hold_follow_up, hold_resume, hold_propose, hold_overdue,
        remind_approval, approval_expired, major_undecided, look_for_major, propose_major,
    ):  # fmt: skip
        actions.add(act.__name__, act)


def _tell(
    record: Any,
    escalation: Escalation,
    people: Iterable[int | None],
    template: str,
    event: str,
    *,
    at: datetime,
    **facts: Any,
) -> None:
    put_many(
        Notice(
            dedupe_key=f"sla:{escalation.clock_id}:{escalation.cycle}:{escalation.level}:{template}:{person}",
            event=event, template=template, at=at, person_id=person, record_id=record.pk, facts=facts,
        )
        for person in dict.fromkeys(people) if person is not None
    )  # fmt: skip


def _askers(record: Any) -> list[int | None]:
    return [record.requester_id, record.requested_for_id]


def _people(record: Any, *audiences: str, at: datetime) -> list[int]:
    directory, case = Directory(on=timezone.localdate(at)), case_of(record)
    return [person for audience in audiences for person in directory.people(audience, case)]


def _workers(record: Any, *, at: datetime) -> list[int]:
    """Give the assignee, or the team while nobody has it."""
    return _people(record, Audience.ASSIGNEE if record.assignee_id else Audience.TEAM, at=at)


# ---- confirmation ---------------------------------------------------------------------------
def remind_confirm(record: Any, escalation: Escalation, at: datetime) -> None:
    """Ask the requester again whether it is solved."""
    _tell(record, escalation, _askers(record), "remind_confirm", "resolved", at=at, link="confirm")


def auto_confirm(record: Any, escalation: Escalation, at: datetime) -> None:
    """Take silence for yes."""
    name = "confirm_resolution" if record.kind == "incident" else "confirm_done"
    perform(record, name, by=None, at=at, channel=CHANNEL, confirmation="timer")


# ---- waiting --------------------------------------------------------------------------------
def remind_answer(record: Any, escalation: Escalation, at: datetime) -> None:
    """Remind the requester of the question."""
    _tell(record, escalation, _askers(record), "remind_answer", "reminder", at=at)


def hold_follow_up(record: Any, escalation: Escalation, at: datetime) -> None:
    """Tell whoever works on it that the time to look again has come."""
    _tell(record, escalation, _workers(record, at=at), "follow_up", "reminder", at=at)


def hold_overdue(record: Any, escalation: Escalation, at: datetime) -> None:
    """Tell the team's lead too: it has waited as long as its reason allows."""
    people = [*_workers(record, at=at), *_people(record, Audience.TEAM_LEAD, at=at)]
    _tell(record, escalation, people, "follow_up", "reminder", at=at)


def hold_resume(record: Any, escalation: Escalation, at: datetime) -> None:
    """Let the case go on."""
    resumed = perform(record, "resume", by=None, at=at, channel=CHANNEL)
    _tell(resumed, escalation, _workers(resumed, at=at), "hold_ended", "reminder", at=at)


def hold_propose(record: Any, escalation: Escalation, at: datetime) -> None:
    """Let the case go on and propose to resolve it: nobody answered, or nothing happened while it was observed."""
    why = "no_answer" if record.hold_reason and record.hold_reason.asks_requester else "observed"
    resumed = perform(record, "resume", by=None, at=at, channel=CHANNEL, proposal=why)
    _tell(resumed, escalation, _workers(resumed, at=at), "hold_ended", "reminder", at=at, proposal=why)


# ---- approval -------------------------------------------------------------------------------
def remind_approval(record: Any, escalation: Escalation, at: datetime) -> None:
    """Remind whoever must decide."""
    _tell(record, escalation, _open_approvers(record), "remind_approval", "approval", at=at, link="approve")


def _open_approvers(record: Any) -> list[int]:
    return list(record.approvals.filter(decision=ApprovalRequest.Decision.OPEN).values_list("approver", flat=True))


def approval_expired(record: Any, escalation: Escalation, at: datetime) -> None:
    """Never take silence for approval: end the question, ask the next lead above (else the same again), tell all."""
    from incidents import timers

    late = record.approvals.filter(decision=ApprovalRequest.Decision.OPEN, expires_at__lte=at)
    asked_anew = [_ask_anew(record, old, at) for old in late.select_related("approver").order_by("pk")]
    if not asked_anew:
        return
    with saving(record):
        record.version += 1
        record.changed_at = at
    deadlines.plan(record, "approval", levels=timers.approval_levels(record, at), at=at)
    _tell(record, escalation, [*_askers(record), *_workers(record, at=at)], "approval_expired", "approval", at=at)
    _tell(record, escalation, asked_anew, "approval_asked", "approval", at=at, link="approve")


def _ask_anew(record: Any, old: ApprovalRequest, at: datetime) -> int:
    """End one question that nobody answered and ask the next lead above, or the same person; gives who is asked."""
    from incidents.approvals import EXPIRES_AFTER

    old.decision, old.decided_at = ApprovalRequest.Decision.EXPIRED, at
    old.save(update_fields=["decision", "decided_at"])
    asked = next_above(record, old.approver)
    if record.approvals.filter(approver=asked).exclude(pk=old.pk).exists():  # has a voice of their own already
        asked = old.approver
    ApprovalRequest.objects.create(
        ticket_id=record.pk, approver=asked, rule=old.rule, created_at=at, expires_at=at + EXPIRES_AFTER
    )
    facts = {"expired": str(old.approver), "asked": str(asked)}
    move = Move("approval_expired", None, at, CHANNEL)
    journal.write(record, kind=Event.Kind.APPROVAL, name="approval_expired", move=move, public=True, **facts)
    return asked.pk


def next_above(record: Any, former: Person) -> Person:
    """Find the lead above ``former`` in the requester's line; with nobody left it stays with ``former``.

    Somebody who left answers nothing: then the service owner is asked, who is no part of it.
    """
    involved = {record.requester_id, record.requested_for_id, record.assignee_id}
    unit: Organisation | None = record.requester.unit
    passed = not _leads_above(unit, former)
    while unit is not None:
        lead = unit.lead
        if lead is not None and lead.pk == former.pk:
            passed = True
        elif passed and lead is not None and lead.is_active and lead.pk not in involved:
            return lead
        unit = unit.parent
    return former if former.is_active else _owner_apart(record, involved) or former


def _owner_apart(record: Any, involved: set[int | None]) -> Person | None:
    owner: Person | None = record.service.owner if record.service_id else None
    return owner if owner is not None and owner.is_active and owner.pk not in involved else None


def _leads_above(unit: Organisation | None, person: Person) -> bool:
    while unit is not None:
        if unit.lead_id == person.pk:
            return True
        unit = unit.parent
    return False


# ---- major incidents ------------------------------------------------------------------------
def major_undecided(record: Any, escalation: Escalation, at: datetime) -> None:
    """Tell the incident managers again, the team's lead and the management: nobody has decided in five minutes."""
    people = _people(
        record, Audience.INCIDENT_MANAGER, Audience.TEAM_LEAD, Audience.SERVICE_OWNER, Audience.MANAGEMENT_REP, at=at
    )
    _tell(record, escalation, people, "remind_major", "major", at=at)


def propose_major(record: Any, escalation: Escalation, at: datetime) -> str:
    """Propose a major incident because a step of the ladder asks for it; declaring it stays with the incident manager."""
    if record.kind != "incident" or record.major_status not in ("none", "demoted"):
        return "not needed"
    perform(record, "propose_major", by=None, at=at, channel=CHANNEL, criterion="ladder")
    return "proposed"


def look_for_major(record: Any, escalation: Escalation, at: datetime) -> str:
    """Propose a major incident when the rules are met now."""
    return "proposed" if updates.propose_if_due(record, at=at) else "not met"

"""What the moves of a complaint change beside its state."""

from __future__ import annotations

from typing import Any

from itsm.flow import Move
from itsm.people.models import Person
from itsm.records import register as processes
from itsm.records.links import link
from itsm.records.models import LinkKind
from itsm.tickets import assignments
from itsm.tickets.models import Ticket
from relationships.complaint_guards import HIGHEST, PROCESS_OF, involved, receiver_of

#: Priority by severity, so that queues sort complaints among the other cases.
PRIORITY = {1: 2, 2: 3, 3: 4}
OWNERS = ("brm", "management_rep")


def register(record: Any, move: Move) -> None:
    """Keep what it is about and who handles it; this acknowledges it."""
    record.nature = move.given("nature", record.nature)
    record.service = move.given("service", record.service)
    record.requester = move.given("requester", record.requester)
    record.origin = move.given("origin", record.origin)
    record.severity = int(move.given("severity", record.severity or 2))
    record.priority = PRIORITY[record.severity]
    record.about_desk = bool(move.given("about_desk", record.about_desk))
    person = move.given("about_person")
    if person is not None:
        record.kept_from, record.confidential = person, True
    record.first_response_at = record.first_response_at or move.at
    _give(record, move.given("assignee"), move)


def _give(record: Any, handler: Person | None, move: Move) -> None:
    """Lay it into the hands of ``handler``; that of a complaint about a person belongs to no team."""
    restricted = record.kept_from_id or (record.confidential and record.team_id is None)
    team = None if restricted else record.team
    if handler is not None and team is None and not restricted:
        team = handler.teams.active().order_by("tier", "pk").first()
    assignments.give(record, team=team, assignee=handler, by=move.by, at=move.at)
    if handler is not None:
        assignments.accept(record, by=handler, at=move.at)


def start(record: Any, move: Move) -> None:
    """Keep how it will be handled."""
    record.plan = move.given("plan", record.plan)


def refer(record: Any, move: Move) -> None:
    """Hand the matter to another process: an existing record, or a new one with the words of the complaint."""
    chosen = move.given("process", "")
    other = move.given("handled_by") or _open(record, chosen, move)
    link(record, other, kind=LinkKind.HANDLES_COMPLAINT, by=move.by, at=move.at)


def _open(record: Any, chosen: str, move: Move) -> Any:
    """Open a record of the chosen process; nobody reads there about a person who may not know of the complaint."""
    made = receiver_of(chosen)(record, move=move, why="handles_complaint")
    if isinstance(made, Ticket) and record.kept_from_id:
        Ticket.objects.filter(pk=made.pk).update(kept_from=record.kept_from_id, confidential=True)
    if chosen in PROCESS_OF:
        processes.process(made.kind).model.objects.filter(pk=made.pk).update(is_security=True)
    return made


def report_result(record: Any, move: Move) -> None:
    """Keep the answer; the first one counts for the figures."""
    record.answer, record.actions = move.given("answer", ""), move.given("actions", "")
    record.root_theme = move.given("root_theme", record.root_theme)
    record.compensation = move.given("compensation", record.compensation)
    record.answered_at = record.answered_at or move.at
    record.resolved_at = move.at


def agree(record: Any, move: Move) -> None:
    """End it with consent."""
    record.consent_at, record.consent_by = move.at, move.by
    record.consent_evidence = move.given("reason", "")
    record.confirmation = move.given("consent_way", "")
    _end(record, move, "consent")


def _end(record: Any, move: Move, code: str) -> None:
    record.closed_at, record.closure_code = move.at, code
    record.tasks.filter(state="open").update(state="skipped", ended_at=move.at)
    assignments.end(record, at=move.at)


def disagree(record: Any, move: Move) -> None:
    """Handle it again; how often this happened is counted."""
    record.disagree_count += 1
    record.resolved_at = None


def escalate(record: Any, move: Move) -> None:
    """Give it to more authority: the relationship manager first, then the management representative."""
    record.escalation_level = min(record.escalation_level + 1, HIGHEST)
    record.resolved_at = None
    owner = owner_at(record, record.escalation_level)
    if owner is not None:
        _give(record, owner, move)


def owner_at(record: Any, level: int) -> Person | None:
    """Find who owns a complaint of that level: independent of the matter; None when there is nobody."""
    apart = involved(record)
    for role in OWNERS[min(level, len(OWNERS)) - 1 :]:
        holders = Person.objects.holding(role, process="complaint").order_by("pk")
        for person in holders:
            if person.pk not in apart:
                return person
    return None


def close_by_decision(record: Any, move: Move) -> None:
    """End it without consent, by somebody's named decision."""
    record.decision_reason, record.decided_by = move.given("reason", ""), move.given("decided_by")
    _end(record, move, "decision")


def reopen(record: Any, move: Move) -> None:
    """Handle it again."""
    record.reopen_count += 1
    record.closed_at = record.resolved_at = record.consent_at = record.consent_by = record.decided_by = None
    record.consent_evidence = record.confirmation = record.closure_code = record.decision_reason = ""
    assignments.give(record, team=record.team, assignee=record.assignee, by=move.by, at=move.at)


def withdraw(record: Any, move: Move) -> None:
    """End it; what was no complaint is kept as the suggestion or compliment that it is."""
    from relationships.models import Feedback

    becomes = move.given("becomes", "nothing")
    if becomes in Feedback.Kind.values:
        Feedback.objects.create(
            kind=becomes, title=record.title, text=record.description, by=record.requester, service=record.service,
            complaint=record, at=move.at,
        )  # fmt: skip
    _end(record, move, "withdrawn" if becomes == "nothing" else becomes)

"""What declaring, restoring and reviewing a major incident changes."""

from __future__ import annotations

from typing import Any

from incidents import outages, work
from itsm.flow import Move
from itsm.records.perform import fire


def propose(record: Any, move: Move) -> None:
    """Keep the criterion; the incident manager has five minutes to decide."""
    record.major_criterion = move.given("criterion")


def declare(record: Any, move: Move) -> None:
    """Make it P1 under a lead and a communications owner, with a time for the next update, and begin the report."""
    from incidents.models import MajorIncidentReport

    record.major_criterion = move.given("criterion")
    record.lead, record.comms_owner = move.given("lead"), move.given("comms_owner")
    record.next_update_at = move.given("next_update_at")
    record.war_room = move.given("war_room", record.war_room)
    record.major_declared_at = move.at
    record.priority, record.priority_override_reason = 1, "major"
    MajorIncidentReport.objects.get_or_create(
        incident_id=record.pk, defaults={"changed_at": move.at, "changed_by": move.by}
    )


def decline(record: Any, move: Move) -> None:
    """Leave it an ordinary incident."""
    record.major_criterion = ""


def restore(record: Any, move: Move) -> None:
    """Note when the service was restored; no further update is owed."""
    record.restored_at = move.given("restored_at", move.at)
    record.next_update_at = None
    outages.write_restored(record, restored=record.restored_at)


def down_again(record: Any, move: Move) -> None:
    """Forget the restoration; an update is owed at once."""
    record.restored_at = None
    record.next_update_at = move.at


def demote(record: Any, move: Move) -> None:
    """Make it an ordinary incident again; its lead and updates end, its priority follows the matrix."""
    from itsm.tickets.settings_models import priority_of

    record.next_update_at = None
    record.priority_override_reason = ""
    if record.impact and record.urgency:
        record.priority = priority_of(impact=record.impact, urgency=record.urgency, service_id=record.service_id)


def complete_review(record: Any, move: Move) -> None:
    """Keep what the review found and close the incident."""
    report = record.report
    report.reviewed_on = move.given("reviewed_on")
    for name in ("attendees", "lessons", "actions"):
        setattr(report, name, move.given(name))
    report.changed_at, report.changed_by = move.at, move.by
    report.save()
    fire(record, "mark_reviewed", move=move)
    work.close(record, move, code=record.resolution_code)

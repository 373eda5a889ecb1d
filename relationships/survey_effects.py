"""What the moves of surveys change beside the state."""

from __future__ import annotations

from typing import Any

from itsm.flow import Move


def launch(record: Any, move: Move) -> None:
    """Settle period, population and sample, note who is asked, and invite the first of them."""
    from relationships import survey_sending

    for name in ("ends_on", "population", "sampling", "sample_size"):
        setattr(record, name, move.given(name, getattr(record, name)))
    record.launched_at = move.at
    survey_sending.begin(record, at=move.at)


def close_collection(record: Any, move: Move) -> None:
    """Freeze the response rate; what is still open expires."""
    from relationships import survey_sending

    record.collected_at = move.at
    record.invited_count, record.answered_count = survey_sending.counted(record)
    survey_sending.expire(record, at=move.at, move=move)


def extend_collection(record: Any, move: Move) -> None:
    """Set the new end, thaw the response rate, and ask those again who have not answered."""
    from relationships import survey_sending

    record.ends_on = move.given("ends_on")
    record.collected_at = record.invited_count = record.answered_count = None
    survey_sending.expire(record, at=move.at, move=move, most=None)
    survey_sending.ask_again(record, at=move.at)


def draft_report(record: Any, move: Move) -> None:
    """Begin the report with its figures."""
    from relationships import survey_report

    survey_report.draft(record, at=move.at)


def submit_report(record: Any, move: Move) -> None:
    """Note when the report went to the committee."""
    record.report.submitted_at = move.at
    record.report.save(update_fields=["submitted_at"])


def return_report(record: Any, move: Move) -> None:
    """Let the next version begin."""
    record.report.version += 1
    record.report.submitted_at = None
    record.report.save(update_fields=["version", "submitted_at"])


def accept_report(record: Any, move: Move) -> None:
    """Keep the decisions; those with an owner and a date become actions."""
    from relationships.survey_models import ImprovementAction

    record.closed_at = move.at
    record.report.decided = move.given("decisions", "")
    record.report.save(update_fields=["decided"])
    ImprovementAction.objects.bulk_create(
        ImprovementAction(record=record, text=row.text, owner=row.owner, due_on=row.due_on, decided_at=move.at)
        for row in record.report.decisions.exclude(owner=None).order_by("pk")
    )


def cancel_survey(record: Any, move: Move) -> None:
    """Let what is still open expire; what came back stays and is counted."""
    from relationships import survey_sending

    if record.launched_at:
        record.collected_at = move.at
        record.invited_count, record.answered_count = survey_sending.counted(record)
    survey_sending.expire(record, at=move.at, move=move)


def submit_answers(record: Any, move: Move) -> None:
    """Forget the draft: the answers stand in their own rows by now."""
    record.draft = {}


def register_feedback(record: Any, move: Move) -> None:
    """Keep what it is about and what is done."""
    record.theme, record.action = move.given("theme", ""), move.given("action", "")


def make_complaint(record: Any, move: Move) -> None:
    """Raise a complaint in the name of who answered, linked to the response."""
    from relationships import survey_complaints

    survey_complaints.raise_from(record, move)

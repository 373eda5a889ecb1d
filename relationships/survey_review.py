"""The committee's review: the meeting, its minutes, its decisions."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext

from itsm.records.perform import lock
from itsm.records.refusals import NotAllowed, Objected
from relationships import survey_access as access
from relationships.survey_models import Decision, RelationshipReport

if TYPE_CHECKING:
    from itsm.people.models import Person


def may_write(person: Person) -> bool:
    """Tell whether ``person`` writes the minutes: the board itself, or the relationship manager for it."""
    return access.reviews(person) or access.plans(person)


def write_minutes(
    campaign: Any, *, met_on: date | None, attendees: str, minutes: str, by: Person, at: datetime
) -> RelationshipReport:  # fmt: skip
    """Keep the day, attendees and minutes of the meeting.

    :raises NotAllowed: if ``by`` does not write minutes
    :raises Objected: if the report is not under review, or the meeting lies in the future
    """
    with transaction.atomic():
        report = _under_review(campaign, by=by)
        if met_on and met_on > localdate(at):
            raise Objected(fields={"met_on": gettext("The meeting has not been yet.")})
        report.met_on, report.attendees = met_on, attendees.replace("\x00", "").strip()[:2000]
        report.minutes = minutes.replace("\x00", "").strip()[:20000]
        report.save(update_fields=["met_on", "attendees", "minutes"])
    return report


def decide(
    campaign: Any, *, text: str, owner: Person | None, due_on: date | None, by: Person, at: datetime
) -> Decision:  # fmt: skip
    """Note a decision; with an owner and a date it becomes an action when the report is accepted.

    :raises NotAllowed: if ``by`` does not write minutes
    :raises Objected: if the report is not under review, words are missing, or owner and date do not come together
    """
    with transaction.atomic():
        report = _under_review(campaign, by=by)
        words = " ".join(text.replace("\x00", "").split())
        if not 0 < len(words) <= 500:
            raise Objected(fields={"text": gettext("A decision needs 1 to 500 characters.")})
        if bool(owner) != bool(due_on):
            raise Objected(fields={"due_on": gettext("An action needs both an owner and a date.")})
        if due_on and due_on < localdate(at):
            raise Objected(fields={"due_on": gettext("The date must not lie in the past.")})
        return Decision.objects.create(report=report, text=words, owner=owner, due_on=due_on)


def strike(decision_id: int, campaign: Any, *, by: Person) -> None:
    """Strike a decision out again while the report is under review; one that is gone already changes nothing.

    :raises NotAllowed: if ``by`` does not write minutes
    :raises Objected: if the report is not under review
    """
    with transaction.atomic():
        report = _under_review(campaign, by=by)
        report.decisions.filter(pk=decision_id).delete()


def _under_review(campaign: Any, *, by: Person) -> RelationshipReport:
    locked = lock(campaign)
    if not may_write(by):
        raise NotAllowed
    if locked.state != "under_review":
        raise Objected(gettext("The report is not under review now."))
    report: RelationshipReport = RelationshipReport.objects.select_for_update().get(campaign=locked)
    return report

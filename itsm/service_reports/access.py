"""Who may do what with a report."""

from __future__ import annotations

from django.utils.translation import gettext

from itsm.flow import pick
from itsm.people.models import Person
from itsm.service_reports.document import unjudged
from itsm.service_reports.models import ReportIssue
from itsm.service_reports.querysets import APPROVERS, PREPARERS, READERS, spoken_for

STATE = ReportIssue.State
IN_WORK = (STATE.PREPARED, STATE.COMMENTED)


def prepares(person: Person) -> bool:
    """Tell whether ``person`` prepares and issues reports."""
    return bool(person.role_codes & PREPARERS)


def reads_all(person: Person) -> bool:
    """Tell whether ``person`` reads every report."""
    return bool(person.role_codes & READERS)


def may_comment(person: Person, owner_id: int | None) -> bool:
    """Tell whether ``person`` writes the commentary on a service: its owner, or who prepares reports."""
    return prepares(person) or ("service_owner" in person.role_codes and person.pk == owner_id)


def speaks_for(person: Person, issue: ReportIssue) -> bool:
    """Tell whether ``person`` may acknowledge the report for the customer."""
    return ReportIssue.objects.filter(spoken_for(person), pk=issue.pk).exists()


def why_not_approve(issue: ReportIssue, *, by: Person) -> str:
    """Say why ``by`` may not approve the report as it stands, or nothing."""
    if not by.role_codes & APPROVERS:
        return gettext(
            "The service level manager, the relationship manager or the management representative approves reports."
        )
    if by.pk == issue.prepared_by_id:
        return gettext("Separation of duties: who prepared the report cannot approve it.")
    if issue.state not in IN_WORK:
        return gettext("The report is approved already.")
    return why_not_ready(issue)


def why_not_ready(issue: ReportIssue) -> str:
    """Say what is missing before the report may be approved, or nothing."""
    if issue.is_busy or not issue.digest:
        return gettext("The figures are being calculated.")
    if not issue.figures["services"]:
        return gettext("No agreement was in force with this customer in the period: there is nothing to report.")
    open_ones = [
        pick(one["zh"], one["en"]) for one in issue.figures["services"] if one["missed"] and not one["comment"]
    ]
    if open_ones:
        return gettext("The owner must comment on what was missed: %s.") % "、".join(open_ones)
    return ""


def why_unjudged(issue: ReportIssue) -> str:
    """Say which promises nobody has judged, so that the report is approved with a reason only; nothing where all are."""
    named = [
        f"{pick(one['zh'], one['en'])} {pick(line['words_zh'], line['words_en'])}".strip() for one, line in unjudged(issue.figures)
    ]  # fmt: skip
    if not named:
        return ""
    return gettext(
        "No result is entered for: %s. Have it entered, or give the reason why the report goes without."
    ) % "、".join(named)


def why_not_issue(issue: ReportIssue, *, by: Person, over: bool) -> str:
    """Say why ``by`` may not issue the report, or nothing; ``over`` says that the period has ended."""
    if not prepares(by):
        return gettext("The service level manager or the relationship manager issues reports.")
    if issue.state != STATE.APPROVED:
        return (
            gettext("The report must be approved first.")
            if issue.state in IN_WORK
            else gettext("The report is issued already.")
        )
    return "" if over else gettext("The period is not over yet.")

"""The steps of a report: prepare, comment, approve, send back, issue, acknowledge; each one transaction, each journaled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from catalogue.models import Service
from itsm.people.models import Organisation, Person
from itsm.records.clock import whole
from itsm.records.refusals import MovedOn, NotAllowed, Objected, Stale
from itsm.service_reports import access, entering, telling
from itsm.service_reports.document import comments_in, differences, digest_of, results_in
from itsm.service_reports.entering import Result, entered
from itsm.service_reports.models import ReportComment, ReportIssue, ReportStep
from itsm.service_reports.periods import Span
from itsm.service_reports.querysets import APPROVERS
from itsm.service_reports.scope import editions_of
from itsm.service_reports.taking_over import take_over

STATE = ReportIssue.State
LONGEST = 4000


@dataclass(frozen=True)
class Signature:
    """Who signs for the customer, and what is said beside it."""

    name: str
    title: str = ""
    remark: str = ""


def prepare(
    customer: Organisation, span: Span, *, by: Person | None, at: datetime, kind: str = "month", agreement: int | None = None,
    reason: str = "", years: str = "gregorian",
) -> ReportIssue:  # fmt: skip
    """Begin a report, or a new edition of an issued one; it is calculated by the next round of the worker.

    A new edition begins with the commentary of the one before, which its owner may change.
    ``by`` None is the system, which prepares what is due. A report in preparation is given back as it is.
    A contract year is that of one ``agreement`` (its key).

    :raises NotAllowed: if ``by`` does not prepare reports
    :raises Objected: if the period has not begun, nothing was agreed in it, or a new edition has no reason
    """
    if by is not None and not access.prepares(by):
        raise NotAllowed
    if at < span[0]:
        raise Objected(fields={"month": gettext("The period has not begun yet.")})
    if by is not None and not editions_of(customer, span, at=at, agreement=agreement):
        raise Objected(fields={"month": gettext("No agreement was in force with this customer in the period.")})
    with transaction.atomic():
        Organisation.objects.select_for_update(no_key=True).get(pk=customer.pk)
        begun = ReportIssue(customer=customer, period=kind, agreement_id=agreement, starts_at=span[0])
        last: ReportIssue | None = ReportIssue.objects.same_as(begun).order_by("-edition").first()
        if last is not None and not last.is_out:
            return last
        if last is not None and not reason.strip():
            raise Objected(fields={"reason": gettext("Say why the report is issued anew.")})
        made = ReportIssue.objects.create(
            customer=customer, period=kind, agreement_id=agreement, starts_at=span[0], ends_at=span[1],
            edition=last.edition + 1 if last else 1, years=years, reason=reason.strip()[:500] if last else "", prepared_by=by,
            prepared_at=whole(at), asked_at=whole(at),
        )  # fmt: skip
        _note(made, "prepare", by=by, at=at, note=made.reason)
        if last is not None and take_over(made, earlier=last):
            _note(made, "take_over", by=by, at=at, note=last.number)
    return made


def recalculate(issue: ReportIssue, *, by: Person, at: datetime) -> None:
    """Ask for the figures to be calculated anew.

    :raises NotAllowed: if ``by`` does not prepare reports
    :raises MovedOn: if the report was approved
    """
    if not access.prepares(by):
        raise NotAllowed
    with transaction.atomic():
        held = _locked(issue, *access.IN_WORK)
        held.asked_at, held.claimed_at, held.done = whole(at), None, 0
        held.save(update_fields=["asked_at", "claimed_at", "done"])


def comment(
    issue: ReportIssue, service: Any, text: str, *, by: Person, at: datetime, results: Sequence[Result] = ()
) -> None:
    """Keep what is said about the figures of a service, and ``results`` of promises that a person judges.

    An empty text takes the commentary away.

    :raises NotAllowed: if ``by`` neither owns the service nor prepares reports
    :raises MovedOn: if the report was approved
    :raises Objected: if the text is too long, the service is not in the report, or a result is not whole
    """
    if not access.may_comment(by, service.owner_id):
        raise NotAllowed
    words = text.replace("\x00", "").strip()
    if len(words) > LONGEST:
        raise Objected(fields={"text": gettext("At most 4,000 characters.")})
    with transaction.atomic():
        held = _locked(issue, *access.IN_WORK)
        if service.code not in {one["code"] for one in held.figures.get("services", [])}:
            raise Objected(gettext("This service is not in the report."))
        if words:
            ReportComment.objects.update_or_create(
                issue=held, service=service, defaults={"text": words, "by": by, "at": whole(at), "taken_from": None}
            )
        else:
            ReportComment.objects.filter(issue=held, service=service).delete()
        entering.keep(held, service, results, by=by, at=at)
        lay_down(held, held.figures)
        held.save(update_fields=["figures", "digest", "differences", "state", "papers_wanted"])
        _note(held, "comment", by=by, at=at, note=service.code)


def lay_down(issue: ReportIssue, document: dict[str, Any]) -> None:
    """Put a document with its commentary and the results that persons entered into a locked report; the caller saves."""
    rows = issue.comments.select_related("service", "by")
    said = {row.service.code: _said(row) for row in rows}
    issue.figures = comments_in(results_in(document, entered(issue)), said)
    issue.digest = digest_of(issue.figures)
    issue.is_provisional = bool(document["provisional"])
    previous = _previous(issue)
    issue.differences = differences(previous.figures, issue.figures) if previous else []
    owed = [one for one in issue.figures["services"] if one["missed"] and not one["comment"]]
    has_said = any(one["comment"] for one in issue.figures["services"])
    issue.state = STATE.COMMENTED if has_said and not owed else STATE.PREPARED
    issue.papers_wanted = True


def _said(row: ReportComment) -> dict[str, Any]:
    """Lay commentary out as the document keeps it; what was taken over names the edition in which it was written."""
    said = {"text": row.text, "by": row.by.name, "at": row.at.isoformat()}
    return said if row.taken_from is None else said | {"taken_from": row.taken_from}


def _previous(issue: ReportIssue) -> ReportIssue | None:
    found: ReportIssue | None = ReportIssue.objects.same_as(issue).filter(edition=issue.edition - 1).first()
    return found


def approve(issue: ReportIssue, *, digest: str, by: Person, at: datetime, reason: str = "") -> None:
    """Approve exactly the figures whose ``digest`` was read.

    A promise that a person must judge and nobody has stands in the way, unless a ``reason`` is given; it stands on the report.

    :raises NotAllowed: if ``by`` does not approve reports
    :raises Stale: if the figures changed since they were read
    :raises MovedOn: if it is approved already
    :raises Objected: if it is their own report, or commentary is missing, or a result without a reason
    """
    if not by.role_codes & APPROVERS:
        raise NotAllowed
    with transaction.atomic():
        held = _locked(issue, *access.IN_WORK)
        if why := access.why_not_approve(held, by=by):
            raise Objected(why)
        if held.digest != digest:
            raise Stale
        without = access.why_unjudged(held)
        said = reason.replace("\x00", "").strip()[:500] if without else ""
        if without and not said:
            raise Objected(fields={"reason": without})
        held.state, held.approved_by, held.approved_at = STATE.APPROVED, by, whole(at)
        held.papers_wanted, held.approved_without = True, said
        held.save(update_fields=["state", "approved_by", "approved_at", "papers_wanted", "approved_without"])
        _note(held, "approve", by=by, at=at, note=f"{digest[:12]} {said}".strip())


def send_back(issue: ReportIssue, *, reason: str, by: Person, at: datetime) -> None:
    """Give an approved report back to its preparation.

    :raises NotAllowed: if ``by`` does not approve reports
    :raises Objected: if no reason is given
    """
    if not by.role_codes & APPROVERS:
        raise NotAllowed
    if not reason.strip():
        raise Objected(fields={"reason": gettext("Say what is to be changed.")})
    with transaction.atomic():
        held = _locked(issue, STATE.APPROVED)
        held.approved_by, held.approved_at, held.approved_without = None, None, ""
        lay_down(held, held.figures)
        held.save()
        _note(held, "send_back", by=by, at=at, note=reason.strip())


def issue(report: ReportIssue, *, by: Person, at: datetime) -> None:
    """Freeze the approved figures and hand the report to the customer; an earlier edition is replaced by it.

    :raises NotAllowed: if ``by`` does not issue reports
    :raises Objected: if the period is not over
    :raises MovedOn: if it is not approved any more
    """
    if not access.prepares(by):
        raise NotAllowed
    with transaction.atomic():
        held = _locked(report, STATE.APPROVED)
        if why := access.why_not_issue(held, by=by, over=at >= held.ends_at):
            raise Objected(why)
        ReportIssue.objects.same_as(held).out().latest().update(superseded=True)
        held.state, held.issued_by, held.issued_at, held.papers_wanted = STATE.ISSUED, by, whole(at), True
        held.save(update_fields=["state", "issued_by", "issued_at", "papers_wanted"])
        _note(held, "issue", by=by, at=at, note=held.digest[:12])


def acknowledge(report: ReportIssue, signature: Signature, *, way: str, by: Person, at: datetime) -> None:
    """Note that the customer has received the report and signs for it, once; the papers stay those that were issued.

    :raises NotAllowed: if ``by`` does not speak for the customer
    :raises MovedOn: if it is acknowledged already, or replaced
    :raises Objected: if no name is given
    """
    if not access.speaks_for(by, report):
        raise NotAllowed
    name, title, remark = (
        text.replace("\x00", "").strip() for text in (signature.name, signature.title, signature.remark)
    )
    if not name:
        raise Objected(fields={"name": gettext("Write your name.")})
    if len(name) > 120 or len(title) > 120 or len(remark) > LONGEST:
        raise Objected(gettext("The text is too long."))
    with transaction.atomic():
        held = _locked(report, STATE.ISSUED)
        if held.superseded:
            raise MovedOn(gettext("replaced by a later edition"))
        held.state, held.acknowledged_at, held.acknowledged_way = STATE.ACKNOWLEDGED, whole(at), way
        held.acknowledged_by, held.acknowledged_title, held.remark = name, title, remark
        held.save()
        _note(held, "acknowledge", by=by, at=at, note=f"{name} {title}".strip())
        telling.acknowledged(held, at=at)


def _locked(issue: ReportIssue, *states: str) -> ReportIssue:
    held: ReportIssue = ReportIssue.objects.select_for_update(of=("self",)).select_related("customer").get(pk=issue.pk)
    if held.state not in states:
        raise MovedOn(str(STATE(held.state).label))
    return held


def _note(issue: ReportIssue, name: str, *, by: Person | None, at: datetime, note: str = "") -> None:
    ReportStep.objects.create(issue=issue, name=name, at=whole(at), by=by, note=note[:500])


def services_by(codes: list[str]) -> list[Service]:
    """Find services by their codes."""
    return list(Service.objects.filter(code__in=codes))

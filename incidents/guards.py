"""The conditions of incidents and service requests; the sentences are the specification's."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from itsm.flow import Move, guard
from itsm.records.links import linked, linking
from itsm.records.models import LinkKind
from itsm.tickets.guards import assignee_in_team as assignee_in_team
from itsm.tickets.models import ApprovalRequest, HoldReason, Outage
from itsm.ui.moments import moment_text
from sla.claim_overlaps import claimed_until

#: The reason to wait that ends with the claim which it rests on.
FORCE_MAJEURE = "force_majeure"


@guard("g_service_known", "Pick a live catalogue service first.", "請先選擇服務目錄中已上線的服務。", asks=("service",))
def service_known(record: Any, move: Move) -> bool:
    """Tell whether the service given, or the record's, is live."""
    service = move.given("service") or record.service
    return bool(service and service.is_live)


@guard("g_approval_ok", "Approval is still missing.", "尚未完成核准。")
def approval_ok(record: Any, move: Move) -> bool:
    """Tell whether the item needs no approval or its latest round is approved whole."""
    from incidents.approvals import rule_of

    return not rule_of(record) or record.approval_granted_at is not None


@guard("g_needs_approval", "This item needs no approval.", "此項目不需核准。")
def needs_approval(record: Any, move: Move) -> bool:
    """Tell whether the item has an approval rule and nothing was granted or asked yet."""
    from incidents.approvals import rule_of

    asked = any(request.decision == ApprovalRequest.Decision.OPEN for request in record.approvals.all())
    return bool(rule_of(record)) and record.approval_granted_at is None and not asked


@guard("g_tasks_done", "Child tasks are still open.", "尚有未完成的子任務。")
def tasks_done(record: Any, move: Move) -> bool:
    """Tell whether no mandatory child task is open."""
    return not any(task.mandatory and not task.ended for task in record.tasks.all())


@guard("g_no_open_outage", "Service is still interrupted; restore it first.", "服務仍中斷中，請先完成復原。")
def no_open_outage(record: Any, move: Move) -> bool:
    """Tell whether every outage of the record has ended."""
    return not open_outages(record)


def open_outages(record: Any) -> list[Outage]:
    """List the outages that have not ended, the first first; no query where the page has them at hand."""
    outages = [outage for outage in record.outages.all() if outage.ended_at is None]
    return sorted(outages, key=lambda outage: outage.started_at)


@guard("g_mi_problem_linked", "A major incident needs a linked problem.", "重大事故須連結問題單。")
def mi_problem_linked(record: Any, move: Move) -> bool:
    """Tell whether a problem that came from this major incident is linked."""
    return linked(record, kind=LinkKind.ESCALATED_TO_PROBLEM).any_at("from_major")


@guard("g_mi_report", "Major incident report is incomplete.", "重大事故報告尚未完成。")
def mi_report(record: Any, move: Move) -> bool:
    """Tell whether the report is filled and top management was told."""
    report = getattr(record, "report", None)
    return bool(report and report.is_complete())


@guard("g_children_ok", "Child incidents are unresolved.", "子事故尚未解決。")
def children_ok(record: Any, move: Move) -> bool:
    """Tell whether every child is resolved or closed."""
    return not record.children.exclude(state__in=RESOLVED).exists()


RESOLVED = ("awaiting_confirmation", "major_review", "closed", "reclassified", "cancelled")


# ---- further sentences, without a code in the specification ---------------------------------
def not_while_declared(record: Any, move: Move) -> str:
    """Object while a major incident is declared."""
    if getattr(record, "major_status", "none") == "declared":
        return gettext("A declared major incident cannot leave this way; demote it or bring it to its end.")
    return ""


def not_back_and_forth(record: Any, move: Move) -> str:
    """Object to a second reclassification of the same matter, unless the process owner makes it."""
    moved_before = bool(linking(record, kind=LinkKind.RECLASSIFIED_TO))
    if moved_before and not (move.by and move.by.holds("incident_manager", process=record.kind)):
        return gettext("This matter was moved once already; a second move needs the incident manager.")
    return ""


def parent_of_duplicate(record: Any, move: Move) -> str:
    """Object to a duplicate that names no other incident."""
    parent = move.given("parent")
    if move.given("code") == "duplicate" and (parent is None or parent.pk == record.pk):
        return gettext("Name the other incident that this one duplicates.")
    return ""


def restored_is_known(record: Any, move: Move) -> str:
    """Object to resolving while an outage is open and nobody says when it ended."""
    restored = move.given("restored_at")
    if "resolution_code" not in move.inputs or not (still := open_outages(record)):
        return ""
    first = still[0]
    if restored is None:
        return gettext("An outage is open: say when the service was restored.")
    if not first.started_at <= restored <= move.at:
        return gettext("The service was restored between the start of the outage and now.")
    return ""


def hold_is_sound(record: Any, move: Move) -> str:
    """Object to a hold without future follow-up, without the question it needs, or that would stop a clock at its end."""
    from incidents.work import stops_a_late_clock

    why = move.given("hold_reason")
    follow_up = move.given("follow_up_at")
    if why is None:
        return ""
    if follow_up is not None and follow_up <= move.at:
        return gettext("The follow-up time must lie ahead.")
    if why.only_requests and record.kind != "service_request":
        return gettext("This reason is for service requests only.")
    if why.asks_requester and not move.given("comment"):
        return gettext("Ask the requester something: this reason waits for an answer.")
    if lacking := _without_evidence(record, why.code, at=move.at, until=follow_up):
        return lacking
    if move.given("workaround") and (lacking := _without_workaround(record, why, note=move.given("reason", ""))):
        return lacking
    if stops_a_late_clock(record, move):
        return gettext("Less than a tenth of the time is left: only the team's lead may stop the clock now.")
    return ""


def _without_evidence(record: Any, reason: str, *, at: datetime, until: datetime | None) -> str:
    """Say what a reason to wait must rest on and does not: a problem, or a claim that the time does not count."""
    if reason == "awaiting_problem" and not linked(record, kind=LinkKind.ESCALATED_TO_PROBLEM):
        return gettext("Link the problem that it waits for, or raise one.")
    if reason != FORCE_MAJEURE:
        return ""
    ends = claimed_until(record.service_id, at=at)
    if ends is None:
        return gettext("Claim first that this time of the service does not count: under availability, with evidence.")
    if until is not None and until > ends:
        return gettext("The claimed time ends at %s: look at it again by then.") % moment_text(ends)
    return ""


def _without_workaround(record: Any, why: HoldReason, *, note: str) -> str:
    """Say what a workaround that stops the clock must rest on and does not."""
    if not why.workaround:
        return gettext("“%s” does not depend on a workaround: take that mark away.") % why
    if why.workaround == HoldReason.Workaround.ACCEPTED:
        return "" if note else gettext("Say in the note which workaround it is and how the requester accepted it.")
    if open_outages(record):
        return gettext("Service is still interrupted: a workaround has not restored it.")
    if note or linked(record, kind=LinkKind.HAS_KNOWN_ERROR):
        return ""
    return gettext("Say in the note which workaround it is, or link the known error.")


def unit_entitled(record: Any, move: Move) -> str:
    """Object to an item that the unit of whoever gets it is not entitled to."""
    item = move.given("request_item")
    if item is None:
        return ""
    person = move.given("requested_for") or record.requested_for or record.requester
    if type(item).objects.for_unit_of(person).filter(pk=item.pk).exists():
        return ""
    return gettext("“%(item)s” is not offered to %(person)s.") % {"item": item, "person": person}


def form_filled(record: Any, move: Move) -> str:
    """Object while the form of the item is not filled in."""
    needed = record.request_item_id and any(
        field.required and not field.when_field for field in record.request_item.form_fields
    )
    return gettext("The form of the item is not filled in.") if needed and not record.answers else ""


def change_over(record: Any, move: Move) -> str:
    """Object while the change that the order has opened is not over."""
    if linked(record, kind=LinkKind.REQUESTED_VIA).all_at("ended"):
        return ""
    return gettext("The change that carries this order out is not over.")

"""The conditions of problems; the sentences are the specification's."""

from __future__ import annotations

from typing import Any

from django.utils.timezone import localdate
from django.utils.translation import gettext

from itsm.flow import Move, guard
from itsm.records import register
from itsm.records.links import linking
from itsm.records.models import Event, Link, LinkKind
from problems import notes

#: How incidents hang on a problem.
RAISED = (LinkKind.ESCALATED_TO_PROBLEM, LinkKind.RECLASSIFIED_TO)


def _told(record: Any, move: Move, *names: str) -> bool:
    """Tell whether each of ``names`` is given now or was kept before."""
    return all(move.given(name) or getattr(record, name) for name in names)


@guard(
    "g_rc_evidence", "Root cause evidence is missing.", "缺少根因佐證。",
    asks=("root_cause", "rc_method", "rc_evidence", "causal_component"),
)  # fmt: skip
def rc_evidence(record: Any, move: Move) -> bool:
    """Tell whether cause, method, evidence and causal component are known."""
    return _told(record, move, "root_cause", "rc_method", "rc_evidence", "causal_component")


@guard("g_workaround_text", "Describe and test the workaround.", "請說明並測試暫時性方案。", asks=("workaround",))
def workaround_text(record: Any, move: Move) -> bool:
    """Tell whether steps, use, risk and tester of the workaround are known."""
    return _told(record, move, "workaround", "workaround_applies", "workaround_risk", "workaround_tested_by")


@guard("g_solution_text", "Describe the solution.", "請填寫解決方案。", asks=("solution",))
def solution_text(record: Any, move: Move) -> bool:
    """Tell whether the solution, its cost and benefit, and the need of a change are known."""
    return _told(record, move, "solution", "solution_value", "change_needed")


@guard("g_fix_change_ok", "The fixing change is not closed successfully.", "解決方案之變更尚未成功結案。")
def fix_change_ok(record: Any, move: Move) -> bool:
    """Tell whether every change that is to fix it has succeeded; one that failed before another was tried counts no more."""
    changes = linking(record, kind=LinkKind.FIXES_PROBLEM).records
    standing = [change for change in changes if not register.reached(change, "unsuccessful")]
    if not standing:
        return not changes or record.change_needed == "no"
    return all(register.reached(change, "succeeded") for change in standing)


@guard("g_no_recurrence", "Observation window is not over or the incident recurred.", "觀察期未滿或事故再次發生。")
def no_recurrence(record: Any, move: Move) -> bool:
    """Tell whether the window passed without a new incident; an accepted known error is not observed."""
    if record.outcome == "accepted":
        return True
    if record.observed_until is None or move.at < record.observed_until:
        return False
    return not recurred(record)


def recurred(record: Any) -> bool:
    """Tell whether an incident was linked since the solution is in place."""
    return Link.objects.filter(target_id=record.pk, kind__in=RAISED, created_at__gt=record.observed_from).exists()


# ---- further sentences, without a code in the specification ---------------------------------
def lead_can_lead(record: Any, move: Move) -> str:
    """Object to a lead who does not work on problems."""
    lead = move.given("assignee")
    if lead is not None and not lead.holds("problem_handler", "problem_manager", process="problem"):
        return gettext("%(person)s does not work on problems: give them the role first.") % {"person": lead}
    return ""


def days_ahead(record: Any, move: Move) -> str:
    """Object to a due or review date that has passed."""
    today = localdate(move.at)
    if any((day := move.given(name)) and day < today for name in ("cause_due_on", "solution_due_on", "review_on")):
        return gettext("The date must not lie in the past.")
    return ""


def bones_named(record: Any, move: Move) -> str:
    """Object to a line of the fishbone that names no bone."""
    odd = notes.odd_line(str(move.given("fishbone", "")))
    if odd:
        return gettext("“%(line)s” does not begin with a category of the fishbone and a colon.") % {"line": odd[:60]}
    return ""


def judged_by_another(record: Any, move: Move) -> str:
    """Object to somebody who confirms the root cause that they found: who leads the problem, or proposed the cause."""
    if move.by is None or record.state != "root_cause_review":
        return ""
    proposed = (
        Event.objects.filter(record=record.pk, name="propose_root_cause")
        .order_by("-pk")
        .values_list("actor", flat=True)
    )
    if move.by.pk in (record.assignee_id, proposed.first()):
        return gettext("Who found the root cause must not confirm it.")
    return ""


def outcome_fits(record: Any, move: Move) -> str:
    """Object to a result that contradicts how the problem came here."""
    code = move.given("closure_code")
    if code and record.outcome and code != record.outcome:
        return gettext("The result must be the one that the problem came here with.")
    return ""


def parent_stands(record: Any, move: Move) -> str:
    """Object to merging into itself or into a problem that is over."""
    parent = move.given("parent")
    if parent is not None and (parent.pk == record.pk or not parent.is_open):
        return gettext("Choose another problem that is still open.")
    return ""

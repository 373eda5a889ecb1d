"""Which words of a change may be edited, and until when."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext

from changes.material import FIELDS
from itsm.tickets.edits import EDITABLE

#: The columns of the request that its form writes, beside those of every case.
RFC_FIELDS = frozenset({
    "reason_kind", "justification", "benefit", "impact_text", "no_ci_reason", "risk_answers", "class_basis", "risk_origins",
    "service_change_reason",
    "risk_score", "cost_estimate", "resources", "security_assessment", "capacity_assessment", "availability_assessment",
    "continuity_assessment", "sla_assessment", "plan", "test_plan", "test_result", "test_waiver", "backout_plan",
    "backout_tested", "communication_plan", "window_start", "window_end", "expected_downtime_min", "requires_release",
    "implementer", "change_class", "agreed_risk",
})  # fmt: skip
REVIEW_FIELDS = frozenset({"pir_met", "pir_incidents", "pir_sla", "lessons", "pir_next", "cmdb_note", "follow_up"})
FIELDS_OF_CHANGE = RFC_FIELDS | REVIEW_FIELDS
#: What a decision rests on, as edits name it.
MATERIAL = frozenset(name.removesuffix("_id") for name in FIELDS) | {"class_basis", "change_class"}
#: States in which the request itself is still written; behind them only a step back opens it again.
WRITTEN = frozenset({
    "draft", "submitted", "assessing", "cab_review", "implementation_review", "retro_documentation",
    "emergency_authorization",
})  # fmt: skip
#: What the board has judged: a major change goes back to its requester before these are altered.
JUDGED = MATERIAL - {"window_start", "window_end", "implementer"}
#: The class is found by the rules; who drafts a request only says what it will probably be.
DRAFTED = frozenset({"change_class", "class_basis", "risk_answers", "risk_origins", "risk_score"})


def edit_refuses(change: Any, changes: Mapping[str, Any]) -> str:
    """Object to an edit that comes too late, or that a decision has closed."""
    names = frozenset(changes)
    if names & REVIEW_FIELDS and change.state != "post_review":
        return gettext("The review is written once the change was carried out.")
    if names & MATERIAL and change.state not in WRITTEN:
        return gettext("The change is authorised as it is: reschedule it, or return it, before you alter this.")
    if names & JUDGED and change.state == "implementation_review" and change.change_class == "major":
        return gettext("The board has decided on it as it is: return it to its requester before you alter this.")
    if names & DRAFTED and change.state not in ("draft", "submitted"):
        return gettext("The class and the risk are kept by the assessment.")
    if changes.get("implementer") and changes["implementer"].pk == change.authoriser_id:
        return gettext("Who authorises a change must not carry it out.")
    return _window(change, changes)


def _window(change: Any, changes: Mapping[str, Any]) -> str:
    start = changes.get("window_start", change.window_start)
    end = changes.get("window_end", change.window_end)
    return gettext("The window must end after it begins.") if start and end and end <= start else ""


def is_material(names: Any) -> bool:
    """Tell whether an edit of these columns alters what a decision rests on."""
    return bool(frozenset(names) & (MATERIAL | (frozenset(EDITABLE) & MATERIAL)))

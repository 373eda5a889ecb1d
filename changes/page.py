"""What the page of a change shows beside what every case has: its banners, and the request in short."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from changes import access, outages, scoring
from changes.asks import KINDS
from changes.material import fingerprint

if TYPE_CHECKING:
    from itsm.people.models import Person

#: Who must decide in the states in which somebody must.
DECIDERS = {
    "submitted": ("change_manager",),
    "implementation_review": ("change_manager",),
    "emergency_authorization": access.EMERGENCY,
}
#: Who may go on to draft the release that a change needs.
PLANS_RELEASES = frozenset(
    {"release_requester", "release_manager", "release_implementer", "change_manager", "change_implementer"}
)
EDITED_IN = frozenset({"draft", "submitted", "assessing", "implementation_review", "retro_documentation"})


def page(change: Any, *, person: Person, at: datetime) -> dict[str, Any]:
    """Collect the banners and the request in short."""
    roles = DECIDERS.get(change.state, ())
    return {
        "altered": bool(change.authorised_hash) and fingerprint(change) != change.authorised_hash,
        "owes": change.state == "retro_documentation",
        "forms_late": change.forms_due_at is not None and change.forms_due_at < at,
        "blocked": bool(roles) and not access.eligible(change, *roles),
        "fired": scoring.fired(change.class_basis),
        "band": scoring.band_words(change.risk_score),
        "agreed_band": scoring.band_words(change.agreed_risk),
        "touched": outages.services_of(change),
        "rfc": _texts(change),
        "kind_of_reason": next((str(choice.label) for choice in KINDS if choice.value == change.reason_kind), ""),
        "may_edit": change.state in EDITED_IN,
        "plans_release": change.phase != "done" and bool(person.role_codes & PLANS_RELEASES),
    }


def _texts(change: Any) -> list[tuple[str, str]]:
    """List the texts of the request that are written, with their names."""
    rows = [
        (_("Reason for the change"), change.justification), (_("Benefit"), change.benefit), (_("Impact and risk"), change.impact_text),
        (_("Service change or ordinary change"), change.service_change_reason),
        (_("Implementation plan"), change.plan), (_("Test plan"), change.test_plan), (_("Test result"), change.test_result),
        (_("Back-out plan"), change.backout_plan), (_("Communication plan"), change.communication_plan),
        (_("Resources and cost"), change.resources), (_("Conditions of the approval"), change.conditions),
        (_("What was restored"), change.restored),
        (_("Why no item is affected"), change.no_ci_reason), (_("How it was found"), change.found_how),
    ]  # fmt: skip
    return [(label, text) for label, text in rows if text]

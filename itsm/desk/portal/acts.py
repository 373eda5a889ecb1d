"""What a requester can do with a case: write, confirm, refuse, withdraw, reopen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from itsm.records.perform import offers

if TYPE_CHECKING:
    from itsm.people.models import Person

#: The moves behind the acts, by process.
MOVES = {
    "incident": {
        "confirm": "confirm_resolution",
        "refuse": "reject_resolution",
        "withdraw": "withdraw",
        "reopen": "reopen",
    },
    "service_request": {
        "confirm": "confirm_done",
        "refuse": "confirm_not_done",
        "withdraw": "cancel",
        "reopen": "reopen",
    },
    "complaint": {
        "agree": "agree_to_close",
        "disagree": "disagree",
        "escalate": "escalate",
        "withdraw": "withdraw",
        "reopen": "reopen",
    },
}

#: The input by which an act says that it was made here.
SAYS_HOW = {"confirm": "confirmation", "agree": "consent_way"}


@dataclass(frozen=True)
class Act:
    """Something that the person may do now, or may not because of ``reason``."""

    code: str
    label: str
    asks: str
    said: str
    reason: str = ""

    @property
    def style(self) -> str:
        """This will give the look of its button."""
        return {"confirm": "primary", "agree": "primary", "withdraw": "danger"}.get(self.code, "")


def acts_of(case: Any, *, person: Person, at: datetime) -> list[Act]:
    """This will list what ``person`` can do with their own case, in the order of the page."""
    if person.pk not in (case.requester_id, case.requested_for_id):
        return []
    offered = {offer.name: offer for offer in offers(case, person=person, at=at)}
    return [_act(code, offered[move].reason) for code, move in MOVES.get(case.kind, {}).items() if move in offered]


def _act(code: str, reason: str) -> Act:
    label, asks, said = {
        "confirm": (_("It works: close the case"), "", _("Thank you. The case is closed.")),
        "refuse": (_("Not solved yet"), _("What still fails, or is missing?"), _("Thank you. We go on working on it.")),
        "agree": (_("I agree, close it"), "", _("Thank you. The case is closed.")),
        "disagree": (_("I do not agree"), _("What is still wrong?"), _("Thank you. We go on working on it.")),
        "escalate": (
            _("Take it higher"),
            _("Why should somebody else look at it?"),
            _("It was given to more authority."),
        ),
        "withdraw": (_("Withdraw the case"), _("Why is it not needed any more?"), _("The case was withdrawn.")),
        "reopen": (_("It is back: reopen"), _("What happens again?"), _("The case is open again.")),
    }[code]
    return Act(code, label, asks, said, reason)


def inputs_of(code: str, *, reason: str) -> dict[str, Any]:
    """This will give the inputs that the move behind an act takes."""
    if code in SAYS_HOW:
        return {SAYS_HOW[code]: "portal"}
    return {"reason": reason}

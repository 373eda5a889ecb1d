"""Further sentences that object to moves of changes, without a code in the specification."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext

from changes import far
from changes.access import EMERGENCY
from changes.guards import told
from changes.material import fingerprint
from itsm.flow import Move
from itsm.records.links import linked
from itsm.records.models import LinkKind


def authoriser_apart(record: Any, move: Move) -> str:
    """Object to an authoriser who asked for the change, carries it out, or has no such authority."""
    authoriser = move.given("authoriser")
    if authoriser is None:
        return ""
    if authoriser.pk in (record.requester_id, record.asked_by_id, record.requested_for_id, record.implementer_id):
        return gettext("Who authorises a change must not have asked for it or carry it out.")
    if not authoriser.holds(*EMERGENCY, process="change"):
        return gettext("%(person)s may not authorise emergency changes.") % {"person": authoriser}
    return ""


def authorised_in_time(record: Any, move: Move) -> str:
    """Object to an authorisation that lies in the future, or before anybody asked for it."""
    said = move.given("authorised_at")
    if said is not None and not record.received_at <= said <= move.at:
        return gettext("It was authorised after it was asked for, and not in the future.")
    return ""


def boundary_reasoned(record: Any, move: Move) -> str:
    """Object to a service change that is asked for without saying why it is one."""
    if "service_change" in record.class_basis and not told(record, move, "service_change_reason"):
        return gettext("Say why it is a service change.")
    return ""


def closer_apart(record: Any, move: Move) -> str:
    """Object to somebody who closes what they carried out."""
    if move.by is not None and move.by.pk == record.implementer_id:
        return gettext("Who carried a change out must not close it.")
    return ""


def reason_for_alone(record: Any, move: Move) -> str:
    """Object to a decision made alone without a reason."""
    if move.given("break_glass") and not move.given("reason"):
        return gettext("Say why nobody else could be asked.")
    return ""


def debts_paid(record: Any, move: Move) -> str:
    """Object to a request of somebody who owes the forms of an emergency past their time."""
    from changes.models import Change

    if move.by is None:
        return ""
    owed = Change.objects.filter(Q(asked_by=move.by) | Q(implementer=move.by), forms_due_at__lt=move.at)
    numbers = owed.filter(state="retro_documentation").exclude(pk=record.pk).order_by("pk")
    late = ", ".join(numbers.values_list("number", flat=True)[:5])
    if not late:
        return ""
    return gettext("Fill in the forms of %(numbers)s first: they are overdue.") % {"numbers": late}


def as_authorised(record: Any, move: Move) -> str:
    """Object to carrying out something else than was authorised."""
    if record.authorised_hash and fingerprint(record) != record.authorised_hash:
        return gettext("The change was altered since it was authorised: reschedule it and have it authorised again.")
    return ""


def conditions_met(record: Any, move: Move) -> str:
    """Object while a condition of the board is open."""
    if said := far.answers.conditions(record, move):
        return said
    if record.conditions and record.tasks.filter(state="open", mandatory=True).exists():
        return gettext("Conditions of the approval are still open: end their tasks first.")
    return ""


def follow_up_named(record: Any, move: Move) -> str:
    """Object to ending a change that did not succeed without saying what follows."""
    if record.outcome not in ("failed", "backed_out") or told(record, move, "follow_up"):
        return ""
    if linked(record, kind=LinkKind.FIXES_PROBLEM):
        return ""  # the problem looks for a solution again
    return gettext("Say what follows: a new change, a problem, or nothing.")

"""The conditions of complaints; the sentences are the specification's where it has a code for them."""

from __future__ import annotations

from typing import Any

from django.utils.timezone import localdate
from django.utils.translation import gettext

from itsm.flow import Move, guard
from itsm.people.models import Person
from itsm.records import register
from itsm.records.links import linked
from itsm.records.models import LinkKind
from itsm.tickets.models import Ticket
from relationships.supplier_querysets import CONTRACT_READERS

#: So many attempts, each on another day, before a complaint is closed without consent.
ATTEMPTS = 3
#: A security event is an incident of that kind.
PROCESS_OF = {"security_event": "incident"}
DECIDERS = ("brm", "management_rep")
HIGHEST = 3


def receiver_of(name: str) -> Any:
    """Find what opens a record of the chosen process; None where that process is not kept here."""
    key = PROCESS_OF.get(name, name)
    return {process.key: process.receive for process in register.processes()}.get(key)


@guard(
    "g_other_process_chosen",
    "Choose the other process and record.",
    "請選擇轉入的流程與單號。",
    asks=("process", "handled_by"),
)
def other_process_chosen(record: Any, move: Move) -> bool:
    """Tell whether a process is chosen, with an open record of it or one that can be opened."""
    process, other = move.given("process"), move.given("handled_by")
    if not process:
        return False
    if other is None:
        return receiver_of(process) is not None
    return bool(other.pk != record.pk and other.kind == PROCESS_OF.get(process, process) and other.is_open)


@guard("g_linked_done", "The linked record is still open.", "轉入流程尚未結案。")
def linked_done(record: Any, move: Move) -> bool:
    """Tell whether every record that handles the complaint has ended."""
    return all(not register.load(row).is_open for row in linked(record, kind=LinkKind.HANDLES_COMPLAINT).records)


@guard("g_contact_attempts", "Log three contact attempts first.", "請先登錄三次以上聯繫紀錄。")
def contact_attempts(record: Any, move: Move) -> bool:
    """Tell whether the complainant was sought on three different days."""
    return len(days_sought(record)) >= ATTEMPTS


def days_sought(record: Any) -> set[Any]:
    """Collect the days on which somebody tried to reach the complainant."""
    return {localdate(attempt.at) for attempt in record.attempts.all()}


# ---- further sentences, without a code in the specification ---------------------------------
def about(record: Any) -> list[Any]:
    """List the cases that the complaint is about."""
    keys = [row.pk for row in linked(record, kind=LinkKind.ABOUT).records]
    return list(Ticket.objects.filter(pk__in=keys)) if keys else []


def involved(record: Any, move: Move | None = None) -> set[int | None]:
    """Collect who must not handle the complaint: who is complained about, who complains, who had the case it is about."""
    person: Person | None = move.given("about_person") if move else None
    asked: Person | None = move.given("requester") if move else None
    found = {record.kept_from_id, record.requester_id, *(case.assignee_id for case in about(record))}
    return found | {one.pk for one in (person, asked) if one is not None}


def handler_independent(record: Any, move: Move) -> str:
    """Object to a handler who is complained about, complains, or had the case that the complaint is about."""
    handler: Person | None = move.given("assignee") or (record.assignee if move.name != "register" else None)
    if move.name == "report_result" and move.by is not None:
        handler = move.by
    if handler is not None and handler.pk in involved(record, move):
        return gettext("%(person)s is part of the matter: the handler of a complaint must be independent.") % {
            "person": handler
        }
    return ""


def words_kept(record: Any, move: Move) -> str:
    """Object to a new dispute with a supplier that would tell its words to the person whom the complaint is kept from."""
    if move.given("process") != "supplier_dispute" or move.given("handled_by") is not None or not record.kept_from_id:
        return ""
    if not record.kept_from.role_codes & CONTRACT_READERS:
        return ""
    return gettext(
        "%(person)s reads disputes with suppliers, and this complaint is kept from them: handle it here."
    ) % {"person": record.kept_from}


def decider_may(record: Any, move: Move) -> str:
    """Object to a decision by somebody without the authority, or who is part of the matter."""
    decider: Person | None = move.given("decided_by")
    if decider is None:
        return ""
    if not decider.holds(*DECIDERS, process="complaint"):
        return gettext("%(person)s may not decide on complaints.") % {"person": decider}
    if decider.pk in involved(record):
        return gettext("%(person)s is part of the matter: the handler of a complaint must be independent.") % {
            "person": decider
        }
    return ""


def higher_left(record: Any, move: Move) -> str:
    """Object to escalating above the management representative."""
    if record.escalation_level >= HIGHEST - 1:
        return gettext("The complaint is with the management representative already.")
    return ""

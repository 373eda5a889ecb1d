"""What the moves of supplier cases, contracts, disputes and reviews change beside the state."""

from __future__ import annotations

import re
from typing import Any

from itsm.flow import Move
from itsm.tickets import assignments

ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")


def _take(record: Any, move: Move, *names: str) -> None:
    """Keep what was given under the same names."""
    for name in names:
        setattr(record, name, move.given(name, getattr(record, name)))


# ---- supplier cases -------------------------------------------------------------------------
def send(record: Any, move: Move) -> None:
    """Keep what was asked of whom; the contract's time runs from now."""
    record.under = move.given("contract", record.under)
    _take(record, move, "reference", "contact", "question")
    record.sent_at = move.at
    _ask(record, move, record.question)


def _ask(record: Any, move: Move, question: str) -> None:
    record.exchanges.create(
        number=record.exchanges.count() + 1, asked_at=move.at, asked_by=move.by, question=question, mailed_to=address_of(record),
    )  # fmt: skip


def address_of(record: Any) -> str:
    """Give the address to which the question is mailed: the one that the contact names, or that of who is named."""
    said = record.contact
    if found := ADDRESS.search(said):
        return found[0]
    if not said.strip() or record.under is None:
        return ""
    known = record.under.supplier.contacts.exclude(email="").order_by("pk")
    return next((row.email for row in known if row.name and row.name in said), "")


def record_answer(record: Any, move: Move) -> None:
    """Keep what the supplier answered to the last question."""
    record.answered_at = record.resolved_at = move.at
    last = record.exchanges.order_by("-number")[:1]
    record.exchanges.filter(pk__in=[row.pk for row in last]).update(answer=move.given("answer"), answered_at=move.at)


def ask_again(record: Any, move: Move) -> None:
    """Ask for what is missing; the time goes on."""
    record.answered_at = record.resolved_at = None
    _ask(record, move, move.given("missing", ""))


def close(record: Any, move: Move) -> None:
    """End it with what came of it, for the score of the supplier."""
    record.outcome = move.given("outcome")
    _end(record, move, record.outcome)


def cancel(record: Any, move: Move) -> None:
    """End it without an answer."""
    _end(record, move, "cancelled")


def _end(record: Any, move: Move, code: str) -> None:
    record.closed_at, record.closure_code = move.at, code
    record.tasks.filter(state="open").update(state="skipped", ended_at=move.at)
    assignments.end(record, at=move.at)


# ---- contracts ------------------------------------------------------------------------------
def keep_review(record: Any, move: Move) -> None:
    """Keep the minutes of a review and when the next one is."""
    _take(record, move, "review_on")
    record.reviewed_at = move.at


def renew(record: Any, move: Move) -> None:
    """Keep the new end and the next review."""
    _take(record, move, "ends_on", "review_on")
    record.reviewed_at = move.at


def end_contract(record: Any, move: Move) -> None:
    """Keep when it ended."""
    record.ended_at = move.at


# ---- disputes -------------------------------------------------------------------------------
def negotiate(record: Any, move: Move) -> None:
    """Keep about which contract it is."""
    record.under = move.given("contract", record.under)
    if record.under is not None:
        record.supplier = record.under.supplier


def settle(record: Any, move: Move) -> None:
    """Keep the result."""
    record.result, record.favour, record.ended_at = move.given("result", ""), move.given("favour", ""), move.at


def drop_dispute(record: Any, move: Move) -> None:
    """End it without a result."""
    record.ended_at = move.at


# ---- service reviews ------------------------------------------------------------------------
def hold_review(record: Any, move: Move) -> None:
    """Keep who was there and what was decided."""
    _take(record, move, "attendees", "minutes", "decisions", "business_changes", "new_requirements")
    record.held_at = move.at


def sign_review(record: Any, move: Move) -> None:
    """Keep who signed, and plan the next one with the customer."""
    from relationships.customer_models import Customer

    record.signed_by, record.signed_at = move.given("signed_by"), move.at
    Customer.objects.filter(pk=record.customer_id).update(next_review_on=move.given("next_on"))

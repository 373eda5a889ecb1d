"""Setting what contracts may cost, entering invoices and deciding on them; each is journaled on its contract."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext

from itsm.flow import Move
from itsm.records import journal
from itsm.records.clock import database_now, whole
from itsm.records.models import Event
from itsm.records.perform import lock
from itsm.records.refusals import MovedOn, NotAllowed, Objected
from relationships import spending_telling as telling
from relationships.models import Contract, ContractBudget, Supplier, SupplierInvoice
from relationships.spending_models import MOST
from relationships.spending_querysets import DECIDERS
from relationships.supplier_querysets import keeps

if TYPE_CHECKING:
    from itsm.people.models import Person

LONGEST_NUMBER, LONGEST_NOTE, LONGEST_REASON = 40, 200, 500
#: Years of days on papers.
YEARS = range(2000, 2200)
Kind, State = SupplierInvoice.Kind, SupplierInvoice.State


def decides(contract: Contract, person: Person) -> bool:
    """Tell whether ``person`` decides on invoices under the contract, if somebody else has entered them."""
    return bool(person.role_codes & DECIDERS) or (person.is_worker and contract.owner_id == person.pk)


def objection(invoice: SupplierInvoice, person: Person) -> str:
    """Say why ``person`` may not decide on an invoice; empty if nothing objects."""
    if not decides(invoice.contract, person):
        return gettext(
            "Invoices are decided on by who keeps contracts, who answers for the contract, and the management representative."
        )
    if invoice.entered_by_id == person.pk:
        return gettext("You entered it: somebody else decides on it.")
    return ""


def set_budget(
    contract: Contract, *, by: Person, starts_on: date, ends_on: date, amount: int, note: str = "", at: datetime | None = None,
    budget: ContractBudget | None = None,
) -> ContractBudget:  # fmt: skip
    """Say what a contract may cost from one day to another, both included; ``budget`` is the one that is changed.

    :raises NotAllowed: if ``by`` does not keep contracts
    :raises Objected: if the days run backwards or another budget of the contract has one of them, or the amount is none
    """
    if not keeps(by):
        raise NotAllowed
    with transaction.atomic():
        locked = lock(contract)
        faults = _amount_faults(amount) | _day_faults(starts_on=starts_on, ends_on=ends_on)
        if ends_on < starts_on:
            faults["ends_on"] = gettext("A budget ends after it begins.")
        made = (
            ContractBudget.objects.get(pk=budget.pk, contract=locked.pk) if budget else ContractBudget(contract=locked)
        )
        others = ContractBudget.objects.filter(contract=locked.pk).exclude(pk=made.pk)
        taken = others.overlapping(starts_on, ends_on).first()
        if taken is not None:
            faults["starts_on"] = gettext("There is a budget for these days already: %(span)s.") % {"span": taken}
        if faults:
            raise Objected(fields=faults)
        before = _facts(made) if budget else {}
        made.starts_on, made.ends_on, made.amount, made.note = starts_on, ends_on, amount, _line(note, LONGEST_NOTE)
        move = Move("change_budget" if budget else "set_budget", by, whole(at or database_now()))
        made.set_by, made.set_at = by, move.at
        made.save()
        _write(locked, move, budget=made.pk, before=before, **_facts(made))
    return made


def enter_invoice(
    contract: Contract, *, by: Person, number: str, issued_on: date, received_on: date, amount: int, kind: str = Kind.INVOICE,
    note: str = "", at: datetime | None = None,
) -> SupplierInvoice:  # fmt: skip
    """Enter an invoice as it stands on the paper; the amount of a credit note, above zero there, is kept as its negative.

    :raises NotAllowed: if ``by`` does not keep contracts
    :raises Objected: if the contract was never in force, the supplier sent the number before, or a day or the amount is none
    """
    if not keeps(by):
        raise NotAllowed
    with transaction.atomic():
        locked = lock(contract)
        if locked.state == "draft":
            raise Objected(gettext("Nothing is paid under a contract that was never in force."))
        move = Move("enter_invoice", by, whole(at or database_now()))
        named = " ".join(number.replace("\x00", "").split())
        faults = _amount_faults(amount) | _day_faults(issued_on=issued_on, received_on=received_on)
        if received_on > localdate(move.at):
            faults["received_on"] = gettext("The date must not lie in the future.")
        faults |= _number_faults(locked, named)
        if faults:
            raise Objected(fields=faults)
        made: SupplierInvoice = SupplierInvoice.objects.create(
            contract=locked, supplier_id=locked.supplier_id, kind=Kind(kind), number=named, issued_on=issued_on,
            received_on=received_on, amount=-amount if kind == Kind.CREDIT else amount, note=_line(note, LONGEST_NOTE),
            entered_by=by, entered_at=move.at,
        )  # fmt: skip
        _write(locked, move, invoice=made.pk, number=named, amount=made.amount)
        telling.entered(made, by=by, at=move.at)
    return made


def decide(
    invoice: SupplierInvoice, *, approve: bool, by: Person, reason: str = "", at: datetime | None = None
) -> SupplierInvoice:
    """Approve an invoice, or refuse it with a reason.

    :raises NotAllowed: if ``by`` decides on no invoices of the contract
    :raises Objected: if ``by`` entered it, or it is refused without a reason
    :raises MovedOn: if somebody has decided on it
    """
    with transaction.atomic():
        contract = lock(invoice.contract)
        found: SupplierInvoice = SupplierInvoice.objects.select_for_update(no_key=True).get(pk=invoice.pk)
        found.contract = contract
        if not decides(contract, by):
            raise NotAllowed
        if not found.is_open:
            raise MovedOn(str(found.get_state_display()))
        if said := objection(found, by):
            raise Objected(said)
        words = _line(reason, LONGEST_REASON)
        if not (approve or words):
            raise Objected(fields={"reason": gettext("Say why.")})
        move = Move("approve_invoice" if approve else "refuse_invoice", by, whole(at or database_now()))
        found.state = State.APPROVED if approve else State.REFUSED
        found.decided_by, found.decided_at, found.reason = by, move.at, words
        found.save(update_fields=["state", "decided_by", "decided_at", "reason"])
        _write(contract, move, reason=words, invoice=found.pk, number=found.number, amount=found.amount)
        telling.decided(found, by=by, at=move.at)
    return found


def _write(contract: Contract, move: Move, *, reason: str = "", **facts: Any) -> None:
    journal.write(contract, kind=Event.Kind.EDITED, name=move.name, move=move, reason=reason, **facts)


def _facts(budget: ContractBudget) -> dict[str, Any]:
    return {"starts_on": budget.starts_on, "ends_on": budget.ends_on, "amount": budget.amount}


def _number_faults(contract: Contract, number: str) -> dict[str, str]:
    """Say what is wrong with a number; the supplier is locked, because other contracts share its numbers."""
    if not 0 < len(number) <= LONGEST_NUMBER:
        return {"number": gettext("The number needs 1 to 40 characters.")}
    supplier = Supplier.objects.select_for_update(no_key=True).get(pk=contract.supplier_id)
    if supplier.invoices.exclude(state=State.REFUSED).filter(number__iexact=number).exists():
        return {"number": gettext("This supplier's invoice %(number)s was entered before.") % {"number": number}}
    return {}


def _line(text: str, longest: int) -> str:
    return " ".join(text.replace("\x00", "").split())[:longest]


def _amount_faults(amount: int) -> dict[str, str]:
    if 1 <= amount <= MOST:
        return {}
    return {"amount": gettext("Write whole NT$ from 1 to %(most)s.") % {"most": f"{MOST:,}"}}


def _day_faults(**days: date) -> dict[str, str]:
    said = gettext("The year must lie between %(first)s and %(last)s.") % {"first": YEARS[0], "last": YEARS[-1]}
    return {name: said for name, day in days.items() if day.year not in YEARS}

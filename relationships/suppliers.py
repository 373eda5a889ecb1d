"""Opening supplier cases, contracts and disputes, and evaluating suppliers."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext

from itsm.flow import Move
from itsm.records import journal, register
from itsm.records.clock import database_now, whole
from itsm.records.links import link, linked
from itsm.records.models import Event, LinkKind
from itsm.records.perform import lock, open_record, saving
from itsm.records.refusals import NotAllowed, Objected
from itsm.records.roles import roles_on
from relationships.models import Contract, Supplier, SupplierCase, SupplierDispute, SupplierEvaluation
from relationships.supplier_querysets import keeps

if TYPE_CHECKING:
    from itsm.people.models import Person

LONGEST_TITLE = 160
#: What may wait for a supplier.
WAITS = ("incident", "problem", "service_request", "change")
COPIED = ("service", "category", "priority", "impact", "urgency", "team", "assignee", "confidential", "kept_from")
#: States in which a contract may be written anew.
CHANGED_IN = ("draft", "under_review")
MARKS = ("quality", "timeliness", "cooperation", "price")


def open_case(
    origin: Any, *, by: Person, at: datetime | None = None, title: str = "", question: str = "", contract: Contract | None = None
) -> SupplierCase:  # fmt: skip
    """Open a supplier case for ``origin``, which waits for it, with what is known filled in.

    :raises NotAllowed: if ``by`` does not work on the origin
    :raises Objected: if the origin is over or of a process that waits for no supplier
    """
    with transaction.atomic():
        locked = lock(origin)
        if not roles_on(locked, person=by) & register.workers(locked):
            raise NotAllowed
        if locked.kind not in WAITS or not locked.is_open:
            raise Objected(gettext("A supplier is asked about a case that is open."))
        move = Move("open_supplier_case", by, whole(at or database_now()))
        return opened_for(locked, move=move, title=title, question=question, contract=contract)


def opened_for(
    origin: Any, *, move: Move, title: str = "", question: str = "", contract: Contract | None = None
) -> SupplierCase:  # fmt: skip
    """Open it inside the transaction of ``move`` on the locked ``origin``."""
    fields = {name: getattr(origin, name) for name in COPIED}
    subject = " ".join((title or origin.title).replace("\x00", "").split())[:LONGEST_TITLE]
    made: SupplierCase = open_record(
        SupplierCase, by=move.by, at=move.at, channel="portal", fired_by=move, title=subject,
        requester=move.by or origin.assignee or origin.requester, description=origin.description,
        question=question.replace("\x00", ""), under=contract, received_at=move.at, **fields,
    )  # fmt: skip
    link(origin, made, kind=LinkKind.SUPPLIER_CASE, by=move.by, at=move.at, auto=True)
    journal.write(origin, kind=Event.Kind.LINKED, name="link", move=move, other=made.number)
    return made


def cases_of(record: Any) -> list[SupplierCase]:
    """List the supplier cases that ``record`` waits or waited for, the first opened first."""
    keys = [row.pk for row in linked(record, kind=LinkKind.SUPPLIER_CASE).records]
    return list(SupplierCase.objects.filter(pk__in=keys).order_by("pk")) if keys else []


def open_contract(
    *, by: Person, supplier: Supplier, title: str, at: datetime | None = None, targets: dict[int | None, int] | None = None, **fields: Any
) -> Contract:  # fmt: skip
    """Draft a contract; ``targets`` give the minutes of an answer by priority, None for any.

    :raises NotAllowed: if ``by`` does not keep contracts
    :raises Objected: if the subject is missing or too long
    """
    if not keeps(by):
        raise NotAllowed
    subject = " ".join(title.replace("\x00", "").split())
    if not 0 < len(subject) <= LONGEST_TITLE:
        raise Objected(fields={"title": gettext("The subject needs 1 to 160 characters.")})
    with transaction.atomic():
        made: Contract = open_record(Contract, by=by, at=at, title=subject, supplier=supplier, owner=by, **fields)
        for priority, minutes in (targets or {}).items():
            made.targets.create(priority=priority, minutes=minutes)
    return made


def change_contract(
    contract: Contract, *, by: Person, targets: dict[int | None, int], at: datetime | None = None, **given: Any
) -> None:
    """Write a contract anew while it is drafted or reviewed, journaled with what was before.

    :raises NotAllowed: if ``by`` does not keep contracts
    :raises Objected: if it is in force or over
    """
    if not keeps(by):
        raise NotAllowed
    services = given.pop("services", None)
    with transaction.atomic():
        locked = lock(contract)
        if locked.state not in CHANGED_IN:
            raise Objected(gettext("A contract in force is changed only under review."))
        move = Move("edit", by, whole(at or database_now()))
        before = {name: getattr(locked, name) for name, value in given.items() if getattr(locked, name) != value}
        with saving(locked):
            for name, value in given.items():
                setattr(locked, name, value)
            locked.version += 1
            locked.changed_at = move.at
        if services is not None:
            locked.services.set(services)
        locked.targets.all().delete()
        for priority, minutes in targets.items():
            locked.targets.create(priority=priority, minutes=minutes)
        journal.write(
            locked,
            kind=Event.Kind.EDITED,
            name="edit",
            move=move,
            before=before,
            after={name: given[name] for name in before},
        )


def raise_dispute(
    *, by: Person, title: str, claim: str, at: datetime | None = None, supplier: Supplier | None = None,
    contract: Contract | None = None,
) -> SupplierDispute:  # fmt: skip
    """Note a disagreement with a supplier.

    :raises NotAllowed: if ``by`` does not keep contracts
    :raises Objected: if the subject or the claim is missing
    """
    if not keeps(by):
        raise NotAllowed
    subject = " ".join(title.replace("\x00", "").split())
    if not 0 < len(subject) <= LONGEST_TITLE:
        raise Objected(fields={"title": gettext("The subject needs 1 to 160 characters.")})
    if not claim.strip():
        raise Objected(fields={"claim": gettext("Say what we claim.")})
    made: SupplierDispute = open_record(
        SupplierDispute, by=by, at=at, title=subject, claim=claim.replace("\x00", ""), raised_by=by, under=contract,
        supplier=supplier or (contract.supplier if contract else None),
    )  # fmt: skip
    return made


def evaluate(
    supplier: Supplier, *, by: Person, held_on: date, minutes: str, next_on: date | None, marks: dict[str, int]
) -> SupplierEvaluation:  # fmt: skip
    """Keep how a supplier did, and when it is looked at again.

    :raises NotAllowed: if ``by`` does not keep the register
    :raises Objected: if a mark is missing or not from 1 to 5, the minutes are missing, or the next date lies before
    """
    if not keeps(by):
        raise NotAllowed
    faults: dict[str, str] = {
        name: gettext("Give a mark from 1 to 5.") for name in MARKS if marks.get(name) not in range(1, 6)
    }
    if not minutes.strip():
        faults["minutes"] = gettext("Write what was found.")
    if next_on is not None and next_on <= held_on:
        faults["next_on"] = gettext("The date must lie in the future.")
    if faults:
        raise Objected(fields=faults)
    with transaction.atomic():
        made: SupplierEvaluation = SupplierEvaluation.objects.create(
            supplier=supplier,
            held_on=held_on,
            by=by,
            minutes=minutes.replace("\x00", ""),
            **{name: marks[name] for name in MARKS},
        )
        supplier.next_evaluation_on = next_on
        supplier.save(update_fields=["next_evaluation_on"])
    return made

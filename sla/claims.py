"""Claims that lost time does not count: made with evidence by one person, decided by the service level manager."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext

from catalogue.models import Service
from itsm.flow import pick
from itsm.records.clock import whole
from itsm.records.refusals import NotAllowed, Objected
from sla import agreements, claim_files
from sla.claim_overlaps import AlreadyClaimed, covering
from sla.models import ExclusionClaim, ExclusionClause
from sla.outages import may_write

if TYPE_CHECKING:
    from itsm.people.models import Person
    from itsm.tickets.models import Outage


@dataclass(frozen=True)
class Clause:
    """A circumstance that is agreed not to count; ``row`` is the agreement's, its words are kept with the claim."""

    code: str
    text_zh: str
    text_en: str = ""
    row: ExclusionClause | None = None

    @property
    def text(self) -> str:
        """The words in the active language."""
        return pick(self.text_zh, self.text_en)


#: What may be claimed of a service without an agreement; the slides' remark.
USUAL = (
    Clause("force_majeure", "天然災害不可抗力", "Natural disasters and force majeure"),
    Clause("fixed_line", "固網通信障礙", "Faults of fixed-line carriers"),
    Clause("beyond_control", "其他無法掌控之突發意外", "Other sudden events beyond control"),
)
DECIDER = "slm"
CLAIMED = ExclusionClaim.State.CLAIMED
MADE = "brm", "slm", "service_owner"  # who may write down what the customer objects to


def claim(
    service: Service, *, clause: Clause, started_at: datetime, ended_at: datetime, reason: str, evidence: str,
    by: Person, at: datetime, outage: Outage | None = None,
) -> ExclusionClaim:  # fmt: skip
    """Claim that the time from ``started_at`` to ``ended_at`` does not count under ``clause``.

    :raises NotAllowed: if ``by`` may not write outages down
    :raises AlreadyClaimed: if one claim under the clause covers all of it; a part may be claimed again and counts once
    :raises Objected: with what is wrong
    """
    if not may_write(by):
        raise NotAllowed
    wrong: dict[str, str] = {}
    if ended_at <= started_at:
        wrong["ended_at"] = gettext("The exclusion ends before it starts.")
    if started_at > at:
        wrong["started_at"] = gettext("Time that lies ahead cannot be excluded.")
    if not reason.strip():
        wrong["reason"] = gettext("Say what happened.")
    if outage is not None and outage.service_id != service.pk:
        wrong["outage"] = gettext("This outage is of another service.")
    if wrong:
        raise Objected(fields=wrong)
    start, end = whole(started_at), whole(ended_at)
    with transaction.atomic():
        Service.objects.select_for_update(no_key=True).get(
            pk=service.pk
        )  # two who claim the same at once: one after the other
        if first := covering(service, clause.code, start, end):
            raise AlreadyClaimed(first)
        return ExclusionClaim.objects.create(
            service=service, outage=outage, clause=clause.row, clause_code=clause.code, clause_zh=clause.text_zh,
            clause_en=clause.text_en, started_at=start, ended_at=end, reason=reason.strip(), evidence=evidence.strip(),
            requested_by=by, requested_at=whole(at),
        )  # fmt: skip


def clauses_of(service: Service, *, at: datetime) -> list[Clause]:
    """List what may be claimed of a service: the clauses of its agreements in force, else the usual ones."""
    editions = agreements.in_force(at=at, service=service)
    agreed = [row for edition in editions for row in edition.exclusions.all() if row.effect != "response"]
    found = {row.code: Clause(row.code, row.text_zh, row.text_en, row) for row in agreed}
    return list(found.values()) or list(USUAL)


def why_not_decide(made: ExclusionClaim, *, by: Person) -> str:
    """Say why ``by`` may not decide the claim, or nothing."""
    if DECIDER not in by.role_codes:
        return gettext("The service level manager decides on exclusions.")
    if made.requested_by_id == by.pk:
        return gettext("Separation of duties: you cannot decide your own claim.")
    if made.state != CLAIMED:
        return gettext("The claim is decided already.")
    return ""


def decide(
    made: ExclusionClaim, *, approve: bool, note: str, by: Person, at: datetime, evidence: str = ""
) -> ExclusionClaim:
    """Approve or reject a claim; approval needs evidence, rejection a reason.

    :raises NotAllowed: if ``by`` is not the service level manager
    :raises Objected: if it is their own claim, decided already, or evidence or reason is missing
    """
    if DECIDER not in by.role_codes:
        raise NotAllowed
    with transaction.atomic():
        held = ExclusionClaim.objects.select_for_update().get(pk=made.pk)
        if why := why_not_decide(held, by=by):
            raise Objected(why)
        held.evidence = held.evidence or evidence.strip() or claim_files.named(held)
        if approve and not held.evidence:
            raise Objected(fields={"evidence": gettext("An exclusion is approved only with evidence.")})
        if not approve and not note.strip():
            raise Objected(fields={"note": gettext("Say why it is rejected.")})
        held.state = ExclusionClaim.State.APPROVED if approve else ExclusionClaim.State.REJECTED
        held.decided_by, held.decided_at, held.decision_note = by, whole(at), note.strip()
        held.save()
    return held


def withdraw(made: ExclusionClaim, *, by: Person, at: datetime) -> ExclusionClaim:
    """Take one's own claim back while it is not decided.

    :raises NotAllowed: if somebody else made it
    :raises Objected: if it is decided already
    """
    if made.requested_by_id != by.pk:
        raise NotAllowed
    with transaction.atomic():
        held = ExclusionClaim.objects.select_for_update().get(pk=made.pk)
        if held.state != CLAIMED:
            raise Objected(gettext("The claim is decided already."))
        held.state = ExclusionClaim.State.WITHDRAWN
        held.save()
    return held


def object_to(made: ExclusionClaim, *, words: str, by: Person, at: datetime) -> ExclusionClaim:
    """Write down what the customer holds against an exclusion; figures follow the decision, the objection is shown.

    :raises NotAllowed: if ``by`` does not speak with customers
    :raises Objected: if nothing is said
    """
    if not by.role_codes & set(MADE):
        raise NotAllowed
    if not words.strip():
        raise Objected(fields={"objection": gettext("Say what the customer objects to.")})
    with transaction.atomic():
        held = ExclusionClaim.objects.select_for_update().get(pk=made.pk)
        held.objection, held.objected_at = words.strip(), whole(at)
        held.save()
    return held


def facts(made: ExclusionClaim) -> dict[str, Any]:
    """Lay a claim out as plain values, for issued figures."""
    return {
        "id": made.pk, "clause": made.clause_code, "clause_zh": made.clause_zh, "clause_en": made.clause_en,
        "started_at": made.started_at.isoformat(), "ended_at": made.ended_at.isoformat(), "state": made.state,
        "objection": made.objection,
    }  # fmt: skip

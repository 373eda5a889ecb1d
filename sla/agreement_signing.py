"""Signing an agreement by both sides: asked, answered once each, and signed when both have said yes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext

from itsm.flow import Move
from itsm.records import journal
from itsm.records.clock import whole
from itsm.records.models import Event
from itsm.records.perform import lock, perform, saving
from itsm.records.refusals import Objected, Stale
from sla import agreement_seal
from sla.agreement_guards import numbers
from sla.models import AgreementEdition, ServiceAgreement, SignatureRequest
from sla.signers import other_side, speaks_for_other_side

if TYPE_CHECKING:
    from itsm.people.models import Person

ANSWER = SignatureRequest.Answer
LONGEST_NAME = 120
LONGEST_REASON = 4000


@dataclass(frozen=True)
class Signature:
    """What somebody answers: their name and title, or why not."""

    name: str = ""
    title: str = ""
    reason: str = ""


def sides_of(record: ServiceAgreement) -> tuple[str, str]:
    """Name our side and the other."""
    theirs, _unit, _team = other_side(record)
    return ("customer" if theirs == "provider" else "provider"), theirs


def waiting(edition: AgreementEdition) -> Any:
    """List what was asked for an edition and is neither declined nor withdrawn."""
    return edition.requests.filter(answer__in=(ANSWER.OPEN, ANSWER.SIGNED))


def ask(record: ServiceAgreement, move: Move) -> None:
    """Seal the edition that is negotiated and ask both sides for their signatures; who asks for their own gives it."""
    edition = record.editions.drafts().get()
    found = numbers(str(move.given("edition", edition.number)))
    assert found is not None  # the condition of the move has read it
    edition.major, edition.minor = found
    edition.digest, edition.sealed_at = "", move.at
    edition.digest = agreement_seal.digest_of(edition)
    edition.save(update_fields=["major", "minor", "digest", "sealed_at"])
    for side, person in zip(sides_of(record), (move.given("provider_signer"), move.given("other_signer")), strict=True):
        asked = SignatureRequest.objects.create(
            edition=edition, side=side, person=person, asked_at=move.at, digest=edition.digest
        )
        if person == move.by:
            _answered(asked, ANSWER.SIGNED, at=move.at, name=person.name)


def _answered(asked: SignatureRequest, answer: str, *, at: datetime, **given: str) -> None:
    asked.answer, asked.answered_at = answer, at
    for name, value in given.items():
        setattr(asked, name, value)
    asked.save(update_fields=["answer", "answered_at", *given])


def withdraw(edition: AgreementEdition, *, at: datetime) -> None:
    """Take back what was asked and break the seal: the edition may be written again."""
    for asked in waiting(edition):
        _answered(asked, ANSWER.WITHDRAWN, at=at)
    edition.digest, edition.sealed_at = "", None
    edition.save(update_fields=["digest", "sealed_at"])


def open_for(record: ServiceAgreement, person: Person) -> SignatureRequest | None:
    """Find what ``person`` is asked to sign of an agreement now."""
    found: SignatureRequest | None = (
        SignatureRequest.objects.filter(edition__agreement=record.pk, person=person.pk, answer=ANSWER.OPEN)
        .select_related("edition__agreement")
        .first()
    )
    return found if found is not None and may_sign(found) else None


def asked_of(person: Person, number: str) -> SignatureRequest | None:
    """Find what ``person`` is asked to sign of the agreement with that number; None for everybody else."""
    found = ServiceAgreement.objects.filter(
        number=number.replace("\x00", ""), editions__requests__person=person.pk
    ).first()
    return open_for(found, person) if found is not None else None


def may_sign(asked: SignatureRequest) -> bool:
    """Tell whether who was asked may still sign for that side."""
    record = asked.edition.agreement
    ours, _theirs = sides_of(record)
    return asked.side == ours or speaks_for_other_side(record, asked.person)


def answer(
    record: ServiceAgreement, choice: str, signature: Signature, *, digest: str, by: Person, at: datetime, channel: str
) -> ServiceAgreement:
    """Sign or decline in the name of ``by``; the last signature that is missing signs the agreement.

    :raises Objected: if nothing is asked of them, a name is missing, or a refusal has no reason
    :raises Stale: if the contents are not those whose seal ``digest`` they were shown
    """
    with transaction.atomic():
        locked: ServiceAgreement = lock(record)
        asked = open_for(locked, by)
        if asked is None:
            raise Objected(gettext("Your signature is not asked for here."))
        if digest != asked.digest or not agreement_seal.stands(asked.edition):
            raise Stale
        move = Move("signature", by, whole(at), channel)
        if choice == ANSWER.DECLINED:
            _decline(locked, asked, signature, move)
            return locked
        _sign(locked, asked, signature, move)
        if waiting(asked.edition).exclude(answer=ANSWER.SIGNED).exists():
            return locked
        ours = waiting(asked.edition).get(side=sides_of(locked)[0])
        theirs = waiting(asked.edition).get(side=sides_of(locked)[1])
        signed: ServiceAgreement = perform(
            locked, "sign", by=by, at=move.at, channel=channel, fired_by=move, provider_signer=ours.person,
            customer_signer=theirs.name, customer_title=theirs.title, how="system", edition=asked.edition.number,
        )  # fmt: skip
    return signed


def _sign(record: ServiceAgreement, asked: SignatureRequest, signature: Signature, move: Move) -> None:
    name, title = (" ".join(text.replace("\x00", "").split()) for text in (signature.name, signature.title))
    if not name:
        raise Objected(fields={"name": gettext("Write your name.")})
    if max(len(name), len(title)) > LONGEST_NAME:
        words = gettext("Name and job title have at most %(most)s characters each.") % {"most": LONGEST_NAME}
        raise Objected(fields={"name" if len(name) > LONGEST_NAME else "title": words})
    _answered(asked, ANSWER.SIGNED, at=move.at, name=name, title=title)
    _note(record, asked, move, "signature_given")


def _decline(record: ServiceAgreement, asked: SignatureRequest, signature: Signature, move: Move) -> None:
    """Keep why, and give the edition back to its writing."""
    reason = signature.reason.replace("\x00", "").strip()[:LONGEST_REASON]
    if not reason:
        raise Objected(fields={"reason": gettext("Say why you do not sign.")})
    _answered(asked, ANSWER.DECLINED, at=move.at, reason=reason)
    withdraw(asked.edition, at=move.at)
    _note(record, asked, move, "signature_declined", reason=reason)


def _note(record: ServiceAgreement, asked: SignatureRequest, move: Move, name: str, reason: str = "") -> None:
    """Write the journal, tell who waits for it, and count the version on."""
    from sla import agreement_telling

    with saving(record):
        record.version += 1
        record.changed_at = move.at
    event = journal.write(
        record, kind=Event.Kind.APPROVAL, name=name, move=move, reason=reason, public=True, edition=asked.edition.number,
        side=asked.side, seal=asked.digest,
    )  # fmt: skip
    agreement_telling.answered(record, move, event, edition=asked.edition.number)

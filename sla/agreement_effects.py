"""What the moves of an agreement change beside its state."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.timezone import localdate

from itsm.flow import Move
from itsm.records.links import link
from itsm.records.models import LinkKind
from sla.agreement_guards import numbers


def months_after(day: date, months: int) -> date:
    """Give the same day so many months later, or the last day of a shorter month."""
    first = day.year * 12 + day.month - 1 + months
    year, month = divmod(first, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def ask_signatures(record: Any, move: Move) -> None:
    """Seal the edition and ask both sides for their signatures."""
    from sla import agreement_signing

    agreement_signing.ask(record, move)


def withdraw_signatures(record: Any, move: Move) -> None:
    """Take the request back, so that the edition may be written again."""
    from sla import agreement_signing

    agreement_signing.withdraw(record.editions.drafts().get(), at=move.at)


def sign(record: Any, move: Move) -> None:
    """Keep both signatures, the number and the seal; what was signed is never altered from here on."""
    from sla import agreement_seal

    edition = record.editions.drafts().get()
    found = numbers(str(move.given("edition", edition.number)))
    assert found is not None  # the condition of the move has read it
    edition.major, edition.minor = found
    edition.digest = agreement_seal.digest_of(edition)
    edition.sealed_at = edition.sealed_at or move.at
    edition.signatories.filter(signed_at=None).delete()
    _keep_signatures(record, edition, move)
    edition.signed_at = move.at
    edition.save(update_fields=["major", "minor", "digest", "sealed_at", "signed_at"])


def _keep_signatures(record: Any, edition: Any, move: Move) -> None:
    """Keep who signed for each side: as they answered here, else as the one who signs on paper says."""
    from sla.agreement_signing import sides_of
    from sla.models import Signatory

    given = list(edition.requests.filter(answer="signed"))
    for one in given:
        Signatory.objects.create(
            edition=edition, side=one.side, person=one.person, name=one.name, title=one.title, method=Signatory.Method.SYSTEM,
            signed_at=one.answered_at,
        )  # fmt: skip
    if given:
        return
    (us, them), ours = sides_of(record), move.given("provider_signer")
    signed = {"method": str(move.given("how", "paper")), "signed_at": move.at}
    Signatory.objects.create(edition=edition, side=us, person=ours, name=ours.name, **signed)
    Signatory.objects.create(
        edition=edition, side=them, name=str(move.given("customer_signer"))[:120],
        title=str(move.given("customer_title", ""))[:120], **signed,
    )  # fmt: skip


def activate(record: Any, move: Move) -> None:
    """Put the signed edition in force and end the one before it; what stands on it is judged anew."""
    from sla import agreement_chain

    edition = record.editions.filter(signed_at__isnull=False, applied_at=None, ended_at=None).first()
    for old in record.editions.in_force_now():
        old.ended_at = move.at
        old.save(update_fields=["ended_at"])
    edition.valid_from, edition.applied_at = move.given("effective_on"), move.at
    if edition.next_review_on is None or edition.next_review_on <= localdate(move.at):
        edition.next_review_on = months_after(localdate(move.at), edition.review_every_months)
    edition.save(update_fields=["valid_from", "applied_at", "next_review_on"])
    agreement_chain.refresh(record, at=move.at)


def confirm(record: Any, move: Move) -> None:
    """Set the day of the next review: the one given, or after the agreed interval."""
    for edition in record.editions.in_force_now():
        after = months_after(localdate(move.at), edition.review_every_months)
        edition.next_review_on = move.given("next_review_on", after)
        edition.save(update_fields=["next_review_on"])


def revise(record: Any, move: Move) -> None:
    """Begin the next edition as a copy of the last; the one in force goes on until the new one is."""
    from sla import agreement_writing

    change = move.given("change")
    agreement_writing.next_edition(record, change=change, at=move.at)
    link(change, record, kind=LinkKind.RELATED_TO, by=move.by, at=move.at, auto=True)


def end(record: Any, move: Move) -> None:
    """End what is in force and take back what is asked; what stood on it is judged anew."""
    from sla import agreement_chain, agreement_signing

    for edition in record.editions.drafts().filter(sealed_at__isnull=False):
        agreement_signing.withdraw(edition, at=move.at)
    for edition in record.editions.in_force_now():
        edition.ended_at = move.at
        edition.save(update_fields=["ended_at"])
    agreement_chain.refresh(record, at=move.at)

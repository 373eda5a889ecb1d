"""Signing an agreement by the signed link of a mail: no sign-in, once, exactly the contents that the page shows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from itsm.notices.links import Claim, Purpose, add_purpose
from sla import agreement_page, agreement_signing
from sla.agreement_signing import Signature
from sla.agreement_telling import PURPOSE
from sla.models import ServiceAgreement, SignatureRequest

if TYPE_CHECKING:
    from itsm.people.models import Person

LABELS = {"signed": gettext_lazy("has signed"), "declined": gettext_lazy("declined")}


def register() -> None:
    """Register the purpose of links that sign."""
    add_purpose(
        Purpose(
            PURPOSE, choices=("signed", "declined"), labels=LABELS, finds=finds, is_over=is_over, answer=answer, shows=shows,
            opens_case=False, leads=leads,
        )
    )  # fmt: skip


def finds(person: Person, key: int) -> ServiceAgreement | None:
    """Find the agreement, for whoever was asked to sign it and still speaks for that side; None for everybody else."""
    asked = SignatureRequest.objects.filter(person=person.pk, edition__agreement=key).select_related("person")
    last = asked.select_related("edition__agreement").last()
    if last is None or not agreement_signing.may_sign(last):
        return None
    found: ServiceAgreement = last.edition.agreement
    return found


def is_over(claim: Claim) -> bool:
    """Tell whether what the link was sent for is not asked any more: withdrawn, declined by the other side, or signed."""
    asked = agreement_signing.open_for(claim.record, claim.person)
    return asked is None or asked.asked_at > claim.issued_at


def leads(claim: Claim) -> str:
    """Give where its person signs when signed in, while the signature is asked for."""
    asked = agreement_signing.open_for(claim.record, claim.person)
    return "" if asked is None else reverse("agreements:sign", args=[claim.record.number])


def answer(claim: Claim, given: Mapping[str, str], at: datetime) -> Any:
    """Sign or decline in the name of the link's person."""
    signature = Signature(given.get("name", ""), given.get("title", ""), given.get("reason", ""))
    return agreement_signing.answer(
        claim.record, given["choice"], signature, digest=given.get("digest", ""), by=claim.person, at=at, channel="mail"
    )


def shows(claim: Claim, at: datetime) -> dict[str, Any]:
    """Give everything that is signed, as the paper says it, with its seal."""
    asked = agreement_signing.open_for(claim.record, claim.person)
    assert asked is not None  # is_over() has looked
    return {
        "asked": asked, "edition": asked.edition, "parties": agreement_page.parties(claim.record),
        **agreement_page.shown(asked.edition, at=at),
    }  # fmt: skip

"""Signed links in mails: one purpose, one person, one record, seven days, one use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core import signing
from django.utils.translation import gettext

from itsm.notices.models import UsedLink
from itsm.people.models import Person
from itsm.records import register
from itsm.tickets.models import ApprovalRequest, Ticket

if TYPE_CHECKING:
    from itsm.records.models import Record

VALID_FOR = timedelta(days=7)
SALT = "itsm.notices.links"


@dataclass(frozen=True)
class Purpose:
    """What a link is for: the moves that say yes and no, whichever the process has.

    A purpose of another kind answers by ``answer(claim, given, at)`` with one of ``choices``, whose words are ``labels``;
    ``finds(person, key)`` tells which record its person may know of by that part, ``is_over(claim)`` whether it was
    overtaken (and ``says_over(claim)`` by what), and ``shows(claim, at)`` gives its page (``notices/link_<code>.html``) what is read there.
    ``leads(claim)`` gives where its person answers when signed in, empty when nothing is asked any more.
    """

    code: str
    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()
    says_how: str = ""  # the input of a yes that says how it was given
    choices: tuple[str, ...] = ("yes", "no")
    labels: Mapping[str, Any] = field(default_factory=dict)
    finds: Callable[[Person, int], Any] | None = None
    is_over: Callable[[Claim], bool] | None = None
    says_over: Callable[[Claim], str] | None = None
    answer: Callable[[Claim, Mapping[str, str], datetime], Any] | None = None
    shows: Callable[[Claim, datetime], dict[str, Any]] | None = None
    leads: Callable[[Claim], str] | None = None
    opens_case: bool = True  # its person may see the record itself when signed in


PURPOSES = {
    "confirm": Purpose(
        "confirm", ("confirm_resolution", "confirm_done"), ("reject_resolution", "confirm_not_done"), "confirmation"
    ),
    "consent": Purpose("consent", ("agree_to_close",), ("disagree",), says_how="consent_way"),
    "approve": Purpose("approve", ("approve_request",), ("reject_request",)),
}


def add_purpose(purpose: Purpose) -> None:
    """Register a purpose of a higher layer; the same code again replaces it."""
    PURPOSES[purpose.code] = purpose


class BadLink(Exception):
    """The link was not made here, or what it names is gone; the message is a sentence for people.

    ``leads`` is where its person goes on when signed in, if there is such a place.
    """

    def __init__(self, sentence: str, *, leads: str = "") -> None:
        super().__init__(sentence)
        self.leads = leads


@dataclass(frozen=True)
class Claim:
    """What a link says: who may decide what, since when."""

    purpose: Purpose
    person: Person
    record: Any
    issued_at: datetime
    key: str

    def expired(self, *, at: datetime) -> bool:
        """Tell whether its time is over."""
        return at > self.issued_at + VALID_FOR

    def used(self) -> UsedLink | None:
        """Find the decision that was made by it."""
        return UsedLink.objects.filter(key=self.key).first()


def seal(salt: str, values: list[Any]) -> str:
    """Make a token of plain values that nobody can alter; the same values give the same token."""
    return signing.Signer(salt=salt).sign_object(values, compress=False)


def unseal(salt: str, token: str) -> Any:
    """Read the values of a token.

    :raises BadLink: if it was not made here with that salt
    """
    try:
        return signing.Signer(salt=salt).unsign_object(token)
    except (signing.BadSignature, ValueError) as fault:
        raise BadLink(gettext("This link is not valid. Perhaps it was cut in two by the mail program.")) from fault


def sign(purpose: str, *, record: Record, person: Person, at: datetime) -> str:
    """Make the token of a link; the same arguments give the same token."""
    return seal(SALT, [PURPOSES[purpose].code, record.pk, person.pk, int(at.timestamp())])


def address(purpose: str, *, record: Record, person: Person, at: datetime) -> str:
    """Make the whole address of a link."""
    return f"{settings.SITE_URL}/a/{sign(purpose, record=record, person=person, at=at)}/"


def read(token: str) -> Claim:
    """Read a token; whether it is expired, used or overtaken is asked of the claim.

    :raises BadLink: if it was not signed here, or its person may not see the record any more
    """
    purpose, record_id, person_id, issued = unseal(SALT, token)
    person = Person.objects.active().filter(pk=person_id).first()
    record = _record(PURPOSES.get(purpose), person, record_id)
    if person is None or record is None:
        raise BadLink(gettext("This link is not valid any more."))
    issued_at = datetime.fromtimestamp(issued, UTC)
    return Claim(PURPOSES[purpose], person, record, issued_at, sha256(token.encode()).hexdigest())


def _record(purpose: Purpose | None, person: Person | None, key: int) -> Any:
    """Find the record that a link names, as far as its person may know of it."""
    if person is None or purpose is None:
        return None
    if purpose.finds is not None:
        return purpose.finds(person, key)
    seen = Ticket.objects.visible_to(person).filter(pk=key).first()
    return None if seen is None else register.load(seen)


def overtaken(claim: Claim) -> bool:
    """Tell whether the case moved on since the link was made: resolved again, or asked for approval again."""
    if claim.purpose.is_over is not None:
        return claim.purpose.is_over(claim)
    if claim.purpose.code in ("confirm", "consent"):
        resolved: datetime | None = claim.record.resolved_at
        return resolved is None or resolved.replace(microsecond=0) > claim.issued_at
    mine = ApprovalRequest.objects.filter(
        ticket=claim.record.pk, approver=claim.person, decision=ApprovalRequest.Decision.OPEN
    )
    return not any(asked.created_at.replace(microsecond=0) <= claim.issued_at for asked in mine)

"""A supplier's answer by mail: which case it is about, whether its sender is known there, and what comes of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext, gettext_noop, override

from itsm.flow import Move
from itsm.notices import audience
from itsm.notices.models import Outbox
from itsm.notices.outbox import Notice, put_many
from itsm.records import register
from itsm.records.perform import lock, perform
from itsm.tickets import comments, files
from relationships.models import SupplierCase, SupplierContact
from relationships.supplier_clock import waiting_for

if TYPE_CHECKING:
    from itsm.people.models import Person

#: What stands in the subject of a question: the number of the case and a key that nobody guesses.
KEY = re.compile(r"\b(SC-\d{6}-\d{5,})-([0-9a-f]{12})\b")
UNKNOWN = gettext_noop("It names no question of ours.")
STRANGER = gettext_noop("Its sender is not known for this supplier case.")


@dataclass(frozen=True)
class Answer:
    """What a mail says, as its reader took it apart.

    ``text`` are its own words, ``quoted`` all of them, ``references`` the Message-IDs that it answers.
    """

    sender: str
    subject: str
    text: str
    quoted: str = ""
    references: Sequence[str] = ()
    automatic: bool = False
    files: Sequence[tuple[str, bytes]] = field(default=())


class NotTaken(Exception):
    """The mail is no answer that may be put on a case by itself; ``case`` is the one that it names, if any."""

    def __init__(self, why: str, case: SupplierCase | None = None) -> None:
        super().__init__(why)
        self.why, self.case = why, case


def reference_of(case: Any) -> str:
    """Give what an answer must carry: the number with a key that only who was asked has read."""
    return f"{case.number}-{_key(case.pk)}"


def _key(pk: int) -> str:
    return salted_hmac("relationships.supplier_letters", str(pk)).hexdigest()[:12]


def case_of(answer: Answer) -> SupplierCase:
    """Find the case that the mail answers, by the Message-ID of the question or the key in its words.

    :raises NotTaken: if it carries neither, or comes from an address that nobody there has
    """
    found = _by_message(answer.references) or _by_key(f"{answer.subject}\n{answer.quoted or answer.text}")
    if found is None:
        raise NotTaken(UNKNOWN)
    if answer.sender.casefold() not in _known(found):
        raise NotTaken(STRANGER, found)
    return found


def _by_message(references: Sequence[str]) -> SupplierCase | None:
    asked = Outbox.objects.filter(template="supplier_question", message_id__in=list(references)[:50])
    found: SupplierCase | None = SupplierCase.objects.filter(pk__in=asked.values("record")).order_by("-pk").first()
    return found


def _by_key(words: str) -> SupplierCase | None:
    for number, key in KEY.findall(words)[:20]:
        case: SupplierCase | None = SupplierCase.objects.filter(number=number).first()
        if case is not None and constant_time_compare(key, _key(case.pk)):
            return case
    return None


def _known(case: SupplierCase) -> set[str]:
    """Collect the addresses that may answer: those that were asked, and the contacts of the supplier."""
    asked = set(case.exchanges.exclude(mailed_to="").values_list("mailed_to", flat=True))
    if case.under is not None:
        rows = SupplierContact.objects.filter(supplier=case.under.supplier_id).exclude(email="")
        asked |= set(rows.values_list("email", flat=True))
    return {address.casefold() for address in asked}


def take(answer: Answer, *, at: datetime, case: SupplierCase | None = None, by: Person | None = None) -> SupplierCase:
    """Put the mail on its case as an internal note with its files; a case that waits for it is answered by it.

    ``case`` and ``by`` are given where somebody has read a mail that was held back and says where it belongs.
    An automatic reply is kept, and answers nothing.

    :raises NotTaken: if it may not be put on a case by itself
    """
    with transaction.atomic():
        held: SupplierCase = lock(case or case_of(answer))
        move = Move("note", by, at, "mail")
        for settle in register.steps.settle:
            settle(held, move)
        note = comments.add_note(held, body=_note(answer), move=move)
        for name, content in answer.files:
            files.add_internal(held, name=name, content=content, move=move)
        if answer.automatic:
            return held
        told = _answer(held, answer, move)
        _tell(held, key=f"mail:{note.pk}", at=at, told=told)
    return held


def _note(answer: Answer) -> str:
    with override(settings.LANGUAGE_CODE):
        head = gettext("E-mail from %(sender)s: %(subject)s") % {"sender": answer.sender, "subject": answer.subject}
    return f"{head}\n\n{answer.text}"[: comments.LONGEST]


def _answer(held: Any, answer: Answer, move: Move) -> set[int]:
    """Record it as the answer where the case waits for one; gives who is told of that already."""
    if held.state != "waiting":
        return set()
    waits = {case.assignee_id for case in waiting_for(held) if case.assignee_id}
    said = answer.text[: comments.LONGEST]
    perform(held, "record_answer", by=None, at=move.at, channel="mail", answer=said)
    return waits


def _tell(held: Any, *, key: str, at: datetime, told: Iterable[int]) -> None:
    """Wake who has the case, else its team, else who asked; never anybody outside."""
    people = {held.assignee_id} if held.assignee_id else audience.members(held.team_id) or {held.requester_id}
    put_many(
        Notice(
            dedupe_key=f"{key}:{person}", event="assigned", template="supplier_wrote", at=at, person_id=person, record_id=held.pk,
        )
        for person in audience.without(people - set(told), actor=None)
    )  # fmt: skip

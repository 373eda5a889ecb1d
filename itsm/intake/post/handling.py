"""What is done with a mail that came in: kept once, tried a few times, put on its case or held back."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext, gettext_noop

from itsm.intake.post.models import InboundMail
from itsm.intake.post.reading import Letter, read
from itsm.records.attachments import keep, path_of
from itsm.records.refusals import Objected
from relationships import supplier_letters
from relationships.models import SupplierCase

if TYPE_CHECKING:
    from itsm.people.models import Person

MOST_TRIES = 5
BEGINNING = 400
UNREADABLE = gettext_noop("It could not be put anywhere after several tries.")
TWICE = gettext_noop("Another mail came under the same Message-ID with other words.")
CUT = gettext_noop("It is larger than what is taken; only its head was fetched.")


def keep_mail(raw: bytes, *, at: datetime, cut: bool = False) -> bool:
    """Keep a mail as it came; tells whether it is new. Once this returns, the server may forget it.

    ``cut`` says that only its head was fetched, because it is too large.
    """
    letter = read(raw)
    sha256, _size = keep([raw])
    known = InboundMail.objects.filter(mid_key=letter.mid_key).exclude(digest=letter.digest).exists()
    why = CUT if cut else TWICE if known else ""
    _made, new = InboundMail.objects.get_or_create(
        mid_key=letter.mid_key, digest=letter.digest,
        defaults={
            "sha256": sha256, "sender": letter.sender, "subject": letter.subject, "received_at": at, "why": why,
            "state": InboundMail.State.HELD if why else InboundMail.State.NEW,
        },
    )  # fmt: skip
    return new


def letter_of(mail: InboundMail) -> Letter:
    """Read a kept mail again.

    :raises FileNotFoundError: if it is gone from disk
    """
    return read(path_of(mail.sha256).read_bytes())


def beginning_of(mail: InboundMail) -> str:
    """Give the first words of a kept mail, for who decides on it."""
    try:
        return letter_of(mail).text[:BEGINNING]
    except FileNotFoundError:
        return ""


def work(*, at: datetime, most: int = 50) -> int:
    """Put what came in where it belongs; gives how many mails were dealt with.

    Each try is counted before it begins, so that one mail that always fails is set aside and keeps none waiting.
    """
    done = 0
    for mail in list(InboundMail.objects.waiting()[:most]):
        tried = InboundMail.objects.filter(pk=mail.pk, state=InboundMail.State.NEW, attempts=mail.attempts)
        if not tried.update(attempts=F("attempts") + 1):
            continue
        if mail.attempts >= MOST_TRIES:
            _end(mail, InboundMail.State.HELD, at=at, why=UNREADABLE)
        else:
            _put(mail, at=at)
        done += 1
    return done


def _put(mail: InboundMail, *, at: datetime) -> None:
    with transaction.atomic():
        if not InboundMail.objects.select_for_update().filter(pk=mail.pk, state=InboundMail.State.NEW).exists():
            return
        try:
            with transaction.atomic():
                case = supplier_letters.take(_answer(letter_of(mail)), at=mail.received_at)
        except supplier_letters.NotTaken as refusal:
            _end(mail, InboundMail.State.HELD, at=at, why=refusal.why, case=refusal.case)
        except Objected as refusal:
            _end(mail, InboundMail.State.HELD, at=at, why=" ".join(refusal.reasons))
        else:
            _end(mail, InboundMail.State.TAKEN, at=at, case=case)


def _answer(letter: Letter) -> supplier_letters.Answer:
    return supplier_letters.Answer(
        sender=letter.sender, subject=letter.subject, text=letter.text, quoted=letter.full, references=letter.references,
        automatic=letter.automatic, files=letter.files,
    )  # fmt: skip


def _end(
    mail: InboundMail, state: str, *, at: datetime, why: str = "", case: SupplierCase | None = None, by: Person | None = None
) -> None:  # fmt: skip
    InboundMail.objects.filter(pk=mail.pk).update(
        state=state, why=why[:300], record=case.pk if case else None, decided_at=at, decided_by=by
    )


# ---- what a person decides ------------------------------------------------------------------
def accept(mail: InboundMail, *, number: str, by: Person, at: datetime) -> SupplierCase:
    """Put a mail that was held back on the supplier case that ``by`` names.

    :raises Objected: if it is no longer held back, or there is no such supplier case that was sent
    """
    with transaction.atomic():
        held = _still_held(mail)
        case = SupplierCase.objects.filter(number=number.strip().upper(), sent_at__isnull=False).first()
        if case is None:
            raise Objected(fields={"number": gettext("There is no supplier case with this number that was sent.")})
        taken = supplier_letters.take(_answer(letter_of(held)), at=at, case=case, by=by)
        _end(held, InboundMail.State.TAKEN, at=at, case=taken, by=by)
    return taken


def discard(mail: InboundMail, *, by: Person, at: datetime) -> None:
    """Set a mail that was held back aside; it is kept with why it was held, and nothing comes of it.

    :raises Objected: if it is no longer held back
    """
    with transaction.atomic():
        held = _still_held(mail)
        held.state, held.decided_by, held.decided_at = InboundMail.State.DISCARDED, by, at
        held.save(update_fields=["state", "decided_by", "decided_at"])


def take_back(mail: InboundMail, *, at: datetime) -> None:
    """Hold a mail back again that was discarded by mistake.

    :raises Objected: if it is not discarded any more, or was too long ago
    """
    with transaction.atomic():
        locked = InboundMail.objects.select_for_update().get(pk=mail.pk)
        if locked.state != InboundMail.State.DISCARDED:
            raise Objected(gettext("Somebody has dealt with this mail already."))
        if not locked.can_be_taken_back(at=at):
            raise Objected(gettext("This cannot be undone any more: half an hour has passed."))
        locked.state, locked.decided_by, locked.decided_at = InboundMail.State.HELD, None, None
        locked.save(update_fields=["state", "decided_by", "decided_at"])


def _still_held(mail: InboundMail) -> InboundMail:
    held = InboundMail.objects.select_for_update().filter(pk=mail.pk, state=InboundMail.State.HELD).first()
    if held is None:
        raise Objected(gettext("Somebody has dealt with this mail already."))
    return held

"""A mail backend that keeps mails as rows in place of sending them: the demo's mailbox."""

from __future__ import annotations

from collections.abc import Sequence
from email.utils import parseaddr
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from itsm.notices.models import LocalMail
from itsm.people.models import Person
from itsm.records.clock import database_now

if TYPE_CHECKING:
    from django.core.mail import EmailMultiAlternatives


class LocalMailboxBackend(BaseEmailBackend):
    """Stores each mail once by its Message-ID."""

    def send_messages(self, email_messages: Sequence[EmailMessage | EmailMultiAlternatives]) -> int:
        """Keep the mails; gives how many."""
        now = database_now()
        rows = []
        for message in email_messages:
            built = message.message()
            rows.append(
                LocalMail(
                    message_id=str(built["Message-ID"])[:200], sender=str(message.from_email)[:200],
                    recipients=", ".join(message.recipients())[:500], subject=str(message.subject)[:300], body=str(message.body),
                    headers={name: str(value) for name, value in message.extra_headers.items()}, at=now,
                )
            )  # fmt: skip
        LocalMail.objects.bulk_create(rows, ignore_conflicts=True)
        return len(rows)


def may_open(person: Person) -> bool:
    """Tell whether ``person`` may open the mailbox page: administrators, and everyone in the demo."""
    return person.is_staff or bool(settings.DEMO_MODE)


def listed_for(person: Person) -> QuerySet[LocalMail]:
    """Find the mails whose lines ``person`` may see, newest first: all for administrators, else the readable ones."""
    mails = LocalMail.objects.order_by("-at", "-pk")
    return mails if person.is_staff else mails.filter(_readable(person))


def readable_by(person: Person) -> QuerySet[LocalMail]:
    """Find the mails that ``person`` may open: one's own, and in the demo those to its fictitious people."""
    return LocalMail.objects.filter(_readable(person))


def _readable(person: Person) -> Q:
    mine = Q(recipients__iexact=parseaddr(person.email)[1]) if person.email else Q(pk__in=[])
    if not settings.DEMO_MODE:
        return mine
    fictitious = (
        Person.objects.filter(is_demo=True).exclude(email="").annotate(address=Lower("email")).values("address")
    )
    return mine | Q(recipients__in=fictitious)

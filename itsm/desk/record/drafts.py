"""What somebody has typed and not sent: kept per person, case and composer."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from itsm.tickets.comments import LONGEST
from itsm.tickets.models import Draft

if TYPE_CHECKING:
    from itsm.people.models import Person


def keep(case: Any, *, kind: str, body: str, by: Person, at: datetime) -> None:
    """Keep a draft, cut to the longest text that can be sent; an empty one is forgotten."""
    text = body.replace("\x00", "")[:LONGEST]
    mine = Draft.objects.filter(ticket=case.pk, person=by, kind=kind)
    if not text.strip():
        mine.delete()
        return
    Draft.objects.update_or_create(ticket_id=case.pk, person=by, kind=kind, defaults={"body": text, "saved_at": at})

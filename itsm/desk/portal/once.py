"""One form makes one case, however often its button is pressed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from itsm.people.models import Person
from itsm.records.refusals import Refusal
from itsm.tickets.files import attach_file
from itsm.tickets.models import Ticket

if TYPE_CHECKING:
    from collections.abc import Iterable

REMEMBERED = timedelta(days=1)


def raise_once(person: Person, *, form: str, at: datetime, make: Callable[[], Any]) -> tuple[Any, bool]:
    """This will call ``make`` unless a case was made from this very ``form``; gives the case and whether it is new.

    :raises Refusal: as ``make`` does
    """
    with transaction.atomic():
        Person.objects.select_for_update(no_key=True).get(pk=person.pk)
        mine = Ticket.objects.filter(requester=person, received_at__gte=at - REMEMBERED)
        known = mine.filter(facts__form=form).first() if form else None
        return (known, False) if known is not None else (make(), True)


def add_files(case: Any, files: Iterable[UploadedFile[Any]], *, by: Person) -> list[str]:
    """This will attach files to a case that stands already; gives a sentence for each that was not kept."""
    lost = []
    for file in files:
        try:
            attach_file(case, name=file.name or "", pieces=file.chunks(), by=by, channel="portal")
        except Refusal as refusal:
            lost.append(f"{file.name}: {' '.join(refusal.reasons)}")
    return lost

"""Wrong data: reported by anybody who works cases, verified by a second person, carried out once."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext

from configuration.models import ConfigurationItem, Correction
from itsm.flow import Move
from itsm.records import journal
from itsm.records.models import Event

if TYPE_CHECKING:
    from itsm.people.models import Person


class Refused(Exception):
    """A correction cannot be judged so; carries the sentence."""


def report(
    item: ConfigurationItem, *, found: str, by: Person | None, at: datetime, field: str = "", recorded: str = "",
    source: str = Correction.Source.REPORT,
) -> Correction:  # fmt: skip
    """Keep what somebody found to be wrong, for those who keep the data to judge."""
    with transaction.atomic():
        made = Correction.objects.create(
            item=item, field=field, recorded=recorded, found=found.replace("\x00", ""), source=source, raised_by=by,
            raised_at=at,
        )  # fmt: skip
        move = Move("reported_wrong", by, at)
        journal.write(item, kind=Event.Kind.EDITED, name="reported_wrong", move=move, note=found[:300])
    return made


def open_for(person: Person) -> Any:
    """List the corrections that wait, as far as the person may see their items, the oldest first."""
    seen = ConfigurationItem.objects.visible_to(person).values("pk")
    return (
        Correction.objects.open()
        .filter(item__in=seen)
        .select_related("item", "raised_by", "verified_by")
        .order_by("pk")
    )


def verify(correction: Correction, *, by: Person, at: datetime) -> None:
    """Confirm it as a second person; it authorises one change of the item from then on.

    :raises Refused: if the same person raised it, or it was judged already
    """
    if correction.raised_by_id == by.pk:
        raise Refused(gettext("Somebody else than who reported it must verify it."))
    if not Correction.objects.open().filter(pk=correction.pk, verified_at=None).update(verified_by=by, verified_at=at):
        raise Refused(gettext("It was judged already."))


def refuse(correction: Correction, *, by: Person, at: datetime, reason: str) -> None:
    """Say why the data stays as it is.

    :raises Refused: if there is no reason, or it was judged already
    """
    if not reason.strip():
        raise Refused(gettext("Say why the data stays as it is."))
    rows = Correction.objects.open().filter(pk=correction.pk, verified_at=None)
    if not rows.update(refused_by=by, refused_at=at, reason=reason.strip()[:2000]):
        raise Refused(gettext("It was judged already."))

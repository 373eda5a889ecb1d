"""Wrong data: reported by anybody who works cases, verified by a second person, carried out once."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext

from configuration import sensitive
from configuration.models import ConfigurationItem, Correction
from itsm.flow import Move
from itsm.records import journal, register
from itsm.records.models import Event

if TYPE_CHECKING:
    from itsm.people.models import Person


class Refused(Exception):
    """A correction cannot be judged so; carries the sentence."""


def report(
    item: ConfigurationItem | None, *, found: str, by: Person | None, at: datetime, field: str = "", recorded: str = "",
    source: str = Correction.Source.REPORT, case: Any = None,
) -> Correction:  # fmt: skip
    """Keep what somebody found to be wrong, for those who keep the data to judge; without an item it is not registered.

    ``case`` is the record whose handling the wrong data hindered.

    :raises ValueError: if there is neither an item nor a case to write it down at
    """
    about = item or case
    if about is None:
        raise ValueError("A report needs an item or a case.")
    note = sensitive.MASK if field in sensitive.codes(item.ci_class_id if item else None) else found[:300]
    with transaction.atomic():
        made = Correction.objects.create(
            item=item, field=field, recorded=recorded, found=found.replace("\x00", ""), source=source, raised_by=by,
            raised_at=at, case_id=case.pk if case is not None else None,
        )  # fmt: skip
        for record in (item, case):
            if record is not None:
                told = record.pk == about.pk
                facts = {"note": note, "field": field if item is not None else ""}
                _journal(record, "reported_wrong", by=by, at=at, correction=made.pk if told else None, **facts)
    return made


def _journal(record: Any, name: str, *, by: Person | None, at: datetime, **facts: Any) -> None:
    """Write what happened into the journal of the item or the case, and let it be told."""
    move = Move(name, by, at)
    event = journal.write(record, kind=Event.Kind.EDITED, name=name, move=move, **facts)
    for tell in register.steps.journaled:
        tell(record, move, event)


def open_for(person: Person) -> Any:
    """List the corrections that wait, as far as the person may see their items, the oldest first."""
    seen = ConfigurationItem.objects.visible_to(person).values("pk")
    known = Q(item__in=seen) | Q(item=None) if person.is_worker else Q(item__in=seen)
    rows = Correction.objects.open().filter(known).select_related("item", "raised_by", "verified_by", "case")
    return rows.order_by("pk")


def of_case(case: Any) -> Any:
    """List what was found wrong while working on the case, and was not refused."""
    return Correction.objects.filter(case=case.pk, refused_at=None).select_related("item", "raised_by").order_by("pk")


def verify(correction: Correction, *, by: Person, at: datetime) -> None:
    """Confirm it as a second person; it authorises one change of the item from then on.

    :raises Refused: if the same person raised it, or it was judged already
    """
    if correction.raised_by_id == by.pk:
        raise Refused(gettext("Somebody else than who reported it must verify it."))
    with transaction.atomic():
        rows = Correction.objects.open().filter(pk=correction.pk, verified_at=None)
        if not rows.update(verified_by=by, verified_at=at):
            raise Refused(gettext("It was judged already."))
        _tell(correction, "report_verified", by=by, at=at)


def refuse(correction: Correction, *, by: Person, at: datetime, reason: str) -> None:
    """Say why the data stays as it is.

    :raises Refused: if there is no reason, or it was judged already
    """
    if not reason.strip():
        raise Refused(gettext("Say why the data stays as it is."))
    with transaction.atomic():
        rows = Correction.objects.open().filter(pk=correction.pk, verified_at=None)
        if not rows.update(refused_by=by, refused_at=at, reason=reason.strip()[:2000]):
            raise Refused(gettext("It was judged already."))
        _tell(correction, "report_refused", by=by, at=at, note=reason.strip()[:300])


def settle(correction: Correction, *, change: Any, by: Person, at: datetime) -> None:
    """Say that ``change`` took care of a verified one, as where an item was retired or joined with another.

    :raises Refused: if nobody verified it, or it is done already
    """
    with transaction.atomic():
        rows = Correction.objects.usable().filter(pk=correction.pk)
        if not rows.update(applied_at=at, reason=str(change.number)):
            raise Refused(gettext("Only a verified correction that is still open can be settled by a change."))
        _tell(correction, "report_settled", by=by, at=at, note=str(change.number))


def _tell(correction: Correction, name: str, *, by: Person, at: datetime, **facts: Any) -> None:
    if correction.source != Correction.Source.REPORT:
        return  # audits have a page of their own
    record = correction.item or (register.load(correction.case) if correction.case else None)
    if record is not None:
        _journal(record, name, by=by, at=at, correction=correction.pk, **facts)

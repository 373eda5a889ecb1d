"""Writing, submitting and approving editions, and bringing them into force."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext

from catalogue.editions import applying, steps
from catalogue.editions.access import may_approve, may_edit
from catalogue.editions.content import content_of, promises_changed
from catalogue.editions.models import ServiceEdition
from itsm.records import register
from itsm.records.clock import database_now, whole
from itsm.records.refusals import NotAllowed, Objected, Stale

if TYPE_CHECKING:
    from catalogue.models import Service
    from itsm.people.models import Person
    from itsm.records.models import Record


def begin_draft(
    service: Service, *, by: Person | None, at: datetime | None = None, origin: Any = None
) -> ServiceEdition:
    """Begin the next edition of ``service`` with what the catalogue says now; a draft that is open is taken up again.

    ``origin`` is the service transition that calls for it; without one ``by`` must keep this entry.

    :raises NotAllowed: if ``by`` does not keep this entry
    """
    if origin is None and (by is None or not may_edit(by, service)):
        raise NotAllowed
    moment = whole(at or database_now())
    with transaction.atomic():
        type(service).objects.select_for_update(no_key=True).get(pk=service.pk)
        found = service.editions.drafts().select_for_update().first()
        if found is None:
            last = service.editions.order_by("-number").values_list("number", flat=True).first() or 0
            found = service.editions.create(
                number=last + 1, content=content_of(service), drafted_by=None if origin else by, drafted_at=moment,
                transition=origin, authors=[] if origin or by is None else [by.pk],
            )  # fmt: skip
        elif origin is not None:
            found.transition = origin
            found.save(update_fields=["transition"])
    return found


def write_draft(
    edition: ServiceEdition,
    content: Mapping[str, Any],
    *,
    reason: str,
    by: Person,
    version: int,
    at: datetime | None = None,
) -> ServiceEdition:
    """Write the draft; whoever writes on it cannot approve it any more. A submitted draft is a draft again.

    :raises NotAllowed: if ``by`` does not keep this entry
    :raises Objected: if it is approved already
    :raises Stale: if somebody else wrote meanwhile
    """
    with transaction.atomic():
        row = _locked(edition, by)
        if row.version != version:
            raise Stale
        row.content = row.content | dict(content)
        row.reason, row.drafted_by, row.drafted_at = reason.strip(), by, whole(at or database_now())
        row.authors = sorted({*row.authors, by.pk})
        row.submitted_at = row.submitted_by = None
        row.version += 1
        row.save()
    return row


def submit_draft(edition: ServiceEdition, *, by: Person, at: datetime | None = None) -> ServiceEdition:
    """Send the draft to be approved by another person.

    :raises NotAllowed: if ``by`` does not keep this entry
    :raises Objected: if something of the eight fields is missing
    """
    with transaction.atomic():
        row = _locked(edition, by)
        _complete(row)
        row.submitted_by, row.submitted_at, row.returned = by, whole(at or database_now()), ""
        row.authors = sorted({*row.authors, by.pk})
        row.version += 1
        row.save()
        steps.happened(row, "submitted", by=by, at=row.submitted_at)
    return row


def return_draft(edition: ServiceEdition, *, reason: str, by: Person, at: datetime | None = None) -> ServiceEdition:
    """Send a submitted draft back to its authors with the reason.

    :raises NotAllowed: if ``by`` may not approve it
    :raises Objected: if it is not submitted, or the reason is missing
    """
    with transaction.atomic():
        row = _locked(edition, by, judging=True)
        if row.submitted_at is None:
            raise Objected(gettext("It is not submitted."))
        if not reason.strip():
            raise Objected(fields={"reason": gettext("Say what must be changed.")})
        row.submitted_at = row.submitted_by = None
        row.returned = reason.strip()
        row.version += 1
        row.save()
        steps.happened(row, "returned", by=by, at=whole(at or database_now()))
    return row


def approve_edition(
    edition: ServiceEdition,
    *,
    by: Person,
    effective_on: date | None = None,
    change: Record | None = None,
    at: datetime | None = None,
) -> ServiceEdition:
    """Approve the edition; nothing of it changes from then on. It comes into force on ``effective_on``.

    One that a service transition calls for comes into force when that transition is done. Where promises change for a
    live service, ``change`` must be approved.

    :raises NotAllowed: if ``by`` does not keep this entry or wrote on it
    :raises Objected: if it is not submitted or incomplete, its day is past, or the approved change is missing
    """
    moment = whole(at or database_now())
    with transaction.atomic():
        row = _locked(edition, by, judging=True)
        if row.submitted_at is None:
            raise Objected(gettext("It is not submitted."))
        _complete(row)
        _check_day(row, effective_on, moment)
        _check_change(row, change)
        row.approved_by, row.approved_at, row.change = by, moment, change
        row.effective_on = None if row.transition_id else effective_on
        row.version += 1
        row.save()
        if row.effective_on is not None and row.effective_on <= localdate(moment):
            applying.put_in_force(row, at=moment)
        steps.happened(row, "approved", by=by, at=moment)
    return row


def discard_draft(edition: ServiceEdition, *, by: Person) -> None:
    """Throw a draft away.

    :raises NotAllowed: if ``by`` does not keep this entry
    :raises Objected: if it is approved, or a service transition needs it
    """
    with transaction.atomic():
        row = _locked(edition, by)
        if row.transition_id is not None:
            raise Objected(gettext("%(number)s needs this edition.") % {"number": row.transition})
        row.delete()


def take_effect(*, at: datetime) -> int:
    """Bring every approved edition into force whose day has come; gives how many."""
    done = 0
    for row in ServiceEdition.objects.waiting(on=localdate(at)).order_by("service", "number"):
        with transaction.atomic():
            fresh = (
                ServiceEdition.objects.select_for_update(skip_locked=True)
                .waiting(on=localdate(at))
                .filter(pk=row.pk)
                .first()
            )
            if fresh is not None:
                applying.put_in_force(fresh, at=at)
                done += 1
    return done


def _locked(edition: ServiceEdition, by: Person, *, judging: bool = False) -> ServiceEdition:
    row = ServiceEdition.objects.select_for_update().get(pk=edition.pk)
    if not (may_approve(by, row) if judging else may_edit(by, row.service)):
        raise NotAllowed
    if row.approved_at is not None:
        raise Objected(gettext("An approved edition is not changed any more; begin the next."))
    return row


def _complete(row: ServiceEdition) -> None:
    if missing := [str(gap) for gap in row.gaps]:
        raise Objected(gettext("These are missing: %(fields)s.") % {"fields": gettext(", ").join(missing)})


def _check_day(row: ServiceEdition, effective_on: date | None, at: datetime) -> None:
    if row.transition_id is not None:
        return
    if effective_on is None:
        raise Objected(fields={"effective_on": gettext("Say from which day it is in force.")})
    if effective_on < localdate(at):
        raise Objected(fields={"effective_on": gettext("It cannot come into force in the past.")})
    if not row.service.is_live:
        raise Objected(gettext("This service is not live; it becomes so by a service transition."))


def _check_change(row: ServiceEdition, change: Record | None) -> None:
    """Ask for an approved change where a promise of a published entry changes outside a transition."""
    current = row.service.editions.in_force().first()
    if row.transition_id is not None or current is None:
        return
    if (
        change is not None
        and change.kind == "change"
        and any(register.reached(change, name) for name in ("authorised", "succeeded"))
    ):
        return
    if change is not None:
        raise Objected(fields={"change": gettext("This change is not approved.")})
    if promises_changed(current.content, row.content):
        raise Objected(fields={"change": gettext("What is promised changes: name the approved change.")})

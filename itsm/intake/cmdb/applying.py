"""Applying an import piece by piece: each piece whole or not at all, all under the one authority of the batch.

What is no longer as it was when the file was compared is left alone and gets a remark.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_noop

from configuration import authority
from configuration.authority import Grounds
from configuration.models import ConfigurationItem, ImportBatch, ImportRow
from itsm.intake.cmdb import writing
from itsm.intake.faults import Refused
from itsm.records.models import Record

if TYPE_CHECKING:
    from itsm.people.models import Person

PIECE = 200  # rows that are written together
AT_ONCE = 400  # rows that a page applies itself; more are left to the background work
State = ImportBatch.State


class NotOpen(Refused):
    """The batch is past that step."""


class Unauthorised(Refused):
    """Neither a change nor a second person authorises the batch."""


def authorise(batch: ImportBatch, *, by: Person, at: datetime, change: Any = None) -> None:
    """This will note what authorises the batch: a change that stands authorised, or that ``by`` looked at the comparison.

    :raises NotOpen: if it was applied or dropped already
    :raises Unauthorised: if the change does not stand authorised, or ``by`` read the file
    """
    with transaction.atomic():
        locked = _locked(batch, State.STAGED)
        if change is not None:
            if not authority.authorises(change):
                raise Unauthorised(gettext_noop("%(change)s does not stand authorised."), change=change.number)
            locked.change = Record.objects.get(pk=change.pk)
        elif by.pk == locked.made_by_id:
            raise Unauthorised(
                gettext_noop("A second person must look at the comparison, or a change must authorise it.")
            )
        else:
            locked.verified_by, locked.verified_at = by, at
        locked.save(update_fields=["change", "verified_by", "verified_at"])


def begin(batch: ImportBatch, *, by: Person, at: datetime) -> ImportBatch:
    """This will let the batch be applied from now on.

    :raises NotOpen: if it was begun already or dropped
    :raises Unauthorised: if nothing authorises it
    """
    with transaction.atomic():
        locked = _locked(batch, State.STAGED, State.STOPPED)
        if locked.channel != ImportBatch.Channel.COMMAND and not _stands(locked, at=at):
            raise _not_authorised(locked)
        locked.state, locked.applied_by, locked.stop_asked = State.QUEUED, by, False
        locked.applied_at = locked.applied_at or at
        locked.save(update_fields=["state", "applied_by", "applied_at", "stop_asked"])
    return locked


def _not_authorised(batch: ImportBatch) -> Unauthorised:
    """Say what is missing: any authority, one that still stands, or the time of the change that is named."""
    if batch.change is None:
        return Unauthorised(gettext_noop("A second person must look at the comparison, or a change must authorise it."))
    if not authority.authorises(batch.change):
        return Unauthorised(gettext_noop("%(change)s does not stand authorised."), change=batch.change.number)
    sentence = gettext_noop(
        "%(change)s authorises this in its window or while it is carried out, not now: apply it then, or have a second person agree."
    )
    return Unauthorised(sentence, change=batch.change.number)


def _stands(batch: ImportBatch, *, at: datetime) -> bool:
    if batch.verified_by_id is not None:
        return True
    change = batch.change
    return change is not None and authority.authorises(change) and authority.in_time(change, at=at)


def drop(batch: ImportBatch) -> None:
    """This will put a batch aside that was not applied.

    :raises NotOpen: if it was
    """
    with transaction.atomic():
        locked = _locked(batch, State.STAGED)
        locked.state = State.DROPPED
        locked.save(update_fields=["state"])


def stop(batch: ImportBatch) -> None:
    """This will let the work end after the piece that is being written."""
    ImportBatch.objects.filter(pk=batch.pk, state__in=(State.QUEUED, State.APPLYING)).update(stop_asked=True)


def _locked(batch: ImportBatch, *states: str) -> ImportBatch:
    found: ImportBatch = ImportBatch.objects.select_for_update(of=("self",)).select_related("change").get(pk=batch.pk)
    if found.state not in states:
        raise NotOpen(gettext_noop("This import is %(state)s."), state=found.get_state_display())
    return found


def finish(batch: ImportBatch, *, at: datetime) -> ImportBatch:
    """This will write piece after piece until none is left or somebody asks to stop."""
    while piece(batch.pk, at=at):
        pass
    batch.refresh_from_db()
    return batch


def piece(key: int, *, at: datetime) -> bool:
    """This will write the next piece of a batch; False when there is nothing more to do. Another worker's is left to it."""
    with transaction.atomic():
        batch = ImportBatch.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=key).first()
        if batch is None or batch.state not in (State.QUEUED, State.APPLYING):
            return False
        rows = list(batch.rows.to_write()[:PIECE])
        rows = [row for row in rows if row.kind == rows[0].kind]
        if rows and not batch.stop_asked and (batch.channel == ImportBatch.Channel.COMMAND or _stands(batch, at=at)):
            _write(batch, rows, at=at)
            batch.state = State.APPLYING
        else:
            batch.state = State.STOPPED if rows else State.APPLIED
            _seen(batch, at=at)
        batch.save(update_fields=["state"])
    return bool(batch.state == State.APPLYING)


def _write(batch: ImportBatch, rows: list[ImportRow], *, at: datetime) -> None:
    reason = f"import {batch.pk} {batch.source}"
    with authority.acting(Grounds("import", batch=batch), by=batch.applied_by, at=at, reason=reason):
        if rows[0].kind == ImportRow.Kind.RELATION:
            writing.relate(batch, rows, at=at)
        else:
            writing.create(batch, [row for row in rows if row.action == ImportRow.Action.CREATE], at=at)
            writing.update(batch, [row for row in rows if row.action == ImportRow.Action.UPDATE], at=at)
    ImportRow.objects.bulk_update(rows, ["item", "relation", "applied_at", "remark"])


def _seen(batch: ImportBatch, *, at: datetime) -> None:
    """The source has seen what it told of, also where nothing differed."""
    written = batch.rows.filter(kind="item", applied_at__isnull=False).values("item")
    stamp = {"last_seen_at": at, "last_seen_source": batch.source}
    ConfigurationItem.objects.filter(pk__in=batch.counts.get("seen", [])).update(**stamp)
    ConfigurationItem.objects.filter(pk__in=written).update(**stamp)

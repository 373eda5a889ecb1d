"""Undoing an import: relationships end, cells get their old values back, items that it made are retired; nothing is erased."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext, gettext_noop

from configuration import authority, field_values
from configuration.attributes import Unfit
from configuration.authority import Grounds
from configuration.models import CiRelation, ConfigurationItem, ImportBatch, ImportRow
from itsm.intake.cmdb import writing
from itsm.intake.cmdb.applying import PIECE, NotOpen
from itsm.records.perform import perform
from itsm.records.refusals import MovedOn, NotAllowed, Objected

if TYPE_CHECKING:
    from itsm.people.models import Person

State = ImportBatch.State


def begin(batch: ImportBatch, *, by: Person, at: datetime) -> ImportBatch:
    """This will let the batch be undone from now on.

    :raises NotOpen: if it was not applied, or is undone already
    """
    with transaction.atomic():
        locked: ImportBatch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
        if locked.state not in (State.APPLIED, State.STOPPED):
            raise NotOpen(gettext_noop("This import is %(state)s."), state=locked.get_state_display())
        locked.state, locked.undone_by, locked.undone_at = State.UNDOING, by, at
        locked.save(update_fields=["state", "undone_by", "undone_at"])
    return locked


def finish(batch: ImportBatch, *, at: datetime) -> ImportBatch:
    """This will take back piece after piece until none is left."""
    while piece(batch.pk, at=at):
        pass
    batch.refresh_from_db()
    return batch


def piece(key: int, *, at: datetime) -> bool:
    """This will take back the next piece; False when there is nothing more to do. Another worker's is left to it."""
    with transaction.atomic():
        batch = ImportBatch.objects.select_for_update(skip_locked=True).filter(pk=key, state=State.UNDOING).first()
        if batch is None:
            return False
        rows = list(batch.rows.written().select_related("item", "relation")[:PIECE])
        for row in rows:
            _back(batch, row, at=at)
            row.undone_at = at
        ImportRow.objects.bulk_update(rows, ["undone_at", "remark"])
        if not rows:
            batch.state = State.UNDONE
            batch.save(update_fields=["state"])
    return bool(rows)


def _back(batch: ImportBatch, row: ImportRow, *, at: datetime) -> None:
    if row.kind == ImportRow.Kind.RELATION:
        _end(batch, row, at=at)
    elif row.action == ImportRow.Action.UPDATE:
        _restore(batch, row, at=at)
    else:
        _retire(batch, row, at=at)


def _acting(batch: ImportBatch, at: datetime) -> AbstractContextManager[Any]:
    return authority.acting(Grounds("import", batch=batch), by=batch.undone_by, at=at, reason=f"undo import {batch.pk}")


def _end(batch: ImportBatch, row: ImportRow, *, at: datetime) -> None:
    relation = row.relation
    if relation is None or relation.valid_to is not None:
        row.remark = gettext("This relationship had ended already.")
        return
    with _acting(batch, at):
        CiRelation.objects.filter(pk=relation.pk, valid_to=None).update(valid_to=max(at, relation.valid_from))


def _restore(batch: ImportBatch, row: ImportRow, *, at: datetime) -> None:
    """Give back the old values where nobody has written since."""
    item = ConfigurationItem.objects.select_for_update(no_key=True).get(pk=row.item_id)
    cells = [cell for cell in row.cells if not cell["kept"]]
    since = [cell["field"] for cell in cells if field_values.text_of(item, cell["field"]) != cell["new"]]
    values = {cell["field"]: cell["old"] for cell in cells if cell["field"] not in since}
    if since:
        names = [field_values.label_of(name, class_id=item.ci_class_id) for name in since]
        row.remark = (gettext("Changed since, so left as it is: %s.") % ", ".join(names))[:300]
    try:
        with _acting(batch, at):
            writing.write_cells(item, values, batch=batch, at=at)
    except Unfit as refusal:
        row.remark = str(refusal)[:300]


def _retire(batch: ImportBatch, row: ImportRow, *, at: datetime) -> None:
    item = row.item
    assert item is not None  # it was made by this row
    if item.state in ("retired", "disposed"):
        return
    try:
        with transaction.atomic():
            if item.state == "planned":
                item = perform(item, "receive", by=batch.undone_by, at=at, channel="import")
            perform(item, "retire_ci", by=batch.undone_by, at=at, channel="import", batch=batch)
    except (MovedOn, Objected, NotAllowed) as refusal:
        row.remark = (str(refusal) or gettext("It could not be retired."))[:300]

"""What authorises a change of configuration data: named to the database, which verifies it once more."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from configuration import far
from itsm.flow import Move
from itsm.records import register
from itsm.records.models import Link, LinkKind

if TYPE_CHECKING:
    from itsm.people.models import Person


#: Whose work is written down in its review; by a ``Grounds`` of the kind "change".
DOCUMENTED = ("change", "release")


@dataclass(frozen=True)
class Grounds:
    """Why data may change: a change (or a release in its review), a verified correction, an import's batch, or light control."""

    kind: str
    change: Any = None
    correction: Any = None
    batch: Any = None


def loading(*, at: datetime, source: str, by: Person | None = None) -> Grounds:
    """Open a batch for what whoever administers the machine loads past the pages, and give it as grounds."""
    from configuration.models import ImportBatch

    made = ImportBatch.objects.create(
        source=source, file_name=f"{source}.csv", channel=ImportBatch.Channel.COMMAND, state=ImportBatch.State.APPLYING, made_by=by,
        made_at=at, applied_by=by, applied_at=at,
    )  # fmt: skip
    return Grounds("import", batch=made)


def loaded(grounds: Grounds, *, rows: int = 0) -> None:
    """Close the batch of ``loading``, of so many rows; it authorises nothing more."""
    type(grounds.batch).objects.filter(pk=grounds.batch.pk).update(state="applied", rows_read=rows)


def grounds_of(item: Any, move: Move) -> Grounds | None:
    """Find what authorises ``move`` on ``item`` among its inputs; None when nothing does."""
    change, number, batch = move.given("change"), move.given("correction"), move.given("batch")
    if change is not None and authorises(change) and in_time(change, at=move.at) and names(change, item):
        return Grounds("change", change=change)
    if number is not None and (found := _verified(int(number), item)):
        return Grounds("correction", correction=found)
    return Grounds("import", batch=batch) if batch is not None and _undoes(batch, item) else None


def _undoes(batch: Any, item: Any) -> bool:
    """Tell whether ``batch`` is an import that made the item and is being undone; no form and no REST body can name one."""
    from configuration.models import ImportBatch

    return (
        isinstance(batch, ImportBatch)
        and batch.state == "undoing"
        and batch.rows.filter(item_id=item.pk, action="create").exists()
    )


def authorises(change: Any) -> bool:
    """Tell whether ``change`` stands authorised, as its own process says."""
    return change.kind == "change" and register.reached(change, "authorised")


def documents(record: Any) -> bool:
    """Tell whether ``record`` is a change or a release whose work is over and whose review is not.

    It then lets be written what its work did to the items that it names; it moves none of them and makes none.
    """
    return record.kind in DOCUMENTED and register.reached(record, "in_review")


def named(number: str, *, person: Person) -> Any:
    """Find the change or the release with that number, as far as ``person`` may see it; None when there is none."""
    for kind in DOCUMENTED:
        found = register.process(kind).model.objects.visible_to(person).filter(number=number).first()
        if found is not None:
            return found
    return None


def in_time(change: Any, *, at: datetime) -> bool:
    """Tell whether ``change`` may write at that moment: in its window, or while it is being carried out."""
    return far.answers.in_time(change, at)


def names(change: Any, item: Any) -> bool:
    """Tell whether ``item`` is among what ``change`` affects."""
    return Link.objects.filter(source_id=change.pk, target_id=item.pk, kind=LinkKind.AFFECTS).exists()


def _verified(number: int, item: Any) -> Any:
    from configuration.models import Correction

    return Correction.objects.usable().filter(pk=number, item_id=item.pk).first()


def use(grounds: Grounds | None, *, by: Person | None, at: datetime, reason: str = "") -> Any:
    """Record the authority of what follows in this transaction and name it to the database; gives its row.

    :raises ValueError: if there are no grounds
    """
    from configuration.models import Authority

    if grounds is None:
        raise ValueError("Configuration data changes only with grounds.")
    made = Authority.objects.create(
        kind=grounds.kind, record_id=grounds.change.pk if grounds.change else None, correction=grounds.correction,
        batch=grounds.batch, by=by, at=at, reason=reason[:300],
    )  # fmt: skip
    _name(str(made.pk))
    return made


@contextmanager
def acting(grounds: Grounds, *, by: Person | None, at: datetime, reason: str = "") -> Iterator[Any]:
    """Let the block change what ``grounds`` authorise, in one transaction; afterwards nothing more."""
    with transaction.atomic():
        yield use(grounds, by=by, at=at, reason=reason)
        _name("")


def _name(value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('itsm.ci_authority', %s, true)", [value])

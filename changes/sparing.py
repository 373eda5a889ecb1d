"""Saying of an item that a change names, or that the walk of its impact finds, that it is not affected; and taking it back."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext

from changes import blast, far
from changes.models import Change
from changes.services import admit_to_scope
from changes.sparing_models import NotAffected
from configuration import impact
from itsm.flow import Move
from itsm.records import journal
from itsm.records.clock import database_now, whole
from itsm.records.links import link
from itsm.records.models import Event, Link, LinkKind
from itsm.records.perform import saving
from itsm.records.refusals import Objected

if TYPE_CHECKING:
    from itsm.people.models import Person

LONGEST = 2000


def spare(change: Change, item: Any, *, reason: str, by: Person, at: datetime | None = None) -> NotAffected:
    """Say that ``change`` does not affect ``item``; it then counts for no conflict, no baseline and no answer at the close.

    :raises NotAllowed: if ``by`` has no part in the change
    :raises Objected: without a reason, once it is decided on, or for an item that it neither names nor reaches
    """
    why = reason.replace("\x00", "").strip()
    if not 0 < len(why) <= LONGEST:
        raise Objected(
            fields={
                "reason": gettext("Say why it is not affected, in at most %(most)s characters.") % {"most": LONGEST}
            }
        )
    with transaction.atomic():
        locked = admit_to_scope(change, by=by)
        named = item.pk in far.answers.items(locked)
        if not named and item.pk not in reached(locked):
            raise Objected(
                fields={
                    "item": gettext("%(item)s is neither named nor reached by this change.") % {"item": item.number}
                }
            )
        move = Move("not_affected", by, whole(at or database_now()))
        made, new = NotAffected.objects.get_or_create(
            change=locked, item=item, defaults={"reason": why, "was_named": named, "by": by, "at": move.at}
        )
        if not new:
            raise Objected(
                fields={"item": gettext("%(item)s is marked as not affected already.") % {"item": item.number}}
            )
        Link.objects.filter(source_id=locked.pk, target_id=item.pk, kind=LinkKind.AFFECTS).delete()
        _written(locked, move, item, reason=why)
    return made


def take_back(change: Change, item: Any, *, by: Person, at: datetime | None = None) -> None:
    """Say that ``change`` does affect ``item`` after all; what it named before it names again.

    :raises NotAllowed: if ``by`` has no part in the change
    :raises Objected: if the item is not marked, or once it is decided on
    """
    with transaction.atomic():
        locked = admit_to_scope(change, by=by)
        row = NotAffected.objects.filter(change=locked.pk, item=item.pk).first()
        if row is None:
            raise Objected(fields={"item": gettext("%(item)s is not marked as not affected.") % {"item": item.number}})
        move = Move("affected_after_all", by, whole(at or database_now()))
        if row.was_named:
            link(locked, item, kind=LinkKind.AFFECTS, by=by, at=move.at)
        row.delete()
        _written(locked, move, item)


def reached(change: Any) -> set[int]:
    """Collect the keys of the items that fail with those of the change, or that they stand on."""
    starts = [*far.answers.items(change), *change.not_affected.filter(was_named=True).values_list("item", flat=True)]
    if not starts:
        return set()
    walks = [impact.walk_from(starts, down=down, depth=blast.MOST) for down in (True, False)]
    return {row.id for walked in walks for row in walked.reached}


def named_again(change: Any, keys: Any) -> None:
    """Forget that items were not affected, as they are named anew."""
    NotAffected.objects.filter(change=change.pk, item__in=list(keys)).delete()


def _written(change: Any, move: Move, item: Any, **facts: Any) -> None:
    journal.write(change, kind=Event.Kind.EDITED, name=move.name, move=move, other=item.number, **facts)
    with saving(change):
        change.version += 1
        change.changed_at = move.at

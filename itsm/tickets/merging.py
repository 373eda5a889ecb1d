"""Merging duplicates: silent to the requester, reversible for 30 days."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext

from itsm.flow import Move
from itsm.records import journal
from itsm.records.clock import database_now, whole
from itsm.records.links import link
from itsm.records.models import Attachment, Event, Link, LinkKind
from itsm.records.perform import lock, saving
from itsm.records.refusals import NotAllowed, Objected
from itsm.records.roles import roles_on
from itsm.tickets.models import Comment, Merge

if TYPE_CHECKING:
    from itsm.people.models import Person

UNDO_WITHIN = timedelta(days=30)
MERGES = frozenset({"agent", "engineer", "incident_manager"})


def merge(loser: Any, *, into: Any, by: Person, at: datetime | None = None) -> Merge:
    """Lay ``loser`` into ``into``: it leaves the queues, its words are shown there, and it ends when that ends.

    Nobody is told. Its clocks go on, because its requester still waits.

    :raises NotAllowed: if ``by`` does not work on both
    :raises Objected: if they are the same, of different kinds, closed, or one is merged already
    """
    moment = whole(at or database_now())
    with transaction.atomic():
        first, second = sorted((loser, into), key=lambda ticket: ticket.pk)
        pair = {ticket.pk: lock(ticket) for ticket in (first, second)}
        lost, kept = pair[loser.pk], pair[into.pk]
        _refuse(lost, kept, by)
        row = Merge.objects.create(loser_id=lost.pk, survivor_id=kept.pk, by=by, at=moment)
        _copy(lost, kept)
        link(lost, kept, kind=LinkKind.DUPLICATE_OF, by=by, at=moment)
        _place(lost, kept)
        move = Move("merge", by, moment)
        journal.write(lost, kind=Event.Kind.MERGED, name="merge", move=move, into=kept.number)
        journal.write(kept, kind=Event.Kind.MERGED, name="merge", move=move, merged=lost.number)
    return row


def undo(row: Merge, *, by: Person, at: datetime | None = None) -> None:
    """Let the merged case stand again as it was.

    :raises NotAllowed: if ``by`` does not work on it
    :raises Objected: if it was undone already or 30 days have passed
    """
    moment = whole(at or database_now())
    with transaction.atomic():
        lost = lock(row.loser)
        fresh = Merge.objects.select_for_update().get(pk=row.pk)
        if not roles_on(lost, person=by) & MERGES:
            raise NotAllowed
        if fresh.undone_at is not None or moment > fresh.at + UNDO_WITHIN:
            raise Objected(gettext("A merge can be undone once, within 30 days."))
        fresh.undone_at = moment
        fresh.save(update_fields=["undone_at"])
        Comment.objects.filter(ticket=fresh.survivor_id, merged_from=lost.pk).delete()
        Link.objects.filter(source=lost.pk, target=fresh.survivor_id, kind=LinkKind.DUPLICATE_OF).delete()
        _place(lost, None)
        move = Move("unmerge", by, moment)
        journal.write(lost, kind=Event.Kind.MERGED, name="unmerge", move=move, out_of=str(fresh.survivor.number))
        journal.write(fresh.survivor, kind=Event.Kind.MERGED, name="unmerge", move=move, freed=lost.number)


def _refuse(lost: Any, kept: Any, by: Person) -> None:
    if any(not roles_on(ticket, person=by) & MERGES for ticket in (lost, kept)):
        raise NotAllowed
    if "merge_into" in lost.flows[0].transitions:
        raise Objected(gettext("This process merges by a step of its own."))
    if lost.pk == kept.pk or lost.kind != kept.kind:
        raise Objected(gettext("Choose another case of the same kind."))
    if not lost.is_open or not kept.is_open:
        raise Objected(gettext("Only open cases can be merged."))
    if lost.merged_into_id or kept.merged_into_id or Merge.objects.filter(survivor=lost.pk, undone_at=None).exists():
        raise Objected(gettext("One of them is part of a merge already."))
    if kept.confidential != lost.confidential:
        raise Objected(gettext("A confidential case merges only with a confidential one."))


def _copy(lost: Any, kept: Any) -> None:
    """Show the loser's words and files on the survivor; internally, unless both have one requester."""
    same = lost.requester_id == kept.requester_id
    Comment.objects.bulk_create(
        Comment(
            ticket_id=kept.pk,
            kind=comment.kind if same else Comment.Kind.INTERNAL,
            author_id=comment.author_id,
            body=comment.body,
            at=comment.at,
            channel=comment.channel,
            merged_from_id=lost.pk,
        )
        for comment in lost.comments.order_by("pk")
    )
    for attachment in Attachment.objects.filter(record_id=lost.pk):
        attachment.pk, attachment.record_id = None, kept.pk
        attachment.is_internal = attachment.is_internal or not same
        attachment.save(force_insert=True)


def _place(lost: Any, kept: Any | None) -> None:
    with saving(lost):
        lost.merged_into_id = kept.pk if kept else None
        if hasattr(lost, "parent_id"):
            lost.parent_id = kept.pk if kept else None
        lost.version += 1

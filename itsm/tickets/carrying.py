"""What a case takes along when its matter goes on as another record: files, watchers, and what was said."""

from __future__ import annotations

from typing import Any

from itsm.records.models import Attachment, Watcher
from itsm.tickets.models import Comment


def carry(origin: Any, made: Any) -> None:
    """Give the new record the files and watchers of the old."""
    Watcher.objects.bulk_create(
        (Watcher(record_id=made.pk, person_id=watcher.person_id) for watcher in origin.watchers.all()),
        ignore_conflicts=True,
    )
    for attachment in Attachment.objects.filter(record_id=origin.pk).order_by("pk"):
        attachment.pk, attachment.record_id = None, made.pk
        attachment.save(force_insert=True)


def carry_on(origin: Any, made: Any) -> None:
    """Let the matter of ``origin`` go on as ``made``: with files and watchers, and every message and note shown there.

    Each keeps its author, its time and whom it is for, and says from which case it came.
    """
    carry(origin, made)
    Comment.objects.bulk_create(
        Comment(
            ticket_id=made.pk, kind=said.kind, author_id=said.author_id, body=said.body, at=said.at, channel=said.channel,
            merged_from_id=said.merged_from_id or origin.pk,
        )
        for said in origin.comments.order_by("at", "pk")
    )  # fmt: skip

"""The signed minutes as files: drawn after the meeting has closed, outside of its transaction, once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from changes import minutes
from changes.board_models import CabMeeting
from itsm.records.attachments import attach
from itsm.records.perform import lock, saving


def draw_due(*, at: datetime) -> int:
    """Draw the minutes of every meeting that was signed and has no files yet; gives how many were drawn."""
    waiting = CabMeeting.objects.filter(signed_at__isnull=False, files_at=None).order_by("signed_at", "pk")
    return sum(draw(meeting, at=at) for meeting in waiting.select_related("board", "signed_by"))


def draw(meeting: Any, *, at: datetime) -> bool:
    """Draw the minutes in each language and attach them; tells whether this call was the one that did."""
    drawn = {language: minutes.pdf(meeting, language=language) for language in minutes.LANGUAGES}
    with transaction.atomic():
        locked = lock(meeting)
        if locked.files_at is not None:
            return False
        for language, pdf in drawn.items():
            attach(locked, name=minutes.file_name(locked, language), pieces=[pdf], by=locked.signed_by, at=at)
        with saving(locked):
            locked.files_at = at
    return True


def kept(meeting: Any, *, language: str) -> Any:
    """Give the file of the minutes in ``language``, or None where it is not drawn yet."""
    return meeting.attachments.filter(name=minutes.file_name(meeting, language)).order_by("-pk").first()

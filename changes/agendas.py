"""The agenda: it fills itself from what waits for the board, has an order and a timer, and hands on what is left."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext

from changes.ballots import board_for
from changes.board_models import CabItem, CabMeeting
from changes.models import Change
from itsm.records.refusals import Objected

OPEN_TO_ITEMS = ("planned", "agenda_published", "in_session")
RATIFIED = ("emergency_implementing", "retro_documentation", "post_review", "closed")
#: How long after its end the board still hears the result of a change.
HEARD_WITHIN = timedelta(days=45)


def fill(meeting: Any, *, at: datetime) -> int:
    """Put on the agenda what waits for this board and stands on no other open agenda; gives how many were added.

    Changes that came after the cut-off wait for the next meeting; emergencies to ratify and results do not.
    """
    added = 0
    for purpose, rows in (("decide", _to_decide(meeting, at)), ("ratify", _to_ratify()), ("hear", _to_hear(at))):
        elsewhere = CabItem.objects.filter(purpose=purpose, meeting__state__in=OPEN_TO_ITEMS, decision="")
        settled = CabItem.objects.filter(purpose=purpose).exclude(decision="").exclude(decision="defer")
        if purpose != "decide":
            rows = rows.exclude(pk__in=settled.values("change"))
        for change in rows.exclude(pk__in=elsewhere.values("change")).order_by("pk"):
            if _mine(meeting, change):
                added += put(meeting, change, purpose=purpose) is not None
    return added


def _to_decide(meeting: Any, at: datetime) -> Any:
    rows = Change.objects.filter(state="cab_review")
    if meeting.state == "in_session" or at <= meeting.cutoff_at:
        return rows
    return rows.filter(
        Q(ballots__opened_at__lte=meeting.cutoff_at, ballots__ended_at=None) | Q(board_items__decision="defer")
    ).distinct()


def _to_ratify() -> Any:
    return Change.objects.filter(change_class="emergency", state__in=RATIFIED, authorised_at__isnull=False)


def _to_hear(at: datetime) -> Any:
    ended = Change.objects.filter(state="closed", closed_at__range=(at - HEARD_WITHIN, at))
    return ended.filter(Q(change_class="major") | Q(outcome__in=["failed", "backed_out"]))


def _mine(meeting: Any, change: Any) -> bool:
    board = board_for(change)
    return board is not None and board.pk == meeting.board_id


def put(meeting: Any, change: Any, *, purpose: str) -> CabItem | None:
    """Add one item at the end; None when it stands there already."""
    last = meeting.items.aggregate(last=Max("position"))["last"] or 0
    made, new = CabItem.objects.get_or_create(
        meeting=meeting, change=change, purpose=purpose,
        defaults={"position": last + 1, "presenter_id": change.assignee_id or change.requester_id},
    )  # fmt: skip
    return made if new else None


def next_meeting(board: Any, *, at: datetime, late: bool = False, after: Any = None, since: date | None = None) -> Any:
    """Find the next meeting that still takes items: before its cut-off, or any to come when ``late``; None without one.

    ``since`` passes over those before that day, where the board sits.
    """
    rows = CabMeeting.objects.to_come().not_over(at=at).filter(board=board)
    if since is not None:
        rows = rows.filter(starts_at__gte=datetime.combine(since, time.min, tzinfo=ZoneInfo(board.zone)))
    if after is not None:
        rows = rows.filter(starts_at__gt=after.starts_at)
    return rows.first() if late else rows.filter(cutoff_at__gte=at).exclude(state="in_session").first()


def place(change: Any, *, purpose: str, at: datetime) -> CabItem | None:
    """Put ``change`` on the agenda of the next meeting of its board; the round does it later where there is none yet."""
    board = board_for(change)
    meeting = next_meeting(board, at=at, late=purpose != "decide") if board else None
    return put(meeting, change, purpose=purpose) if meeting else None


def hand_on(meeting: Any, *, at: datetime, only: Any = None, since: date | None = None) -> None:
    """Take undecided items of a cancelled meeting, or the deferred ``only``, to the meeting that follows.

    With ``since`` that is the first one from that day on, as far as there is one.
    """
    following = next_meeting(meeting.board, at=at, late=True, after=meeting, since=since)
    following = following or next_meeting(meeting.board, at=at, late=True, after=meeting)
    rows = [only] if only is not None else list(meeting.items.filter(decision="").select_related("change"))
    for row in rows:
        if only is None:
            row.delete()
        if following is not None:
            put(following, row.change, purpose=row.purpose)


def drop(change: Any, *, purpose: str = "decide") -> None:
    """Take what is decided elsewhere, or taken back, from agendas that are not over."""
    change.board_items.filter(purpose=purpose, decision="", meeting__state__in=OPEN_TO_ITEMS).delete()


# ---- order and timer, at the meeting --------------------------------------------------------
def running(meeting: Any) -> Any:
    """Give the item that is being heard, or None."""
    return meeting.items.filter(running_since__isnull=False).first()


def halt(meeting: Any, *, at: datetime) -> None:
    """Stop the timer and keep what it counted."""
    for item in meeting.items.select_for_update().filter(running_since__isnull=False):
        item.spent_seconds += max(0, int((at - item.running_since).total_seconds()))
        item.running_since = None
        item.save(update_fields=["spent_seconds", "running_since"])


def start(item: Any, *, at: datetime) -> None:
    """Hear ``item`` now; another one that was being heard is put down."""
    with transaction.atomic():
        meeting = CabMeeting.objects.select_for_update(of=("self",)).get(pk=item.meeting_id)
        if meeting.state != "in_session":
            raise Objected(gettext("Items are heard while the meeting is in session."))
        halt(meeting, at=at)
        CabItem.objects.filter(pk=item.pk).update(running_since=at)


def put_at(item: Any, *, position: int) -> tuple[int, int]:
    """Put ``item`` at that place of the order, the first being 1; gives the place that it leaves and the one that it takes.

    Under the lock of its meeting.
    """
    rows = list(item.meeting.items.order_by("position", "pk"))
    here = next(number for number, row in enumerate(rows) if row.pk == item.pk)
    rows.insert(position - 1, rows.pop(here))
    for number, row in enumerate(rows, start=1):
        if row.position != number:
            CabItem.objects.filter(pk=row.pk).update(position=number)
    return here + 1, position

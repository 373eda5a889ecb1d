"""Meetings, made ahead from the recurrence of each board; holidays are skipped."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext

from changes import agendas, ballots
from changes.board_models import Board, CabMeeting
from changes.board_querysets import PLANS
from changes.recurrences import Recurrence
from itsm.hours.worktime import Schedule
from itsm.records.perform import open_record
from itsm.records.refusals import NotAllowed, Objected

if TYPE_CHECKING:
    from itsm.people.models import Person


def recurrence_of(board: Any) -> Recurrence:
    """Give the rule by which a board meets."""
    return Recurrence(
        frozenset({board.weekday}), board.opens, timedelta(minutes=board.minutes), board.zone, board.since, board.until, board.weeks,
        board.week_of_month,
    )  # fmt: skip


def days_to_meet(board: Any, *, at: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Give the times at which a board meets from ``at`` on, those of working days only."""
    schedule = _schedule(board)
    for stretch in recurrence_of(board).between(at, until):
        if stretch.start >= at and schedule.windows_on(_day(board, stretch.start)):
            yield stretch.start, stretch.end


def _schedule(board: Any) -> Schedule:
    schedule: Schedule = board.calendar.current.schedule()
    return schedule


def _day(board: Any, at: datetime) -> date:
    return at.astimezone(ZoneInfo(board.zone)).date()


def cutoff(board: Any, start: datetime) -> datetime:
    """Give the same time of day so many business days before ``start``."""
    schedule, left, day = _schedule(board), board.cutoff_days, _day(board, start)
    for _step in range(60):
        if left == 0:
            break
        day -= timedelta(days=1)
        left -= bool(schedule.windows_on(day))
    return start - (_day(board, start) - day)


def plan(board: Any, *, start: datetime, end: datetime, by: Person, at: datetime, channel: str = "web") -> Any:
    """Plan a meeting beside the recurrence, for what cannot wait.

    :raises NotAllowed: if ``by`` does not plan meetings
    :raises Objected: if the board has a meeting at that time, or it would end before it begins
    """
    if not by.role_codes & PLANS:
        raise NotAllowed
    with transaction.atomic():
        return make(board, start=start, end=end, by=by, at=at, kind="emergency", channel=channel)


def make(
    board: Any, *, start: datetime, end: datetime, by: Any, at: datetime, kind: str = "regular", channel: str = "web"
) -> Any:
    """Make one meeting with its agenda as far as things wait already.

    :raises Objected: if the board has a meeting at that time, or it would end before it begins
    """
    if end <= start:
        raise Objected(gettext("A meeting must end after it begins."))
    if CabMeeting.objects.filter(board=board, starts_at=start).exists():
        raise Objected(gettext("The board has a meeting at that time already."))
    ordinal = CabMeeting.objects.filter(board=board).count() + 1
    made = open_record(
        CabMeeting, by=by, at=at, channel=channel, board=board, kind_of=kind, starts_at=start, ends_at=end, place=board.place,
        cutoff_at=cutoff(board, start) if kind == "regular" else start, title=f"{board.name_zh} #{ordinal}", ordinal=ordinal,
    )  # fmt: skip
    agendas.fill(made, at=at)
    return made


def make_ahead(*, at: datetime) -> int:
    """Make every meeting that is due to stand in the calendar and is not there yet; gives how many were made."""
    boards = Board.objects.active().order_by("pk").values_list("pk", flat=True)
    return sum(_make_ahead(key, at=at) for key in list(boards))


def _make_ahead(key: int, *, at: datetime) -> int:
    with transaction.atomic():
        board = Board.objects.select_for_update(of=("self",)).select_related("calendar__current").get(pk=key)
        there = set(CabMeeting.objects.filter(board=board, starts_at__gte=at).values_list("starts_at", flat=True))
        wanted = days_to_meet(board, at=at, until=at + timedelta(days=board.ahead_days))
        missing = [(start, end) for start, end in wanted if start not in there]
        for start, end in missing:
            make(board, start=start, end=end, by=None, at=at)
    return len(missing)


def tend(*, at: datetime) -> int:
    """Do what the board needs without being asked: meetings ahead, agendas, votes whose change was edited."""
    done = make_ahead(at=at)
    for meeting in CabMeeting.objects.to_come().not_over(at=at).select_related("board"):
        done += agendas.fill(meeting, at=at)
    return done + ballots.recheck_all(at=at)

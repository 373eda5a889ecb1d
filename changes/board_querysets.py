"""Questions about boards, meetings and ballots; visible_to() is where every list and page begins."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

if TYPE_CHECKING:
    from itsm.people.models import Person

#: Roles that read every agenda; members and proxies of a board read its own.
OVERSEES = frozenset(
    {"change_manager", "cab", "ecab", "auditor", "management_rep", "incident_manager", "service_owner"}
)
#: Roles that plan meetings and keep boards.
PLANS = frozenset({"change_manager"})


def _during(day: date, *, start: str, end: str) -> Q:
    return (Q(**{start: None}) | Q(**{f"{start}__lte": day})) & (Q(**{end: None}) | Q(**{f"{end}__gte": day}))


class BoardQuerySet(models.QuerySet[Any]):
    """Questions about boards."""

    def active(self) -> BoardQuerySet:
        """Only boards that still meet."""
        return self.filter(is_active=True)

    def visible_to(self, person: Person) -> BoardQuerySet:
        """All for those who oversee changes, one's own for members and proxies."""
        if person.role_codes & OVERSEES:
            return self
        return self.filter(Q(members__person=person.pk) | Q(proxies__person=person.pk)).distinct()


class MeetingQuerySet(models.QuerySet[Any]):
    """Questions about meetings."""

    def visible_to(self, person: Person) -> MeetingQuerySet:
        """Meetings of the boards that ``person`` may know of."""
        if person.role_codes & OVERSEES:
            return self
        from changes.board_models import Board

        return self.filter(board__in=Board.objects.visible_to(person).values("pk"))

    def open(self) -> MeetingQuerySet:
        """Only meetings that are not over."""
        return self.filter(phase__in=["new", "working"])

    def to_come(self) -> MeetingQuerySet:
        """Only meetings that are planned or run, the next first."""
        return self.filter(state__in=["planned", "agenda_published", "in_session"]).order_by("starts_at", "pk")

    def not_over(self, *, at: datetime) -> MeetingQuerySet:
        """Only meetings that run, or whose time has not passed."""
        return self.filter(Q(state="in_session") | Q(ends_at__gte=at))


class BallotQuerySet(models.QuerySet[Any]):
    """Questions about ballots."""

    def open(self) -> BallotQuerySet:
        """Only those that take votes."""
        return self.filter(ended_at=None)

    def visible_to(self, person: Person) -> BallotQuerySet:
        """Ballots of boards that ``person`` may know of, and those where the own service is judged."""
        if person.role_codes & OVERSEES:
            return self
        from changes.board_models import Board

        return self.filter(board__in=Board.objects.visible_to(person).values("pk"))

    def late(self, *, at: datetime) -> BallotQuerySet:
        """Only open ones whose time to vote is over."""
        return self.open().filter(closes_at__lt=at)


def seats_on(rows: Any, day: date) -> Any:
    """Keep the seats that are held on ``day``."""
    return rows.filter(_during(day, start="since", end="until"))


def near(meetings: Any, person: Person) -> Any:
    """Leave out the meetings that are more than a week ahead: nobody need prepare them yet."""
    return meetings.filter(~Q(state="planned") | Q(starts_at__lt=Now() + timedelta(days=7)))

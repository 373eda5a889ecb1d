"""Finding cases by number and by words, as far as the person may see them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q, Window

from itsm.search import hits
from itsm.search.numbers import by_number
from itsm.search.shown import COLUMNS
from itsm.tickets.models import Ticket

if TYPE_CHECKING:
    from itsm.people.models import Person
    from itsm.tickets.querysets import TicketQuerySet

WORD = re.compile(r"[^\W_]")
#: Beyond this many hits counting stops ("100+").
CAP = 100


@dataclass(frozen=True)
class Found:
    """One page of cases: the newest first, the key to go on after (or None), and how many are known to be found.

    ``tickets`` are rows of shown.COLUMNS. ``total`` counts the visible cases among the first hits (100 at most);
    ``is_more`` tells that there may be others.
    """

    tickets: list[Any]
    after: int | None
    total: int
    is_more: bool

    @property
    def count(self) -> str:
        """Write the total; "100+" when there may be more."""
        return f"{self.total:,}+" if self.is_more else f"{self.total:,}"


def search(
    person: Person, text: str, *, at: datetime, limit: int = 20, after: int | None = None, cap: int = CAP
) -> Found:
    """Find the cases that ``person`` may see and that hold every word of ``text``, the newest first.

    Words of internal notes count only where the person reads notes; workers also find cases by the name of their
    assignee. On the first page a case with that number comes first. ``after`` is the key of the page before. Nothing is
    found for a text without a letter or digit.
    """
    text = text.replace("\x00", " ")
    if not WORD.search(text):
        return Found([], None, 0, False)
    ahead = by_number(person, text, at=at)
    asked = _Asked(person, text, frozenset(case.pk for case in ahead), max(cap, limit) + 1)
    top = hits.newest(person, text, size=asked.size)
    rows, counted = asked.page(top, after=hits.TOP if after is None else after, limit=limit + 1)
    page = rows[:limit] if after is not None else [*ahead, *rows[:limit]]
    total, is_more = counted + len(ahead), bool(top.floor)
    if after is None and len(rows) <= limit:  # everything stands on this page
        total, is_more = len(page), False
    is_more = is_more or total > cap
    total = min(max(total, len(page)), cap) if is_more else total
    return Found(page, rows[limit - 1].pk if len(rows) > limit else None, total, is_more)


@dataclass(frozen=True)
class _Asked:
    """Who asks for what; ``apart`` are cases that stand ahead of all pages by their number."""

    person: Person
    text: str
    apart: frozenset[int]
    size: int

    def page(self, top: hits.Window, *, after: int, limit: int) -> tuple[list[Any], int]:
        """Read the first ``limit`` visible cases older than ``after``, and count the visible ones in the window ``top``."""
        rows, counted = self._read(top.below(after), limit)
        newer = top.above(after)
        if newer.shown or newer.noted:
            counted += self._seen(newer).count()
        windows: Iterator[hits.Window] = hits.older(
            self.person, self.text, before=min(after, top.floor), size=self.size
        )
        while len(rows) < limit and (window := next(windows, None)) is not None:
            rows += self._read(window, limit - len(rows))[0]
        return rows, counted

    def _read(self, window: hits.Window, limit: int) -> tuple[list[Any], int]:
        """Read the first ``limit`` visible cases of a window, and tell how many there are in all of it."""
        if not window.shown and not window.noted:
            return [], 0
        cases = self._seen(window).annotate(found=Window(Count("*"))).order_by("-pk")
        rows = list(cases.values_list(*COLUMNS, "found", named=True)[:limit])
        return rows, rows[0].found if rows else 0

    def _seen(self, window: hits.Window) -> TicketQuerySet:
        """Keep what the person may see: all that is ``shown``, and ``noted`` where the person reads notes."""
        keys = [key for key in chain(window.shown, window.noted) if key not in self.apart]
        cases = Ticket.objects.visible_to(self.person).filter(pk__in=keys)
        if not window.noted:
            return cases
        read = Ticket.objects.notes_read_by(self.person).filter(pk__in=window.noted)
        return cases.filter(Q(pk__in=window.shown) | Q(pk__in=read.values("pk")))

"""Finding cases by number and by words, as far as the person may see them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from itsm.people.models import Person
from itsm.search.models import SearchEntry
from itsm.search.numbers import by_number
from itsm.tickets.models import Ticket

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from itsm.search.models import SearchEntryQuerySet
    from itsm.tickets.querysets import TicketQuerySet

WORD = re.compile(r"[^\W_]")
#: Beyond this many hits a word is common: cases are walked from the newest, and counting stops ("400+").
CAP = 400
#: How many of a requester's newest cases a common word is looked for in.
NEWEST_OWN = 5000
WINDOW, MOST_WINDOWS = 400, 25
LONGEST_NAME, MOST_PEOPLE = 40, 20


@dataclass(frozen=True)
class Found:
    """One page of cases: the newest first, the key to go on after (or None), and how many are known to be found.

    ``total`` counts the visible cases among the first hits (400 at most); ``is_more`` tells that there may be others.
    """

    tickets: list[Any]
    after: int | None
    total: int
    is_more: bool

    @property
    def count(self) -> str:
        """Write the total; "400+" when there may be more."""
        return f"{self.total:,}+" if self.is_more else f"{self.total:,}"


@dataclass(frozen=True)
class Hits:
    """The keys of entries that hold the words, in any order; cut off when they are too many."""

    keys: list[int]
    is_more: bool


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
    public = _hits(SearchEntry.objects.public(text), cap)
    notes = _hits(SearchEntry.objects.noted(text), cap) if person.is_worker else Hits([], False)
    seen = _visible(person, public.keys, notes.keys) | _held_by(person, text, cap)
    is_more = public.is_more or notes.is_more or len(seen) > cap
    newest = set(seen)
    if public.is_more:
        newest |= _common(person, text, limit=limit + 1, after=after)
    if notes.is_more:
        newest |= _walk(
            SearchEntry.objects.noted(text), Ticket.objects.notes_read_by(person), limit=limit + 1, after=after
        )
    page = sorted((pk for pk in newest if after is None or pk < after), reverse=True)[: limit + 1]
    ahead = [] if after else by_number(person, text, at=at)
    first = {ticket.pk for ticket in ahead}
    rows = _rows([pk for pk in page[:limit] if pk not in first])
    total = min(len(seen | first), cap)
    return Found([*ahead, *rows], page[limit - 1] if len(page) > limit else None, total, is_more)


def _hits(entries: SearchEntryQuerySet, cap: int) -> Hits:
    keys = list(entries.values_list("pk", flat=True)[: cap + 1])
    return Hits(keys[:cap], len(keys) > cap)


def _visible(person: Person, public: list[int], notes: list[int]) -> set[int]:
    """Keep the keys that the person may see: all of ``public``, and of ``notes`` where the person reads notes."""
    seen = (
        set(Ticket.objects.visible_to(person).filter(pk__in=public).values_list("pk", flat=True)) if public else set()
    )
    more = set(notes) - seen
    if more:
        seen |= set(Ticket.objects.notes_read_by(person).filter(pk__in=more).values_list("pk", flat=True))
    return seen


def _held_by(person: Person, text: str, cap: int) -> set[int]:
    """Find visible cases of assignees whose name holds the whole text."""
    name = text.strip()
    if not person.is_worker or len(name) > LONGEST_NAME:
        return set()
    people = list(
        Person.objects.visible_to(person).filter(name__icontains=name).values_list("pk", flat=True)[:MOST_PEOPLE]
    )
    if not people:
        return set()
    cases = Ticket.objects.visible_to(person).filter(assignee__in=people)
    return set(cases.order_by("-pk").values_list("pk", flat=True)[: cap + 1])


def _common(person: Person, text: str, *, limit: int, after: int | None) -> set[int]:
    """Find the newest visible cases that hold a common word: workers' from the word, requesters' from their own cases."""
    if person.is_worker:
        return _walk(SearchEntry.objects.public(text), Ticket.objects.visible_to(person), limit=limit, after=after)
    return set(_own(person, text, after))


def _own(person: Person, text: str, after: int | None) -> QuerySet[Any, int]:
    mine = Ticket.objects.visible_to(person)
    if after is not None:
        mine = mine.filter(pk__lt=after)
    keys = list(mine.order_by("-pk").values_list("pk", flat=True)[:NEWEST_OWN])
    return SearchEntry.objects.public(text).filter(pk__in=keys).values_list("pk", flat=True)


def _walk(entries: SearchEntryQuerySet, cases: TicketQuerySet, *, limit: int, after: int | None) -> set[int]:
    """Go through the hits from the newest, a window at a time, and keep those among ``cases``."""
    found: set[int] = set()
    hits = entries.order_by("-pk").values_list("pk", flat=True)
    for _number in range(MOST_WINDOWS):
        window = list(hits.filter(pk__lt=after)[:WINDOW] if after is not None else hits[: 2 * limit])
        found |= set(cases.filter(pk__in=window).values_list("pk", flat=True))
        if len(found) >= limit or not window:
            break
        after = window[-1]
    return found


def _rows(keys: list[int]) -> list[Any]:
    rows = Ticket.objects.select_related("requester", "service", "team", "assignee").in_bulk(keys)
    return [rows[key] for key in keys if key in rows]

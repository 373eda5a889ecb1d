"""Finding cases by number and by words, as far as the person may see them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from itsm.records import register
from itsm.records.clock import site_month
from itsm.tickets.models import Ticket

if TYPE_CHECKING:
    from itsm.people.models import Person
    from itsm.tickets.querysets import TicketQuerySet

NUMBER = re.compile(r"^\s*([A-Za-z]{1,12})-?(\d{6})-?(\d{1,9})\s*$")
DIGITS = re.compile(r"^\s*#?(\d{1,6})\s*$")
WORD = re.compile(r"[\w\u3400-\u9fff]")
#: Counting stops here: "1,000+".
CAP = 1000
#: How many months back a bare number is looked for.
MONTHS_BACK = 24


@dataclass(frozen=True)
class Found:
    """One page of cases: the newest first, and the key to go on after, or None."""

    tickets: list[Any]
    after: int | None


def search(person: Person, text: str, *, at: datetime, limit: int = 20, after: int | None = None) -> Found:
    """Find the cases that ``person`` may see and that hold every word of ``text``, the newest first.

    Words of internal notes and assignees count only where the person reads notes. A number comes first. ``after`` is
    the key of the page before. Nothing is found for a text without a letter or digit.
    """
    text = text.replace("\x00", " ")
    if not WORD.search(text):
        return Found([], None)
    ahead = [] if after else by_number(person, text, at=at)
    rows = {ticket.pk: ticket for ticket in _by_words(person, text, limit=limit + 1, after=after)}
    page = sorted(rows.values(), key=lambda ticket: -ticket.pk)
    more = len(page) > limit
    page = page[:limit]
    ahead_ids = {ticket.pk for ticket in ahead}
    shown = [*ahead, *(ticket for ticket in page if ticket.pk not in ahead_ids)]
    return Found(shown, page[-1].pk if more else None)


def _by_words(person: Person, text: str, *, limit: int, after: int | None) -> list[Any]:
    found: list[Any] = []
    for cases in _readable(person, text):
        part = cases.filter(pk__lt=after) if after else cases
        found += part.select_related("requester", "service", "team", "assignee").order_by("-pk")[:limit]
    return found


def _readable(person: Person, text: str) -> list[TicketQuerySet]:
    """Give one query for words anyone concerned may read, and one with notes for those who read them.

    Two queries, so that each walks one index.
    """
    public = Ticket.objects.visible_to(person).filter(search_entry__public_tsv__matches=text)
    if not person.is_worker:
        return [public]
    return [public, Ticket.objects.notes_read_by(person).filter(search_entry__all_tsv__matches=text)]


def count(person: Person, text: str, *, cap: int = CAP) -> int:
    """Count the cases that ``person`` finds by the words of ``text``, up to one more than ``cap``."""
    if not WORD.search(text):
        return 0
    parts = [cases.order_by().values("pk")[: cap + 1] for cases in _readable(person, text)]
    return len({row["pk"] for part in parts for row in part}) if len(parts) > 1 else parts[0].count()


def count_words(number: int, *, cap: int = CAP) -> str:
    """Write a count, "1,000+" when it was cut off."""
    return f"{cap:,}+" if number > cap else f"{number:,}"


def by_number(person: Person, text: str, *, at: datetime) -> list[Any]:
    """Find visible cases by their number: whole, without dashes or zeros, or only its last digits (newest month first).

    The number that a case had in its source counts too.
    """
    numbers = _candidates(text, at=at)
    cases = Ticket.objects.visible_to(person).select_related("requester", "service", "team", "assignee")
    found = list(cases.filter(number__in=numbers).order_by("-pk")[:5]) if numbers else []
    if not found and 3 <= len(text.strip()) <= 60:
        found = list(cases.filter(source_number=text.strip()).exclude(source="").order_by("-pk")[:5])
    return found


def the_one(person: Person, text: str, *, at: datetime) -> Any | None:
    """Find the one case whose whole number ``text`` is; None when it is no number or names none that is visible."""
    if NUMBER.match(text) is None:
        return None
    found = by_number(person, text, at=at)
    return found[0] if len(found) == 1 else None


def _candidates(text: str, *, at: datetime) -> list[str]:
    if whole := NUMBER.match(text):
        prefix, month, digits = whole.groups()
        return [f"{prefix.upper()}-{month}-{int(digits):05d}"]
    if bare := DIGITS.match(text):
        prefixes = {process.flow.prefix for process in register.processes()}
        return [f"{prefix}-{month}-{int(bare[1]):05d}" for month in _months(at) for prefix in sorted(prefixes)]
    return []


def _months(at: datetime) -> list[str]:
    newest = site_month(at)
    year, month = int(newest[:4]), int(newest[4:])
    last = year * 12 + month - 1
    return [f"{step // 12}{step % 12 + 1:02d}" for step in range(last, last - MONTHS_BACK, -1)]

"""Cases by their number, in the forms in which people write it."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from itsm.records import register
from itsm.records.clock import site_month
from itsm.search.shown import COLUMNS
from itsm.tickets.models import Ticket

if TYPE_CHECKING:
    from itsm.people.models import Person

WHOLE = re.compile(r"^\s*([A-Za-z]{1,12})-?(\d{6})-?(\d{1,9})\s*$")
DIGITS = re.compile(r"^\s*#?(\d{1,6})\s*$")
#: How many months back a bare number is looked for.
MONTHS_BACK = 24


def by_number(person: Person, text: str, *, at: datetime) -> list[Any]:
    """Find visible cases by their number: whole, without dashes or zeros, or only its last digits.

    They are rows of COLUMNS, the newest first, at most 5.
    """
    numbers = _candidates(text, at=at)
    if not numbers:
        return []
    # not sorted by the database: for the newest five it would walk all cases from the newest
    cases = Ticket.objects.visible_to(person).filter(number__in=numbers).values_list(*COLUMNS, named=True)
    return sorted(cases, key=lambda case: -case.pk)[:5]


def the_one(person: Person, text: str, *, at: datetime) -> Any | None:
    """Find the one case whose whole number ``text`` is; None when it is no number or names none that is visible."""
    if WHOLE.match(text) is None:
        return None
    found = by_number(person, text, at=at)
    return found[0] if len(found) == 1 else None


def whole_number(text: str) -> str:
    """Write a whole number as it stands in the records; empty when ``text`` is none."""
    if whole := WHOLE.match(text):
        prefix, month, digits = whole.groups()
        return f"{prefix.upper()}-{month}-{int(digits):05d}"
    return ""


def _candidates(text: str, *, at: datetime) -> list[str]:
    if number := whole_number(text):
        return [number]
    if bare := DIGITS.match(text):
        prefixes = {process.flow.prefix for process in register.processes()}
        return [f"{prefix}-{month}-{int(bare[1]):05d}" for month in _months(at) for prefix in sorted(prefixes)]
    return []


def _months(at: datetime) -> list[str]:
    newest = site_month(at)
    year, month = int(newest[:4]), int(newest[4:])
    last = year * 12 + month - 1
    return [f"{step // 12}{step % 12 + 1:02d}" for step in range(last, last - MONTHS_BACK, -1)]

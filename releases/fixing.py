"""The problems and known errors that a release closes: named by their numbers in its plan, and linked with it."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext

from itsm.flow import Move
from itsm.records import register
from itsm.records.links import link
from itsm.records.models import LinkKind

NUMBER = re.compile(r"[A-Z]{2,4}-\d{6}-\d{5,}")
#: What a release may close.
KINDS = ("problem", "known_error")


def numbers_in(text: str) -> list[str]:
    """List the numbers of problems and known errors that the text names, each once."""
    prefixes = {process.flow.prefix for process in _processes()}
    found = dict.fromkeys(NUMBER.findall(text.upper()))
    return [number for number in found if number.partition("-")[0] in prefixes]


def _processes() -> list[Any]:
    return [process for process in register.processes() if process.key in KINDS]


def _named(numbers: list[str], person: Any) -> dict[str, Any]:
    """Find them as far as ``person`` may know of them; None is the system itself."""
    found: dict[str, Any] = {}
    for process in _processes() if numbers else []:
        rows = process.model.objects
        seen = rows.all() if person is None else rows.visible_to(person)
        found |= {row.number: row for row in seen.filter(number__in=numbers)}
    return found


def fixes_known(record: Any, move: Move) -> str:
    """Object to numbers that name no problem or known error."""
    numbers = numbers_in(str(move.given("fixes", "")))
    known = _named(numbers, move.by)
    unknown = [number for number in numbers if number not in known]
    if not unknown:
        return ""
    return gettext("There is no problem or known error %(numbers)s.") % {"numbers": ", ".join(unknown)}


def link_fixed(record: Any, move: Move) -> None:
    """Link the release with what its plan says that it closes."""
    for row in _named(numbers_in(record.fixes), move.by).values():
        link(record, row, kind=LinkKind.FIXES_PROBLEM, by=move.by, at=move.at, auto=True)

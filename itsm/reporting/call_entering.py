"""Entering what the desk's telephone and purse tell: by a person, a file or the exchange; entered again it is corrected."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.utils.translation import gettext

from itsm.people.models import Team
from itsm.records.clock import whole
from itsm.records.refusals import NotAllowed, Objected
from itsm.reporting import access
from itsm.reporting.asked import site_day
from itsm.reporting.call_models import CallCount, DeskCost

if TYPE_CHECKING:
    from itsm.people.models import Person

#: Who answers for the desk: they enter calls and costs.
KEEPS = frozenset({"incident_manager", "management_rep"})
#: Before this day nobody counted.
FIRST = date(1990, 1, 1)
NUMBERS = ("offered", "answered", "answered_soon", "abandoned")
ENTERED, CORRECTED, UNCHANGED = "entered", "corrected", "unchanged"


@dataclass(frozen=True)
class Counts:
    """The calls of a day on a line or queue; ``line`` empty is the whole desk."""

    day: date
    offered: int
    answered: int
    answered_soon: int
    abandoned: int
    line: str = ""

    @property
    def place(self) -> tuple[date, str]:
        """What it is about: there is one row for it."""
        return self.day, self.line


@dataclass(frozen=True)
class Cost:
    """What the desk cost in the month that begins on ``month``, in NT$."""

    month: date
    amount: int
    note: str = ""


def may_count(person: Person) -> bool:
    """Tell whether the person enters calls: who answers for the desk, and the lead of a team of the first line."""
    if may_cost(person):
        return True
    return access.reads(person) and Team.objects.active().filter(lead=person.pk, tier=1).exists()


def may_cost(person: Person) -> bool:
    """Tell whether the person enters what the desk costs."""
    return bool(person.role_codes & KEEPS)


def enter_counts(given: Iterable[Counts], *, by: Person, at: datetime) -> dict[str, int]:
    """Enter the calls of days, all or none of them; gives how many were entered, corrected and unchanged.

    :raises NotAllowed: if ``by`` does not enter calls
    :raises Objected: if numbers cannot be, or a day has not begun
    """
    if not may_count(by):
        raise NotAllowed
    rows, outcomes = list(given), dict.fromkeys((ENTERED, CORRECTED, UNCHANGED), 0)
    with transaction.atomic():
        if counted_twice(rows):
            raise Objected(fields={"line": twice()})
        for one in rows:
            if fault := why_not(one, at=at):
                raise fault
            numbers = {name: getattr(one, name) for name in NUMBERS}
            outcomes[_keep(CallCount, {"day": one.day, "line": one.line}, numbers, by=by, at=at)] += 1
    return outcomes


def enter_cost(given: Cost, *, by: Person, at: datetime) -> str:
    """Enter what a month cost; gives whether that was entered, corrected or unchanged.

    :raises NotAllowed: if ``by`` does not enter costs
    :raises Objected: if the amount cannot be, or the month has not begun
    """
    if not may_cost(by):
        raise NotAllowed
    faults = (
        _why_no_day("month", given.month, at),
        _why_no_text("note", given.note),
        _fault(DeskCost(**asdict(given))),
    )
    if fault := next(filter(None, faults), None):
        raise fault
    with transaction.atomic():
        return _keep(DeskCost, {"month": given.month}, {"amount": given.amount, "note": given.note}, by=by, at=at)


def take_away(row: CallCount | DeskCost, *, by: Person, at: datetime) -> None:
    """Take an entry away that was a mistake; the history keeps it, and who took it away.

    :raises NotAllowed: if ``by`` does not enter such
    """
    may = may_count if isinstance(row, CallCount) else may_cost
    if not may(by):
        raise NotAllowed
    with transaction.atomic():
        row.entered_by, row.entered_at = by, whole(at)
        row.save(update_fields=["entered_by", "entered_at"])  # the history copies the row as it goes
        row.delete()


def why_not(given: Counts, *, at: datetime) -> Objected | None:
    """Give what is wrong with the calls of a day, or nothing."""
    return _why_no_day("day", given.day, at) or _why_no_text("line", given.line) or _fault(CallCount(**asdict(given)))


def counted_twice(given: Collection[Counts]) -> set[tuple[date, str]]:
    """Name the days and lines whose calls would be counted twice: by line, and once more with the whole desk."""
    known = CallCount.objects.filter(day__in={one.day for one in given}).values_list("day", "line")
    lines: dict[date, set[str]] = defaultdict(set)
    for day, line in (*known, *(one.place for one in given)):
        lines[day].add(line)
    return {one.place for one in given if "" in lines[one.day] and len(lines[one.day]) > 1}


def twice() -> str:
    """Say what is wrong with them."""
    return gettext("These calls would count twice: enter those of a day either by line, or for the whole desk.")


def _why_no_text(name: str, text: str) -> Objected | None:
    return None if text.isprintable() else Objected(fields={name: gettext("Write it in one line of plain text.")})


def _why_no_day(name: str, day: date, at: datetime) -> Objected | None:
    if day > site_day(at):
        return Objected(fields={name: gettext("This day has not begun yet.")})
    return Objected(fields={name: gettext("Nothing was counted before 1990.")}) if day < FIRST else None


def _fault(row: CallCount | DeskCost) -> Objected | None:
    """Hold a row against the rules of the database; who enters it is not asked yet, nor whether it is there already."""
    try:
        row.clean_fields(exclude={"entered_by", "entered_at"})
        row.validate_constraints(exclude={"line"})
    except ValidationError as bad:
        told = {name: " ".join(faults) for name, faults in bad.message_dict.items()}
        above = told.pop(NON_FIELD_ERRORS, "")
        return Objected(*([above] if above else []), fields=told)
    return None


def _keep(model: Any, place: dict[str, Any], values: dict[str, Any], *, by: Person, at: datetime) -> str:
    known = model.objects.filter(**place).first()
    if known is not None and all(getattr(known, name) == value for name, value in values.items()):
        return UNCHANGED
    said = values | {"entered_by": by, "entered_at": whole(at)}
    _row, is_new = model.objects.update_or_create(**place, defaults=said)
    return ENTERED if is_new else CORRECTED

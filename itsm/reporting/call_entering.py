"""Entering what the desk's telephone and purse tell: by a person, a file or the exchange; entered again it is corrected."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext

from itsm.people.models import Team
from itsm.records.clock import whole
from itsm.records.refusals import NotAllowed, Objected
from itsm.reporting import access
from itsm.reporting.asked import site_day
from itsm.reporting.call_models import MOST_CALLS, MOST_COST, CallCount, DeskCost

if TYPE_CHECKING:
    from itsm.people.models import Person

#: Who answers for the desk: they enter calls and costs.
KEEPS = frozenset({"incident_manager", "management_rep"})
#: Before this day nobody counted.
FIRST = date(1990, 1, 1)
NUMBERS = ("offered", "answered", "answered_soon", "abandoned")
ENTERED, CORRECTED, UNCHANGED = "entered", "corrected", "unchanged"
BATCH = 1000
#: What the database asks of a row beside its fields, judged here without a statement for each; the sentences are its own.
RULES: dict[str, Callable[[Any], bool]] = {
    "calls_answered_or_abandoned_were_offered": lambda row: row.offered >= row.answered + row.abandoned,
    "calls_answered_soon_were_answered": lambda row: row.answered_soon <= row.answered,
    "calls_believable": lambda row: row.offered <= MOST_CALLS,
    "desk_cost_believable": lambda row: row.amount <= MOST_COST,
}


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
    rows = sorted(
        {one.place: one for one in given}.values(), key=lambda one: one.place
    )  # the last word on a place counts
    with transaction.atomic():
        _one_at_a_time()
        if counted_twice(rows):
            raise Objected(fields={"line": twice()})
        for one in rows:
            if fault := why_not(one, at=at):
                raise fault
        return _keep_counts(rows, by=by, at=whole(at))


def _one_at_a_time() -> None:
    """Let whoever enters calls wait for each other, so that no day gets lines beside the whole desk meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('calls of days'))")


def _keep_counts(rows: Collection[Counts], *, by: Person, at: datetime) -> dict[str, int]:
    """Keep the calls of days by a few statements, however many there are; say what came of them."""
    found = CallCount.objects.select_for_update().filter(day__in={one.day for one in rows}).order_by("pk")
    known = {(row.day, row.line): row for row in found}
    new, other = [], []
    for one in rows:
        row = known.get(one.place)
        if row is None:
            new.append(CallCount(**asdict(one), entered_by=by, entered_at=at))
        elif any(getattr(row, name) != getattr(one, name) for name in NUMBERS):
            other.append(_corrected(row, one, by=by, at=at))
    CallCount.objects.bulk_create(new, batch_size=BATCH)
    CallCount.objects.bulk_update(other, [*NUMBERS, "entered_by", "entered_at"], batch_size=BATCH)
    return {ENTERED: len(new), CORRECTED: len(other), UNCHANGED: len(rows) - len(new) - len(other)}


def _corrected(row: CallCount, given: Counts, *, by: Person, at: datetime) -> CallCount:
    for name in NUMBERS:
        setattr(row, name, getattr(given, name))
    row.entered_by, row.entered_at = by, at
    return row


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
    return _keep_cost(given, by=by, at=whole(at))


def _keep_cost(given: Cost, *, by: Person, at: datetime) -> str:
    known = DeskCost.objects.filter(month=given.month).first()
    if known is not None and (known.amount, known.note) == (given.amount, given.note):
        return UNCHANGED
    said = {"amount": given.amount, "note": given.note, "entered_by": by, "entered_at": at}
    _row, is_new = DeskCost.objects.update_or_create(month=given.month, defaults=said)
    return ENTERED if is_new else CORRECTED


def take_away(row: CallCount | DeskCost, *, by: Person, at: datetime) -> None:
    """Take an entry away that was a mistake; the history keeps it, and who took it away. One that is gone is no trouble.

    :raises NotAllowed: if ``by`` does not enter such
    """
    model: Any = type(row)
    may = may_count if model is CallCount else may_cost
    if not may(by):
        raise NotAllowed
    with transaction.atomic():
        found = model.objects.select_for_update().filter(pk=row.pk).first()
        if found is not None:
            found.entered_by, found.entered_at = by, whole(at)
            found.save(update_fields=["entered_by", "entered_at"])  # the history copies the row as it goes
            found.delete()


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
    except ValidationError as bad:
        return Objected(fields={name: " ".join(faults) for name, faults in bad.message_dict.items()})
    broken = [rule for rule in row._meta.constraints if rule.name in RULES and not RULES[rule.name](row)]
    return Objected(*(str(rule.violation_error_message) for rule in broken)) if broken else None

"""The kinds of period that a report may have: each is one object, and all that tells it from the others is in it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, ClassVar

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from itsm.ui.moments import MONTHS_EN, english
from sla.models import Promise
from sla.promise_periods import CONTRACT_YEAR, around, local, month_after

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip
#: Writes a year in the era of the reader.
Year = Callable[[int], str]


class Kind(ABC):
    """A kind of period. A period is named here by its first day; ``code`` is kept in rows."""

    code: ClassVar[str]
    name: ClassVar[Any]
    #: Whether a month does not tell which period is meant, so that a day must be given.
    asks_day: ClassVar[bool] = False
    #: Whether such periods are those of one agreement, so that it must be named.
    of_agreement: ClassVar[bool] = False

    def since(self, first_day: date | None) -> Kind:
        """Give the kind as it is for an agreement that was first in force on a day; to the calendar that is all one."""
        return self

    @abstractmethod
    def first(self, day: date) -> date:
        """Give the first day of the period in which a day lies."""

    @abstractmethod
    def following(self, first: date) -> date:
        """Give the first day of the next period."""

    @abstractmethod
    def count(self, first: date) -> int:
        """Number the period, the same for ever and below a million."""

    @abstractmethod
    def counted(self, count: int) -> date:
        """Give the first day of the period of a number."""

    @abstractmethod
    def label(self, first: date) -> str:
        """Name the period without words, its year first."""

    @abstractmethod
    def mark(self, first: date) -> str:
        """Name the period in the number of a report."""

    @abstractmethod
    def asked(self, first: date) -> str:
        """Name the period as the form takes it."""

    @abstractmethod
    def words(self, first: date, last: date, year: Year) -> str:
        """Name the period in words; ``last`` is the last day that it reaches."""

    @abstractmethod
    def part(self, rest: str) -> str | None:
        """Name the part of the year from what follows the year in a label; None where that is of another kind."""


class _OfMonths(Kind):
    """A period of whole months; the periods of a year begin with January."""

    months: ClassVar[int]
    letter: ClassVar[str] = ""

    def first(self, day: date) -> date:
        return month_after(day, -((day.month - 1) % self.months))

    def following(self, first: date) -> date:
        return month_after(first, self.months)

    def count(self, first: date) -> int:
        return first.year * 12 + first.month - 1

    def counted(self, count: int) -> date:
        return date(count // 12, count % 12 + 1, 1)

    def mark(self, first: date) -> str:
        return f"{first:%Y%m}" + (f"-{self.letter}" if self.letter else "")

    def asked(self, first: date) -> str:
        return f"{first:%Y-%m}"


class _Month(_OfMonths):
    code, name, months = "month", _("month"), 1

    def label(self, first: date) -> str:
        return f"{first:%Y-%m}"

    def words(self, first: date, last: date, year: Year) -> str:
        if english():
            return f"{MONTHS[first.month - 1]} {year(first.year)}"
        return f"{year(first.year)} 年 {first.month} 月"

    def part(self, rest: str) -> str | None:
        if not rest.isdigit():
            return None
        return MONTHS_EN[int(rest) - 1] if english() else f"{int(rest)} 月"


class _Quarter(_OfMonths):
    code, name, months, letter = "quarter", _("quarter"), 3, "Q"

    def label(self, first: date) -> str:
        return f"{first.year}-Q{self._number(first)}"

    def words(self, first: date, last: date, year: Year) -> str:
        said = {"quarter": self._number(first), "year": year(first.year)}
        return gettext("quarter %(quarter)s of %(year)s") % said

    def part(self, rest: str) -> str | None:
        if not rest.startswith(self.letter):
            return None
        return rest if english() else f"第 {rest[1:]} 季"

    def _number(self, first: date) -> int:
        return (first.month + 2) // 3


class _Year(_OfMonths):
    code, name, months, letter = "year", _("year"), 12, "Y"

    def label(self, first: date) -> str:
        return f"{first.year}"

    def words(self, first: date, last: date, year: Year) -> str:
        return year(first.year) + ("" if english() else " 年")

    def part(self, rest: str) -> str | None:
        return None if rest else ""


class _Week(Kind):
    """Weeks begin on Monday and are numbered by ISO 8601."""

    code, name, asks_day = "week", _("week"), True

    def first(self, day: date) -> date:
        return day - timedelta(days=day.weekday())

    def following(self, first: date) -> date:
        return first + timedelta(weeks=1)

    def count(self, first: date) -> int:
        return first.toordinal() // 7

    def counted(self, count: int) -> date:
        return date.fromordinal(count * 7 + 1)  # day 1 of the calendar was a Monday

    def label(self, first: date) -> str:
        return f"{first:%G-W%V}"

    def mark(self, first: date) -> str:
        return f"{first:%GW%V}"

    def asked(self, first: date) -> str:
        return f"{first:%Y-%m-%d}"

    def words(self, first: date, last: date, year: Year) -> str:
        of, number, _day = first.isocalendar()
        days = f"{first.month}/{first.day}–{last.month}/{last.day}"
        if english():
            return f"week {number} of {year(of)} ({days})"
        return f"{year(of)} 年第 {number} 週（{days}）"

    def part(self, rest: str) -> str | None:
        if not rest.startswith("W"):
            return None
        return rest if english() else f"第 {int(rest[1:])} 週"


@dataclass(frozen=True)
class _ContractYear(Kind):
    """Years of an agreement begin with the day on which it was first in force; one that ends sooner is cut (``sla.contract_years``)."""

    code, name, of_agreement = CONTRACT_YEAR, Promise.Period.CONTRACT_YEAR.label, True
    letter: ClassVar[str] = "C"
    first_day: date | None = None

    def since(self, first_day: date | None) -> Kind:
        return _ContractYear(first_day)

    def first(self, day: date) -> date:
        return local(around(CONTRACT_YEAR, day, self.first_day or day)[0]).date()

    def following(self, first: date) -> date:
        return local(around(CONTRACT_YEAR, first, self.first_day or first)[1]).date()

    def count(self, first: date) -> int:
        return first.toordinal()

    def counted(self, count: int) -> date:
        return date.fromordinal(count)

    def label(self, first: date) -> str:
        return f"{first.year}-{self.letter}{first:%m%d}"

    def mark(self, first: date) -> str:
        return f"{first:%Y%m%d}-{self.letter}"

    def asked(self, first: date) -> str:
        return f"{first:%Y-%m-%d}"

    def words(self, first: date, last: date, year: Year) -> str:
        if english():
            days = (f"{one.day} {MONTHS_EN[one.month - 1]} {year(one.year)}" for one in (first, last))
            return f"contract year {' – '.join(days)}"
        days = (f"{year(one.year)} 年 {one.month} 月 {one.day} 日" for one in (first, last))
        return f"{' – '.join(days)}（合約年度）"

    def part(self, rest: str) -> str | None:
        if not rest.startswith(self.letter):
            return None
        month, day = int(rest[1:3]), int(rest[3:])
        return f"from {day} {MONTHS_EN[month - 1]}" if english() else f"{month}/{day} 起"


#: Every kind, each at its place for ever: the place stands in the keys of what is owed. A new one comes last.
KINDS: tuple[Kind, ...] = (_Month(), _Quarter(), _Year(), _Week(), _ContractYear())
CODES = tuple(kind.code for kind in KINDS)
#: Those of the calendar, the same for every customer.
OF_CALENDAR = tuple(kind.code for kind in KINDS if not kind.of_agreement)
CHOICES = [(kind.code, kind.name) for kind in KINDS]
_BY_CODE = {kind.code: kind for kind in KINDS}


def kind_of(code: str) -> Kind:
    """Find a kind by its code."""
    return _BY_CODE[code]


def part_of(rest: str) -> str:
    """Name the part of the year from what follows the year in a label of any kind."""
    return next(said for kind in KINDS if (said := kind.part(rest)) is not None)

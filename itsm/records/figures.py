"""What a process measures over a period: exact, empty where there is nothing to measure, and with the rows behind it.

A process registers each figure as a ``Kpi``: its query ``figure(*, start, end)`` counts what happened from ``start`` up to,
not including, ``end`` and gives a ``Share``, ``Mean``, ``Durations``, ``Count`` or ``Breakdown``. Each of these has ``sides``:
the rows that were counted, by the name of the number that they make. An evidence query takes the same period and gives the rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from fractions import Fraction
from statistics import median
from typing import Any

from django.db.models import Count as CountOf
from django.db.models import QuerySet, Sum

from itsm.records.counting import is_uncounted
from itsm.records.models import Event

#: The sides of a figure: what counts, and what it counts out of.
PART, WHOLE = "part", "whole"
#: How many periods before a breakdown is compared with.
PERIODS = 12
Pair = tuple[int, float]


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows that make a number: each names a record by its key and adds one, or what ``amount`` says.

    ``found`` is a queryset whose column ``key`` holds the record, or pairs of record and amount. ``of`` names what the
    rows are where they are no records (``itsm.records.kpis.add_subject``). ``team`` is the column of the team that had
    the case then, ``service`` that of rows that are no records but belong to a service. ``kind`` is that of the records
    where all are of one, or ``ticket`` where all are cases. A statement is asked once how many rows it gives.
    """

    found: Any = ()
    key: str = "pk"
    amount: str = ""
    of: str = "record"
    team: str = ""
    service: str = ""
    kind: str = ""
    _made: dict[str, Any] = field(default_factory=dict, init=False, compare=False, repr=False)

    def pairs(self) -> list[tuple[int, float]]:
        """Read each row: the record and what it adds."""
        if not isinstance(self.found, QuerySet):
            return list(self.found)
        if self.amount:
            return list(self.found.values_list(self.key, self.amount))
        return [(row[1], 1) for row in self.found.order_by().values_list("pk", self.key)]

    def count(self) -> int:
        """Count the rows."""
        if not isinstance(self.found, QuerySet):
            return len(self.found)
        if "count" not in self._made and not is_uncounted():
            self._made["count"] = int(self.found.order_by().count())
        return int(self._made.get("count", 0))

    def count_and_total(self) -> tuple[int, Any]:
        """Count the rows and add up what they add, by one statement."""
        total = self.total()
        return self.count(), total

    def total(self) -> Any:
        """Add up what the rows add; what is counted on the way is kept."""
        if not isinstance(self.found, QuerySet):
            return sum(amount for _record, amount in self.found)
        if not self.amount:
            return self.count()
        if "total" not in self._made and not is_uncounted():
            made = self.found.order_by().aggregate(rows_of=CountOf("pk"), total_of=Sum(self.amount))
            self._made.update(count=made["rows_of"], total=made["total_of"] or 0)
        return self._made.get("total", 0)

    def counted(self, number: int) -> Rows:
        """Take the number that a sum of the same rows has, each of which adds one, so that no statement counts them."""
        self.known(number, number)
        return self

    def known(self, count: int, total: Any) -> None:
        """Take how many rows there are and what they add from who has read them, so that no statement counts them."""
        self._made.update(count=count, total=total)

    def narrows(self, to: Narrowing) -> bool:
        """Tell whether they can be narrowed so: rows of records can, those of services by the service alone."""
        return self.of == "record" or bool(self.service and to.service and not to.team and not to.priority)

    def narrowed(self, to: Narrowing) -> Rows:
        """Keep what is asked for; a row that names its own team is kept by that team, not by the one of now."""
        if self.of != "record":
            return replace(self, found=self.found.filter(**{self.service: to.service}))
        if not (self.team and to.team):
            return self._among(to.records)
        kept = replace(self, found=self.found.filter(**{self.team: to.team}))
        return kept if to.of_any_team is None else kept._among(to.of_any_team)

    def _among(self, records: Any) -> Rows:
        if isinstance(self.found, QuerySet):
            return replace(self, found=self.found.filter(**{f"{self.key}__in": records.values("pk")}))
        kept = set(records.filter(pk__in={record for record, _amount in self.found}).values_list("pk", flat=True))
        return Rows(tuple(row for row in self.found if row[0] in kept), of=self.of)


@dataclass(frozen=True, slots=True)
class Kept(Rows):
    """Rows of which only is known how many there were and what they added, when they were counted."""

    number: int = 0
    adds: Any = 0

    def pairs(self) -> list[tuple[int, float]]:
        """Nobody knows them any more.

        :raises LookupError: always
        """
        raise LookupError("These rows were counted and not kept.")

    def count(self) -> int:
        """How many there were."""
        return self.number

    def total(self) -> Any:
        """What they added."""
        return self.adds


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What is asked for of a figure: ``records`` that are of it; keys of service and team, and the priority, where they are.

    ``of_any_team`` leaves the team aside; None where nothing else is asked for.
    """

    records: Any
    of_any_team: Any = None
    service: int = 0
    team: int = 0
    priority: int = 0


Sides = dict[str, Rows]


@dataclass(frozen=True, slots=True)
class Share:
    """``part`` out of ``whole``; a part of a whole of things that are no records has rows for the part only."""

    part: int
    whole: int
    rows: Mapping[str, Rows] = field(default_factory=dict, compare=False, repr=False)

    @property
    def ratio(self) -> Fraction | None:
        """The exact share; None, never 0 or 1, where there is nothing to share."""
        return Fraction(self.part, self.whole) if self.whole else None

    @property
    def sides(self) -> Sides:
        """The rows of the part and of the whole."""
        return dict(self.rows)

    def narrowed(self, to: Narrowing) -> Share:
        """Count only what is asked for; a whole that has no rows stays."""
        sides = {name: rows.narrowed(to) for name, rows in self.rows.items()}
        whole = int(sides[WHOLE].total()) if WHOLE in sides else self.whole
        return Share(int(sides[PART].total()) if PART in sides else self.part, whole, sides)

    def __str__(self) -> str:
        ratio = self.ratio
        return "-" if ratio is None else f"{int(ratio * 10000) / 100:.2f} %"


def share(part: Rows, whole: Rows) -> Share:
    """This will count a part and its whole and keep the rows of both."""
    return Share(int(part.total()), int(whole.total()), {PART: part, WHOLE: whole})


def per_head(part: Rows, heads: int) -> Share:
    """This will count rows against a number of people."""
    return Share(int(part.total()), heads, {PART: part})


@dataclass(frozen=True, slots=True)
class Mean:
    """The average of ``count`` values that make ``total`` together."""

    total: int | Fraction
    count: int
    rows: Rows = field(default_factory=Rows, compare=False, repr=False)
    #: The middle value, and what nine of ten did not exceed; None where there is nothing, or it was not kept.
    median: float | None = field(default=None, compare=False)
    ninth_decile: float | None = field(default=None, compare=False)

    @property
    def value(self) -> Fraction | None:
        """The exact average; None where there is nothing to average."""
        return Fraction(self.total, self.count) if self.count else None

    @property
    def sides(self) -> Sides:
        """The rows that were averaged."""
        return {WHOLE: self.rows}

    def narrowed(self, to: Narrowing) -> Mean:
        """Average only what is asked for."""
        return mean(self.rows.narrowed(to))

    def __str__(self) -> str:
        return "-" if self.value is None else f"{float(self.value):.2f}"


def mean(rows: Rows) -> Mean:
    """This will average what the rows add, whole numbers, by one statement."""
    if is_uncounted():
        return Mean(0, 0, rows)
    found = averaged(rows, [amount for _record, amount in rows.pairs()])
    rows.known(found.count, found.total)
    return replace(found, total=int(found.total))


def averaged(rows: Rows, values: Iterable[Any]) -> Mean:
    """This will average the values that ``rows`` add, with their middle and what nine of ten did not exceed."""
    ordered = sorted(values)
    middle = float(median(ordered)) if ordered else None
    return Mean(sum(ordered), len(ordered), rows, middle, ninth_of(ordered))


def ninth_of(ordered: Sequence[Any]) -> float | None:
    """Give what nine of ten ordered values did not exceed (nearest rank); None where there are none."""
    return float(ordered[-(-len(ordered) * 9 // 10) - 1]) if ordered else None


@dataclass(frozen=True, slots=True)
class Durations:
    """How long something took, each time, in seconds; ordered."""

    seconds: tuple[float, ...]
    rows: Rows = field(default_factory=Rows, compare=False, repr=False)

    @property
    def count(self) -> int:
        """How many times were measured."""
        return len(self.seconds)

    @property
    def median(self) -> float | None:
        """The middle; None where nothing took any time."""
        return median(self.seconds) if self.seconds else None

    @property
    def mean(self) -> float | None:
        """The average; None where nothing took any time."""
        return sum(self.seconds) / len(self.seconds) if self.seconds else None

    @property
    def ninth_decile(self) -> float | None:
        """What nine of ten did not exceed (nearest rank)."""
        return ninth_of(self.seconds)

    @property
    def sides(self) -> Sides:
        """The rows that were measured."""
        return {WHOLE: self.rows}

    def narrowed(self, to: Narrowing) -> Durations:
        """Measure only what is asked for."""
        return lasted(self.rows.narrowed(to))

    def __str__(self) -> str:
        return "-" if self.median is None else f"{self.median / 3600:.2f} h"


def lasted(rows: Rows) -> Durations:
    """This will measure rows that add seconds."""
    if is_uncounted():
        return Durations((), rows)
    pairs = tuple(rows.pairs())
    return Durations(tuple(sorted(float(seconds) for _record, seconds in pairs)), Rows(pairs, of=rows.of))


def durations(spans: Iterable[tuple[int, datetime | None, datetime | None]]) -> Durations:
    """This will measure each span of a record that has both ends."""
    return lasted(Rows(tuple((key, (end - start).total_seconds()) for key, start, end in spans if start and end)))


class Count(int):
    """A whole number with the rows behind it."""

    rows: Rows

    def __new__(cls, rows: Rows) -> Count:
        """Add up the rows."""
        made = super().__new__(cls, rows.total())
        made.rows = rows
        return made

    @property
    def sides(self) -> Sides:
        """The rows that were counted."""
        return {WHOLE: self.rows}

    def narrowed(self, to: Narrowing) -> Count:
        """Count only what is asked for."""
        return Count(self.rows.narrowed(to))


@dataclass(frozen=True, slots=True)
class Line:
    """One value of a way of counting: what it is called, its rows, and those of the periods before."""

    name: str
    rows: Rows
    earlier: Rows = field(default_factory=Rows)

    @property
    def now(self) -> int:
        """How many there are."""
        return self.rows.count()

    @property
    def before(self) -> Fraction:
        """The mean of the periods before."""
        return Fraction(self.earlier.count(), PERIODS)

    def narrowed(self, to: Narrowing) -> Line:
        """Count only what is asked for."""
        return Line(self.name, self.rows.narrowed(to), self.earlier.narrowed(to))


class Breakdown(dict[str, dict[str, Line]]):
    """Rows counted in several ways, each beside the mean of earlier periods."""

    def __init__(self, parts: Mapping[str, dict[str, Line]], rows: Rows) -> None:
        """Keep the rows that all ways count."""
        super().__init__(parts)
        self.rows = rows

    @property
    def sides(self) -> Sides:
        """The rows that were counted, and those of each value of each way."""
        lines = {f"{part}.{key}": line.rows for part, found in self.items() for key, line in found.items()}
        return {WHOLE: self.rows, **lines}

    def narrowed(self, to: Narrowing) -> Breakdown:
        """Count only what is asked for; a value that is left with nothing at all goes."""
        parts = {part: {key: line.narrowed(to) for key, line in found.items()} for part, found in self.items()}
        kept = {
            part: {key: one for key, one in found.items() if one.now or one.before} for part, found in parts.items()
        }
        return Breakdown(kept, self.rows.narrowed(to))

    def __str__(self) -> str:
        return str(self.rows.count())


#: A row of a breakdown: the record, when it happened, and its values by way of counting; some have several, some none.
Told = tuple[int, datetime, Mapping[str, Iterable[str]]]


def broken_down(rows: Iterable[Told], names: Mapping[str, Mapping[str, str]], *, start: datetime) -> Breakdown:
    """This will count rows from ``PERIODS`` periods before ``start`` on in every way that ``names`` calls values of."""
    every = list(rows)
    parts: dict[str, dict[str, Line]] = {}
    for part, called in names.items():
        found: dict[str, tuple[list[Pair], list[Pair]]] = {}
        for key, at, values in every:
            for value in values[part]:
                found.setdefault(value, ([], []))[at < start].append((key, 1))
        parts[part] = {
            value: Line(called.get(value, value or "-"), Rows(tuple(now)), Rows(tuple(earlier)))
            for value, (now, earlier) in sorted(found.items())
        }
    return Breakdown(parts, Rows(tuple((key, 1) for key, at, _values in every if at >= start)))


def moves_of(kind: str, *names: str, start: datetime, end: datetime) -> Any:
    """List the moves ``names`` that records of ``kind`` made in the period, in their order."""
    return Event.objects.moves().filter(record__kind=kind, name__in=names, at__gte=start, at__lt=end).in_order()


def moved(kind: str, *names: str, start: datetime, end: datetime) -> Rows:
    """Give the same moves as rows."""
    return Rows(moves_of(kind, *names, start=start, end=end), "record", kind=kind)


def signed(*parts: tuple[int, Rows]) -> Rows:
    """This will put rows together, each lot with its sign."""
    return Rows(tuple((record, sign * amount) for sign, rows in parts for record, amount in rows.pairs()))

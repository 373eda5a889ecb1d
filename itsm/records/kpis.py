"""The KPI dictionary: what each figure is called, how it is computed in words, who answers for it, and what is good."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from typing import Any, ClassVar

from django.utils.functional import Promise

from itsm.records import register

Words = str | Promise

#: Less than so many answers are too few to tell (domain 4.8).
FEW = 30


@dataclass(frozen=True)
class Kpi:
    """One figure of the dictionary; call it with a period to have it computed.

    ``good`` says which way is better: up, down, or nothing. ``unit``: share, per_100, count, duration, mean, points, money (NT$ on
    average, or of the part for each one of the whole).
    ``period`` says which day of a record decides: closed, received, happened, or now where the past is not looked up.
    ``adds`` is ``seconds`` where the rows of a share do not add one each but seconds.
    ``target`` is what is aimed at until somebody sets another: a share of one, seconds, or a number.
    ``coverage`` says for a period how much of it is known at all, where people or machines may have entered only a part.
    """

    query: Callable[..., Any]
    label: Words
    formula: Words
    unit: str = "share"
    period: str = "happened"
    good: str = ""
    target: Fraction | None = None
    few: int = 0
    adds: str = ""
    coverage: Callable[..., str] | None = None
    name: str = ""
    owner: str = ""
    area: str = ""

    #: A template must not compute what it names.
    do_not_call_in_templates: ClassVar[bool] = True

    def __call__(self, *, start: datetime, end: datetime) -> Any:
        """Compute it over the period."""
        return self.query(start=start, end=end)

    @property
    def in_seconds(self) -> bool:
        """Tell whether its rows add seconds."""
        return self.unit == "duration" or self.adds == "seconds"

    @property
    def key(self) -> str:
        """Name it among all."""
        return f"{self.area}.{self.name}"


def dictionary(owner: str, *entries: Kpi) -> dict[str, Kpi]:
    """This will name entries after their queries and give them their owner."""
    named = [replace(one, name=one.name or one.query.__name__, owner=one.owner or owner) for one in entries]
    return {one.name: one for one in named}


#: What tells of rows that are no records: for keys and a person, the label and address of each that the person may see.
Teller = Callable[[list[int], Any], Mapping[int, tuple[str, str]]]
_subjects: dict[str, Teller] = {}


def add_subject(of: str, teller: Teller) -> None:
    """This will register who tells of rows that are no records."""
    _subjects[of] = teller


def subject(of: str) -> Teller:
    """Find who tells of them."""
    return _subjects[of]


@dataclass(frozen=True)
class Unmeasured:
    """A figure of the specification that cannot be computed here, and why."""

    area: Words
    label: Words
    formula: Words
    reason: Words


_areas: dict[str, dict[str, Kpi]] = {}


def add_area(area: str, entries: dict[str, Kpi]) -> None:
    """This will register figures that belong to no process of records; the same area again takes them in as well."""
    _areas.setdefault(area, {}).update(entries)


def all_kpis() -> Iterator[Kpi]:
    """List every figure of every process, then those of other areas."""
    for process in register.processes():
        yield from (replace(one, area=process.key) for one in process.figures.values() if isinstance(one, Kpi))
    for area, entries in _areas.items():
        yield from (replace(one, area=area) for one in entries.values())


def find(key: str) -> Kpi | None:
    """Find a figure by ``process.name``."""
    return next((one for one in all_kpis() if one.key == key), None)

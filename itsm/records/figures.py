"""What a process measures over a period: shares and durations, exact, and empty where there is nothing to measure.

A process registers each figure by its name: ``figure(*, start, end)`` counts what happened from ``start`` up to, not
including, ``end`` and gives a ``Share``, ``Mean``, ``Durations`` or a whole number. An evidence query takes the same period and
gives the rows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from statistics import median
from typing import Any

from itsm.records.models import Event


@dataclass(frozen=True, slots=True)
class Share:
    """``part`` out of ``whole``."""

    part: int
    whole: int

    @property
    def ratio(self) -> Fraction | None:
        """The exact share; None, never 0 or 1, where there is nothing to share."""
        return Fraction(self.part, self.whole) if self.whole else None

    def __str__(self) -> str:
        ratio = self.ratio
        return "-" if ratio is None else f"{int(ratio * 10000) / 100:.2f} %"


@dataclass(frozen=True, slots=True)
class Mean:
    """The average of ``count`` values that make ``total`` together."""

    total: int
    count: int

    @property
    def value(self) -> Fraction | None:
        """The exact average; None where there is nothing to average."""
        return Fraction(self.total, self.count) if self.count else None

    def __str__(self) -> str:
        return "-" if self.value is None else f"{float(self.value):.2f}"


@dataclass(frozen=True, slots=True)
class Durations:
    """How long something took, each time, in seconds; ordered."""

    seconds: tuple[float, ...]

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
        return self.seconds[-(-len(self.seconds) * 9 // 10) - 1] if self.seconds else None

    def __str__(self) -> str:
        return "-" if self.median is None else f"{self.median / 3600:.2f} h"


def durations(spans: Iterable[tuple[datetime | None, datetime | None]]) -> Durations:
    """This will measure each span that has both ends."""
    return Durations(tuple(sorted((end - start).total_seconds() for start, end in spans if start and end)))


def moves_of(kind: str, *names: str, start: datetime, end: datetime) -> Any:
    """List the moves ``names`` that records of ``kind`` made in the period, in their order."""
    return Event.objects.moves().filter(record__kind=kind, name__in=names, at__gte=start, at__lt=end).in_order()

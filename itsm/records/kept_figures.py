"""Figures of which only the numbers were kept."""

from __future__ import annotations

from dataclasses import dataclass

from itsm.records.figures import Durations


@dataclass(frozen=True, slots=True)
class KeptDurations(Durations):
    """Durations of which only is known what was said of them when they were measured."""

    middle: float | None = None
    average: float | None = None
    ninth: float | None = None

    @property
    def count(self) -> int:
        """How many times were measured."""
        return self.rows.count()

    @property
    def median(self) -> float | None:
        """The middle, as it was."""
        return self.middle

    @property
    def mean(self) -> float | None:
        """The average, as it was."""
        return self.average

    @property
    def ninth_decile(self) -> float | None:
        """What nine of ten did not exceed, as it was."""
        return self.ninth

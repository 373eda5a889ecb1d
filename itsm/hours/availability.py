"""How available a service was: exact arithmetic on agreed time and outages. No Django and no database here.

Seconds are whole, ratios are fractions; they are judged as they are and shown truncated, never rounded up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import prod
from typing import Literal

from itsm.hours.intervals import Interval, Intervals, difference, intersection, length, union

Mode = Literal["deduct", "numerator"]
Combine = Literal["all_items", "worst", "mean_time", "series", "parallel"]
MODES: tuple[Mode, ...] = ("deduct", "numerator")
NOTHING = "-"


@dataclass(frozen=True)
class Figure:
    """Agreed time and downtime of a period, in seconds."""

    agreed: int
    down: int

    @property
    def ratio(self) -> Fraction | None:
        """The share of the agreed time in which the service was up; None where no time was agreed."""
        return Fraction(self.agreed - self.down, self.agreed) if self.agreed else None

    def meets(self, target: Fraction) -> bool | None:
        """Tell whether the exact ratio reaches ``target``; None where no time was agreed."""
        return None if self.ratio is None else self.ratio >= target

    def __add__(self, other: Figure) -> Figure:
        """This will give the figure of both periods: seconds are added, percentages never averaged."""
        return Figure(self.agreed + other.agreed, self.down + other.down)


@dataclass(frozen=True)
class Stretch:
    """A stretch of reduced service: how much of it counts as lost, and how many users it reached."""

    span: Interval
    weight: Fraction = Fraction(0)
    users: int | None = None


@dataclass(frozen=True)
class Reckoning:
    """What came of one period: raw, adjusted, and the joined failures with the seconds that count of each.

    ``counting`` is the agreed time in which a loss counts: planned and excluded time lies outside it in either mode.
    """

    raw: Figure
    adjusted: Figure
    failures: list[tuple[Interval, int]] = field(default_factory=list)
    down: Intervals = field(default_factory=list)
    counting: Intervals = field(default_factory=list)


def reckon(
    agreed: Iterable[Interval],
    *,
    outages: Iterable[Interval],
    planned: Iterable[Interval] = (),
    excluded: Iterable[Interval] = (),
    mode: Mode = "deduct",
) -> Reckoning:
    """This will reckon a period from its agreed stretches.

    In mode ``deduct`` planned and excluded time leaves agreed time and downtime, in ``numerator`` only the downtime.
    """
    time, out = union(agreed), union(outages)
    free = union([*planned, *excluded])
    lost = intersection(time, out)
    counting = difference(time, free)
    down = intersection(lost, counting)
    base = counting if mode == "deduct" else time
    counted = [(span, length(intersection([span], down))) for span in out]
    return Reckoning(
        raw=Figure(length(time), length(lost)),
        adjusted=Figure(length(base), length(down)),
        failures=[(span, seconds) for span, seconds in counted if seconds],
        down=down,
        counting=counting,
    )


def shown(ratio: Fraction | None, *, decimals: int = 3) -> str:
    """This will write a ratio as per cent, cut off after ``decimals``; a dash where there is none."""
    if ratio is None:
        return NOTHING
    cut = abs(ratio.numerator) * 100 * 10**decimals // ratio.denominator
    whole, rest = divmod(cut, 10**decimals)
    sign = "-" if ratio < 0 and cut else ""
    return f"{sign}{whole}.{rest:0{decimals}d}%" if decimals else f"{sign}{whole}%"


@dataclass(frozen=True)
class Budget:
    """What a target leaves to lose: allowed and left, in seconds; left is negative when it is overdrawn."""

    allowed: Fraction
    left: Fraction

    @property
    def used(self) -> Fraction | None:
        """The share of the budget that is used; None where nothing was to lose."""
        return (self.allowed - self.left) / self.allowed if self.allowed else None


def budget(figure: Figure, *, target: Fraction) -> Budget:
    """This will tell how much downtime ``target`` allows and how much of it is left."""
    allowed = figure.agreed * (1 - target)
    return Budget(allowed=allowed, left=allowed - figure.down)


def weighted(
    figure: Figure, down: Iterable[Interval], *, counting: Iterable[Interval], degraded: Sequence[Stretch]
) -> Fraction | None:
    """This will count degraded time by its weight beside the downtime; where two overlap the heavier counts."""
    if not figure.agreed:
        return None
    lost = _lost_by_weight(counting, degraded, list(down))
    return (figure.agreed - figure.down - lost) / Fraction(figure.agreed)


def user_weighted(
    figure: Figure, *, counting: Iterable[Interval], outages: Sequence[Stretch], users: int
) -> Fraction | None:
    """This will weigh each outage by the users it reached of all ``users``; one of unknown reach counts for all.

    Where two overlap the one that reached more counts.
    """
    if not figure.agreed or users <= 0:
        return None
    shares = [
        Stretch(one.span, Fraction(min(users if one.users is None else one.users, users), users)) for one in outages
    ]
    return 1 - _lost_by_weight(counting, shares, []) / Fraction(figure.agreed)


def _lost_by_weight(counting: Iterable[Interval], stretches: Sequence[Stretch], taken: Intervals) -> Fraction:
    """Add up stretches by their weight, outside of what is ``taken``; where two overlap the heavier counts."""
    time, lost = union(counting), Fraction(0)
    for weight in sorted({one.weight for one in stretches}, reverse=True):
        spans = union(one.span for one in stretches if one.weight == weight)
        fresh = difference(intersection(time, spans), taken)
        lost += weight * length(fresh)
        taken = union([*taken, *fresh])
    return lost


def combined(figures: Sequence[Figure], *, how: Combine) -> Fraction | None:
    """This will make one ratio of several items; None where one of them has no agreed time, or there are none.

    ``all_items`` and ``worst`` give the lowest, ``mean_time`` adds the seconds, ``series`` needs every item,
    ``parallel`` any one of them.
    """
    ratios = [figure.ratio for figure in figures if figure.ratio is not None]
    if not figures or len(ratios) < len(figures):
        return None
    match how:
        case "all_items" | "worst":
            return min(ratios)
        case "mean_time":
            return sum(figures[1:], start=figures[0]).ratio
        case "series":
            return prod(ratios, start=Fraction(1))
        case "parallel":
            return 1 - prod((1 - ratio for ratio in ratios), start=Fraction(1))


@dataclass(frozen=True)
class Reliability:
    """How often a service failed and how long it took, in seconds; None without a failure."""

    failures: int
    mtrs: Fraction | None
    mtbf: Fraction | None
    mttr: Fraction | None

    @property
    def mtbsi(self) -> Fraction | None:
        """From one failure to the next."""
        return None if self.mtbf is None or self.mtrs is None else self.mtbf + self.mtrs


def reliability(found: Reckoning, *, repairs: Sequence[int] = ()) -> Reliability:
    """This will reckon the means over the failures of a period; ``repairs`` are the lengths of repairs, in seconds."""
    count = len(found.failures)
    mttr = Fraction(sum(repairs), len(repairs)) if repairs else None
    if not count:
        return Reliability(0, None, None, mttr)
    figure = found.adjusted
    return Reliability(count, Fraction(figure.down, count), Fraction(figure.agreed - figure.down, count), mttr)


@dataclass(frozen=True)
class Cap:
    """A limit beside the ratio: what was reached of what is allowed."""

    reached: int
    allowed: int

    @property
    def kept(self) -> bool:
        """Tell whether the limit is kept; exactly reached is kept."""
        return self.reached <= self.allowed


def longest(found: Reckoning) -> int:
    """This will give the seconds that count of the longest single outage."""
    return max((seconds for _span, seconds in found.failures), default=0)


def most_in_one(found: Reckoning, *, parts: Iterable[Interval]) -> int:
    """This will give the most downtime within one of ``parts``, such as the months of a year."""
    return max((length(intersection([part], found.down)) for part in parts), default=0)

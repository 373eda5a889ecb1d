"""The arithmetic of verification audits: how many items to look at, which, and what the result is worth. No database."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil, floor, sqrt
from statistics import NormalDist
from typing import TypeVar

CONFIDENCE = 0.95
WORST_SHARE = 0.5  # the share that needs the largest sample, taken when nothing is known
REQUIRED_WEIGHT, RECOMMENDED_WEIGHT = 0.6, 0.4
Key = TypeVar("Key", int, str)


@dataclass(frozen=True, slots=True)
class Interval:
    """A share and the bounds between which it lies with the confidence asked for."""

    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Known:
    """A share as far as an audit knows it; it has no bounds where everything was counted, which leaves no error of sampling."""

    share: float
    low: float | None = None
    high: float | None = None

    @property
    def is_full_count(self) -> bool:
        """Tell whether it rests on everything there is, and not on a sample."""
        return self.low is None


def quantile(confidence: float) -> float:
    """This will give the number of standard deviations on each side of the mean; 0.95 gives 1.96.

    :raises ValueError: unless it lies between 0 and 1
    """
    if not 0 < confidence < 1:
        raise ValueError(confidence)
    return NormalDist().inv_cdf((1 + confidence) / 2)


def sample_size(
    population: int, *, precision: float, confidence: float = CONFIDENCE, share: float = WORST_SHARE
) -> int:
    """This will give how many of ``population`` must be looked at to know a share to within ``precision``.

    By the formula for a finite population: a small one needs less than a large one, none needs more than it has.

    :raises ValueError: if the population is negative, or the precision or share is no share
    """
    if population < 0 or not 0 < precision < 1 or not 0 < share < 1:
        raise ValueError((population, precision, share))
    if population == 0:
        return 0
    unlimited = quantile(confidence) ** 2 * share * (1 - share) / precision**2
    limited = unlimited / (1 + (unlimited - 1) / population)
    return min(population, max(1, ceil(limited - 1e-9)))


def wilson(good: int, total: int, *, confidence: float = CONFIDENCE) -> Interval | None:
    """This will give the share of good ones with its Wilson score interval; None when nothing was looked at.

    :raises ValueError: if there are more good ones than all, or fewer than none
    """
    if not 0 <= good <= total:
        raise ValueError((good, total))
    if total == 0:
        return None
    z2 = quantile(confidence) ** 2
    share = good / total
    middle = (share + z2 / (2 * total)) / (1 + z2 / total)
    half = sqrt(z2 * (share * (1 - share) / total + z2 / (4 * total**2))) / (1 + z2 / total)
    return Interval(share, max(0.0, middle - half) if good else 0.0, min(1.0, middle + half) if good < total else 1.0)


def known(good: int, total: int, *, everything: bool, confidence: float = CONFIDENCE) -> Known | None:
    """This will give the share of good ones, with its Wilson score interval unless ``everything`` was counted.

    None when nothing was looked at.

    :raises ValueError: if there are more good ones than all, or fewer than none
    """
    found = wilson(good, total, confidence=confidence)
    if found is None or everything:
        return None if found is None else Known(found.share)
    return Known(found.share, found.low, found.high)


def draw(keys: Iterable[Key], *, size: int, seed: str) -> list[Key]:
    """This will choose ``size`` of ``keys`` at random: the same seed chooses the same ones, whatever their order.

    Each key gets a place by a hash of seed and key, so anybody can draw the sample again with any tool.
    """

    def place(key: Key) -> tuple[str, Key]:
        return hashlib.sha256(f"{seed}:{key}".encode()).hexdigest(), key

    return sorted(sorted(set(keys), key=place)[: max(0, size)])


def allot(size: int, *, strata: Mapping[str, int]) -> dict[str, int]:
    """This will divide a sample over groups by their size: at least one of each, none more than it has.

    What remains after whole parts goes to the largest remainders, by name where they are equal.
    """
    filled = {name: count for name, count in sorted(strata.items()) if count > 0}
    everything = sum(filled.values())
    size = min(max(size, len(filled)), everything)
    exact = {name: size * count / everything for name, count in filled.items()}
    given = {name: min(count, max(1, floor(exact[name]))) for name, count in filled.items()}
    by_remainder = sorted(filled, key=lambda name: (given[name] - exact[name], name))
    while sum(given.values()) < size:
        name = next(name for name in by_remainder if given[name] < filled[name])
        given[name] += 1
        by_remainder.sort(key=lambda one: (given[one] - exact[one], one))
    return given


def completeness(*, required: tuple[int, int], recommended: tuple[int, int]) -> float | None:
    """This will weigh the filled shares of required and recommended fields 60 to 40; None when no field is asked for.

    Each pair is (filled, asked for). Where only one kind is asked for, it counts alone.
    """
    parts = [(REQUIRED_WEIGHT, required), (RECOMMENDED_WEIGHT, recommended)]
    asked = [(weight, filled / wanted) for weight, (filled, wanted) in parts if wanted]
    whole = sum(weight for weight, _share in asked)
    return sum(weight * share for weight, share in asked) / whole if asked else None

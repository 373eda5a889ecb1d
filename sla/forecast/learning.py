"""A logistic regression on classes, by Newton's method, in plain Python: equal samples are counted once. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any, Self

from sla.forecast.traits import SIZES, Traits

#: How strongly weights are drawn to nothing: classes that are seldom seen say little.
RIDGE = 1.0
ROUNDS, CLOSE = 25, 1e-7
#: With fewer cases, or fewer of one outcome, there is nothing to learn from.
LEAST_CASES, LEAST_OF_ONE = 100, 10
STARTS = (1, *(1 + total for total in accumulate(SIZES)))[:-1]
WIDE = 1 + sum(SIZES)
#: From which effect on the logarithm of the odds on a trait is told as a reason.
TELLING = 0.15
Sample = tuple[Traits, bool]


class TooLittle(Exception):
    """There is too little history to learn from."""


def places(traits: Traits) -> list[int]:
    """This will name the columns of a sample that are one; all others are nothing."""
    return [0, *(start + kind for start, kind in zip(STARTS, traits, strict=True))]


@dataclass
class Learnt:
    """Weights by column, and how often each class was seen."""

    weights: list[float]
    seen: list[float] = field(default_factory=list)

    @classmethod
    def read(cls, kept: dict[str, Any]) -> Self:
        """This will read what ``keep`` wrote."""
        return cls([float(one) for one in kept["weights"]], [float(one) for one in kept["seen"]])

    def keep(self) -> dict[str, Any]:
        """This will give it as JSON."""
        return {"weights": [round(one, 6) for one in self.weights], "seen": [round(one, 6) for one in self.seen]}

    def chance(self, traits: Traits) -> float:
        """This will tell how likely a miss is."""
        return _odds(sum(self.weights[place] for place in places(traits)))

    def reasons(self, traits: Traits) -> list[tuple[str, int, bool]]:
        """This will name the traits that move the chance the most from what is usual: trait, class, whether it raises it."""
        found = []
        for name, start, size, kind in zip(Traits._fields, STARTS, SIZES, traits, strict=True):
            usual = sum(self.weights[start + one] * self.seen[start + one] for one in range(size))
            found.append((self.weights[start + kind] - usual, name, kind))
        told = sorted((one for one in found if abs(one[0]) >= TELLING), key=lambda one: -abs(one[0]))
        return [(name, kind, effect > 0) for effect, name, kind in told[:3]]


def learn(samples: Iterable[Sample], *, cases: int) -> Learnt:
    """This will fit the weights.

    :raises TooLittle: with fewer than 100 cases, or fewer than ten samples of either outcome
    """
    counted: dict[Traits, list[int]] = {}
    for traits, missed in samples:
        row = counted.setdefault(traits, [0, 0])
        row[0] += 1
        row[1] += missed
    total, missed_in_all = (sum(row[place] for row in counted.values()) for place in (0, 1))
    if cases < LEAST_CASES or min(missed_in_all, total - missed_in_all) < LEAST_OF_ONE:
        raise TooLittle
    rows = [(places(traits), n, k) for traits, (n, k) in counted.items()]
    seen = [sum(n for columns, n, _k in rows if place in columns) / total for place in range(WIDE)]
    return Learnt(_fitted(rows), seen)


def _fitted(rows: Sequence[tuple[list[int], int, int]]) -> list[float]:
    weights = [0.0] * WIDE
    for _round in range(ROUNDS):
        slope = [-RIDGE * one if place else 0.0 for place, one in enumerate(weights)]
        curve = [[RIDGE if row == place and place else 0.0 for place in range(WIDE)] for row in range(WIDE)]
        curve[0][0] += 1e-9
        for columns, n, k in rows:
            p = _odds(sum(weights[place] for place in columns))
            _add(columns, k - n * p, n * p * (1 - p), slope, curve)
        step = solved(curve, slope)
        weights = [one + move for one, move in zip(weights, step, strict=True)]
        if max(abs(move) for move in step) < CLOSE:
            break
    return weights


def _add(columns: list[int], gap: float, bend: float, slope: list[float], curve: list[list[float]]) -> None:
    for row in columns:
        slope[row] += gap
        for place in columns:
            curve[row][place] += bend


def solved(matrix: Sequence[Sequence[float]], right: Sequence[float]) -> list[float]:
    """This will solve linear equations by elimination with the largest pivot."""
    rows = [[*line, value] for line, value in zip(matrix, right, strict=True)]
    size = len(rows)
    for place in range(size):
        best = max(range(place, size), key=lambda row: abs(rows[row][place]))
        rows[place], rows[best] = rows[best], rows[place]
        for row in range(place + 1, size):
            factor = rows[row][place] / rows[place][place]
            rows[row] = [one - factor * other for one, other in zip(rows[row], rows[place], strict=True)]
    found = [0.0] * size
    for place in reversed(range(size)):
        rest = sum(rows[place][one] * found[one] for one in range(place + 1, size))
        found[place] = (rows[place][size] - rest) / rows[place][place]
    return found


def _odds(value: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, value))))


@dataclass(frozen=True)
class Score:
    """How good predictions were: mean squared distance, that of always saying the usual share, and said against came."""

    samples: int
    brier: float
    plain: float
    table: list[dict[str, float]]


def score(learnt: Learnt, samples: Sequence[Sample], *, usual: float) -> Score:
    """This will judge predictions on samples that were not learnt from; at least one."""
    said = [(learnt.chance(traits), missed) for traits, missed in samples]
    bins: dict[int, list[tuple[float, bool]]] = {}
    for chance, missed in said:
        bins.setdefault(min(int(chance * 5), 4), []).append((chance, missed))
    table = [
        {
            "from": place / 5, "to": (place + 1) / 5, "samples": len(rows), "said": sum(chance for chance, _ in rows) / len(rows),
            "came": sum(missed for _, missed in rows) / len(rows),
        }
        for place, rows in sorted(bins.items())
    ]  # fmt: skip
    brier = sum((chance - missed) ** 2 for chance, missed in said) / len(said)
    plain = sum((usual - missed) ** 2 for _chance, missed in said) / len(said)
    return Score(len(said), brier, plain, table)

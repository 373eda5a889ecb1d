"""Other work that the tick does now and then: registered by the processes, with its pause."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Round:
    """A piece of work that may be done at any time and twice without harm; gives how much it did."""

    name: str
    every: timedelta
    work: Callable[[datetime], int]


_rounds: dict[str, Round] = {}


def add(made: Round) -> None:
    """Register a round; the same name again replaces it."""
    _rounds[made.name] = made


def run_due(*, at: datetime, last: dict[str, datetime]) -> int:
    """Do each round whose pause has passed since ``last`` (which is brought up to date); gives how much was done."""
    done = 0
    for made in _rounds.values():
        if made.name not in last or at - last[made.name] >= made.every:
            last[made.name] = at
            done += made.work(at)
    return done

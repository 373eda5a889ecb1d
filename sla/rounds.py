"""Other work that the tick does now and then: registered by the processes, with its pause."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Round:
    """A piece of work that may be done at any time and twice without harm; gives how much it did.

    ``task`` names the Celery task that does it where it has one of its own; all others are done by ``sla.tasks.tend``.
    """

    name: str
    every: timedelta
    work: Callable[[datetime], int]
    task: str = ""


_rounds: dict[str, Round] = {}


def add(made: Round) -> None:
    """Register a round; the same name again replaces it."""
    _rounds[made.name] = made


def known() -> list[Round]:
    """List every round."""
    return list(_rounds.values())


def run_due(*, at: datetime, last: dict[str, datetime], shared: bool = False) -> int:
    """Do each round whose pause has passed since ``last`` (which is brought up to date); gives how much was done.

    ``shared`` leaves those out that have a task of their own.
    """
    done = 0
    for made in known():
        if shared and made.task:
            continue
        if made.name not in last or at - last[made.name] >= made.every:
            last[made.name] = at
            done += made.work(at)
    return done

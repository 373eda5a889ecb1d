"""Other work that the tick does now and then: registered by the processes, with its pause."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

#: Takes a round unless it was taken within its pause; a moment in the future (a clock set back) does not block it for ever.
CLAIM = """
INSERT INTO sla_roundmoment AS kept (name, done_at) VALUES (%(name)s, %(at)s)
    ON CONFLICT (name) DO UPDATE SET done_at = excluded.done_at
 WHERE kept.done_at <= %(last)s OR kept.done_at > %(at)s
RETURNING name
"""


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


def run_due(*, at: datetime, shared: bool = False) -> int:
    """Do each round whose pause has passed since any process did it last; gives how much was done.

    ``shared`` leaves those out that have a task of their own.
    """
    return sum(made.work(at) for made in known() if not (shared and made.task) and claim(made, at=at))


def claim(made: Round, *, at: datetime) -> bool:
    """Tell whether a round is due, and note that it is done now: of several processes only one is told so."""
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, {"name": made.name, "at": at, "last": at - made.every})
        return cursor.fetchone() is not None

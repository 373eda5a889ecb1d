"""What waits for a person beside cases: apps offer it when they start, the first page shows it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True)
class Duty:
    """One thing that a person has to do: its words, where it is done, and by when, where there is a day."""

    words: str
    url: str
    kind: str
    due_on: date | None = None
    late: bool = False


#: Lists what waits for a person; one statement at most, and none for whom it cannot concern.
Offer = Callable[[Any, datetime], list[Duty]]

_offers: dict[str, Offer] = {}


def offer(name: str, made: Offer) -> None:
    """Register an offer; the same name again replaces it."""
    _offers[name] = made


def of(person: Any, *, at: datetime) -> list[Duty]:
    """List everything that waits for ``person``, what is due first at the top."""
    found = [duty for made in _offers.values() for duty in made(person, at)]
    return sorted(found, key=lambda duty: (duty.due_on is None, duty.due_on or date.max, duty.words))

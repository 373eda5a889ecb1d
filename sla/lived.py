"""What users lived beside a kept promise: satisfaction and complaints, told by the part of the project that knows them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from itsm.records.figures import Share


@dataclass(frozen=True)
class Lived:
    """The answers of 4 or 5 of 5 among those that came, and the complaints received."""

    pleased: int = 0
    answers: int = 0
    complaints: int = 0

    @property
    def csat(self) -> Share:
        """The share of the satisfied; a dash where nobody answered."""
        return Share(self.pleased, self.answers)

    def with_more(self, other: Lived) -> Lived:
        """Add what others lived."""
        return Lived(self.pleased + other.pleased, self.answers + other.answers, self.complaints + other.complaints)


#: Tells it by service from the users of a customer (None: of everybody) from a start up to an end.
Source = Callable[[int | None, datetime, datetime], dict[int, Lived]]
_sources: dict[str, Source] = {}


def add(name: str, source: Source) -> None:
    """Register who tells; the same name again replaces it."""
    _sources[name] = source


def by_service(customer: int | None, *, start: datetime, end: datetime) -> dict[int, Lived]:
    """Ask all that were registered."""
    found: dict[int, Lived] = {}
    for source in _sources.values():
        for service, one in source(customer, start, end).items():
            found[service] = found.get(service, Lived()).with_more(one)
    return found

"""The years of an agreement: each begins with the day on which it was first in force, and is cut where the agreement ends sooner."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sla.models import AgreementEdition
from sla.promise_periods import CONTRACT_YEAR, Span, around, local, midnight

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


def ends_at(edition: AgreementEdition) -> datetime | None:
    """Give the instant from which an edition is not in force any more; None where nothing ends it."""
    expires = None if edition.valid_to is None else midnight(edition.valid_to + DAY)
    return min((one for one in (edition.ended_at, expires) if one is not None), default=None)


@dataclass(frozen=True)
class Life:
    """From which day an agreement was in force, and the instant that ends it; None where nothing does."""

    first_day: date
    ended_at: datetime | None

    @property
    def last_day(self) -> date | None:
        """The last day on which it was in force."""
        return None if self.ended_at is None else local(self.ended_at - SECOND).date()

    def year(self, day: date) -> Span:
        """Give the contract year in which a day of its life lies."""
        start, end = around(CONTRACT_YEAR, day, self.first_day)
        return start, end if self.ended_at is None else min(end, self.ended_at)

    def ended_within(self, start: datetime, end: datetime) -> Iterator[Span]:
        """Give the contract years that end after ``start`` up to and including ``end``, the latest first."""
        if midnight(self.first_day) >= end:
            return
        latest = local(end if self.ended_at is None else min(end, self.ended_at)) - SECOND
        span = self.year(latest.date())
        while span[1] > start and span[0] >= midnight(self.first_day):
            if span[1] <= end:
                yield span
            span = self.year(local(span[0] - SECOND).date())


def lives(agreements: Iterable[int]) -> dict[int, Life]:
    """Tell the life of each agreement that was ever in force, with one statement.

    While an edition follows another the agreement lives on; what is signed and not yet in force is not counted.
    """
    keys = set(agreements)
    rows = AgreementEdition.objects.filter(agreement__in=keys, applied_at__isnull=False, valid_from__isnull=False)
    found: dict[int, list[AgreementEdition]] = defaultdict(list)
    for one in rows.only("agreement", "valid_from", "valid_to", "ended_at").order_by("pk") if keys else ():
        found[one.agreement_id].append(one)
    return {key: _life(editions) for key, editions in found.items()}


def _life(editions: list[AgreementEdition]) -> Life:
    ends = [ends_at(one) for one in editions]
    last = None if None in ends else max(one for one in ends if one is not None)
    return Life(min(one.valid_from for one in editions if one.valid_from is not None), last)

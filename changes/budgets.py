"""What the agreements still allow to lose in the month of a change: its expected downtime stands beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from itsm.hours.availability import shown
from sla import agreements
from sla.availability import reckon
from sla.availability_terms import terms_of
from sla.issuing import month_of

#: Services that are reckoned; each costs two statements.
MOST = 8


@dataclass(frozen=True)
class Left:
    """What a service may still lose in a month, in whole seconds; ``asked`` is what the change expects to take."""

    service: Any
    month: datetime
    target: str
    agreement: str
    allowed: int
    left: int
    asked: int

    @property
    def after(self) -> int:
        """What would be left after the change; negative when the promise would be broken."""
        return self.left - self.asked

    @property
    def is_enough(self) -> bool:
        """Tell whether the promise would still hold if all of the downtime counted."""
        return self.after >= 0


def left_for(change: Any, services: Iterable[Any], *, at: datetime) -> list[Left]:
    """Reckon each service of the change that has a promised availability, for the month of its window or of ``at``."""
    when = change.window_start or at
    start, end = month_of(when.astimezone(ZoneInfo(settings.TIME_ZONE)).date())
    moment = min(end, max(at, start))
    editions = agreements.in_force(at=moment)
    found = [
        _of(service, change, start, end, at=at, terms=terms_of(service, at=moment, editions=editions))
        for service in list(services)[:MOST]
    ]
    return [one for one in found if one is not None]


def _of(service: Any, change: Any, start: datetime, end: datetime, *, at: datetime, terms: Any) -> Left | None:
    if terms.target is None:
        return None
    budget = reckon(service, start, end, at=at, terms=terms).budget
    if budget is None:
        return None
    asked = (change.expected_downtime_min or 0) * 60
    named = f"{terms.agreement} {terms.edition}".strip()
    return Left(service, start, shown(terms.target), named, _whole(budget.allowed), _whole(budget.left), asked)


def _whole(seconds: Fraction) -> int:
    """Cut a fraction of a second off, never in favour of what is left."""
    return seconds.numerator // seconds.denominator

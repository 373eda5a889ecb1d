"""What the agreements still allow to lose in the month of a change: its expected downtime stands beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from itsm.hours.availability import shown
from sla import agreements
from sla.availability import reckon
from sla.issuing import month_of
from sla.models import AgreementEdition, Promise

#: Services that are reckoned; each costs two statements, three where something is promised for longer than a month.
MOST = 8


@dataclass(frozen=True)
class Left:
    """What a service may still lose in the period of its promise, in whole seconds; ``asked`` is what the change expects to take.

    ``month`` is the month of the change; ``period`` names the promise's own where that is another one.
    """

    service: Any
    month: datetime
    period: str
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
    """Reckon each service of the change that has a promised availability, for the month of its window or of ``at``.

    A promise for longer is reckoned from the first day of its period to the end of that month.
    """
    when = change.window_start or at
    start, end = month_of(when.astimezone(ZoneInfo(settings.TIME_ZONE)).date())
    moment = min(end, max(at, start))
    editions = agreements.in_force(at=moment)
    return [
        one for service in list(services)[:MOST] for one in _of(service, change, start, end, at=at, editions=editions)
    ]


def _of(
    service: Any, change: Any, start: datetime, end: datetime, *, at: datetime, editions: Sequence[AgreementEdition]
) -> Iterator[Left]:
    """Tell what is left of each target: of the month, and of the longer periods that it lies in."""
    found, asked = reckon(service, start, end, at=at, editions=editions), (change.expected_downtime_min or 0) * 60
    for name, one in [("", found), *((one.told.period, one.found) for one in found.own)]:
        if one.budget is not None:
            terms = one.terms
            yield Left(
                service, start, str(Promise.Period(name).label) if name else "", shown(terms.target),
                f"{terms.agreement} {terms.edition}".strip(), _whole(one.budget.allowed), _whole(one.budget.left), asked,
            )  # fmt: skip


def _whole(seconds: Fraction) -> int:
    """Cut a fraction of a second off, never in favour of what is left."""
    return seconds.numerator // seconds.denominator

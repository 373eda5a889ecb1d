"""By what a service's availability is judged: hours, target, items, limits, and when maintenance is announced in time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from itsm.flow import pick
from itsm.hours.availability import Combine, Mode
from itsm.hours.models import Calendar
from sla import agreements

if TYPE_CHECKING:
    from catalogue.models import Service
    from itsm.people.models import Organisation
    from itsm.tickets.models import Outage
    from sla.models import AgreementEdition, AgreementRow, Promise

#: Days before which maintenance is announced where no agreement says otherwise (the slides: one week).
NOTICE_DAYS = 7
#: What is promised of the time of a period: the ratio, and the limits beside it.
OF_TIME = ("availability", "downtime", "longest_outage", "outages")


@dataclass(frozen=True)
class Window:
    """A stretch of the week that is agreed for maintenance; ``weekday`` None is every day."""

    weekday: int | None
    opens: time
    closes: time

    def holds(self, start: datetime, end: datetime, *, zone: ZoneInfo) -> bool:
        """Tell whether a stretch lies wholly inside; a window over midnight belongs to the day on which it opens."""
        first, last = start.astimezone(zone), end.astimezone(zone)
        return any(self._holds(first, last, day=first.date() - timedelta(days=before)) for before in (0, 1))

    def _holds(self, first: datetime, last: datetime, *, day: date) -> bool:
        if self.weekday is not None and day.weekday() != self.weekday:
            return False
        opens = datetime.combine(day, self.opens, first.tzinfo)
        closes = datetime.combine(day, self.closes, first.tzinfo)
        closes += timedelta(days=1) if closes <= opens else timedelta(0)
        return opens <= first and last <= closes


@dataclass(frozen=True)
class Item:
    """A service item with the resource behind it, each judged on its own."""

    name_zh: str
    name_en: str
    ci_id: int | None

    @property
    def name(self) -> str:
        """The name in the active language."""
        return pick(self.name_zh, self.name_en)


@dataclass(frozen=True)
class Terms:
    """What was promised of a service; without an agreement its hours and the usual notice."""

    calendar: Calendar
    target: Fraction | None = None
    combine: Combine = "all_items"
    mode: Mode = "deduct"
    items: tuple[Item, ...] = ()
    notice_days: int = NOTICE_DAYS
    windows: tuple[Window, ...] = ()
    most_down_seconds: int | None = None
    longest_seconds: int | None = None
    most_outages: int | None = None
    agreement: str = ""
    edition: str = ""
    #: The period that target and limits are for, the agreement's key, and the terms of what is promised for other periods.
    period: str = "month"
    agreement_id: int | None = None
    others: tuple[Terms, ...] = ()

    def in_time(self, outage: Outage) -> bool:
        """Tell whether planned work was announced early enough, or lies in a window agreed for it."""
        start, end = outage.planned_from, outage.planned_until
        if start is None or end is None:
            return False
        zone = ZoneInfo(self.calendar.zone)
        if any(window.holds(start, end, zone=zone) for window in self.windows):
            return True
        told = outage.announced_at
        return told is not None and told <= start - timedelta(days=self.notice_days)


def terms_of(
    service: Service, *, at: datetime, period: str = "month", customer: Organisation | None = None,
    editions: Sequence[AgreementEdition] | None = None,
) -> Terms:  # fmt: skip
    """Give the terms in force for a service at ``at``: of the row that names it, the newest of several.

    With ``customer`` only agreements that hold for it; ``editions`` are those in force where they are at hand.
    """
    if editions is None:
        editions = agreements.in_force(at=at, customer=customer, service=service)
    rows = [row for edition in editions for row in edition.rows.all() if row.service_id in (None, service.pk)]
    best = max(rows, key=_rank, default=None)
    return Terms(calendar=service.hours) if best is None else terms_from(best, service, period=period)


def terms_from(row: AgreementRow, service: Service, *, period: str = "month") -> Terms:
    """Read the terms of one row: target and limits are those for ``period``; what is for others stands in ``others``."""
    made = _for_period(row, service, period)
    others = dict.fromkeys(one.period for one in row.promises.all() if one.metric in OF_TIME and one.period != period)
    return replace(made, others=tuple(_for_period(row, service, other) for other in others)) if others else made


def _for_period(row: AgreementRow, service: Service, period: str) -> Terms:
    edition, promises = row.edition, list(row.promises.all())
    ratio = _first(promises, "availability", period) or next((p for p in promises if p.metric == "availability"), None)
    plans = list(row.maintenance_plans.all())
    own = edition.hours if edition.agreement.level == "service" else None  # a sheet of many services has no one's hours
    calendar = (ratio.calendar if ratio is not None else None) or own or service.hours
    items = row.items.all() if ratio is not None and ratio.per == "item" else ()
    return Terms(
        calendar=calendar,
        target=_ratio(_first(promises, "availability", period)),
        combine=ratio.combine if ratio is not None else "all_items",  # type: ignore[arg-type]  # the choices of the column
        mode=ratio.mode if ratio is not None else "deduct",  # type: ignore[arg-type]  # the choices of the column
        items=tuple(Item(one.name_zh, one.name_en, one.ci_id) for one in items),
        notice_days=max((plan.notice_days for plan in plans), default=NOTICE_DAYS),
        windows=tuple(
            Window(p.weekday, p.window_start, p.window_end) for p in plans if p.window_start and p.window_end
        ),
        most_down_seconds=_seconds(_first(promises, "downtime", period)),
        longest_seconds=_seconds(_first(promises, "longest_outage", period)),
        most_outages=_count(_first(promises, "outages", period)),
        agreement=edition.agreement.number or "",
        edition=edition.number,
        period=period,
        agreement_id=edition.agreement_id,
    )


def _rank(row: AgreementRow) -> tuple[bool, bool, date, int]:
    promises = any(promise.metric == "availability" for promise in row.promises.all())
    return row.service_id is not None, promises, row.edition.valid_from or date.min, row.pk


def _first(promises: Iterable[Promise], metric: str, period: str) -> Promise | None:
    return next((one for one in promises if (one.metric, one.period) == (metric, period)), None)


def _ratio(promise: Promise | None) -> Fraction | None:
    return None if promise is None or promise.value is None else Fraction(promise.value) / 100


def _seconds(promise: Promise | None) -> int | None:
    return None if promise is None else promise.seconds


def _count(promise: Promise | None) -> int | None:
    return None if promise is None or promise.value is None else int(promise.value)

"""Figures of the desk's telephone and purse: calls answered soon and abandoned, and what a closed case costs the desk."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any, NamedTuple

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from itsm.records.figures import Rows, Share, share
from itsm.records.kpis import Kpi, add_area, add_subject, dictionary
from itsm.reporting import access
from itsm.reporting.asked import DAY, midnight, site_day
from itsm.reporting.call_models import CallCount, DeskCost
from itsm.tickets.models import Ticket

#: What the desk closes.
KINDS = ("incident", "service_request")


class Days(NamedTuple):
    """Days of the site from ``since`` up to, not including, ``until``."""

    since: date
    until: date

    @property
    def length(self) -> int:
        """How many there are."""
        return (self.until - self.since).days


def days_of(start: datetime, end: datetime) -> Days:
    """Give the days that begin in a period; a day that still runs has begun."""
    since, until = (
        site_day(moment) + (DAY if midnight(site_day(moment)) < moment else timedelta()) for moment in (start, end)
    )
    return Days(since, max(since, until))


# ---- calls ----------------------------------------------------------------------------------
def answered_soon(*, start: datetime, end: datetime) -> Share:
    """Count the calls answered within 20 seconds against those offered, on the days that have counts."""
    return _of_offered("answered_soon", start, end)


def abandoned(*, start: datetime, end: datetime) -> Share:
    """Count the calls that the caller gave up against those offered, on the days that have counts."""
    return _of_offered("abandoned", start, end)


def _of_offered(column: str, start: datetime, end: datetime) -> Share:
    rows = CallCount.objects.of_days(*days_of(start, end))
    return share(Rows(rows, amount=column, of="call_count"), Rows(rows, amount="offered", of="call_count"))


def days_with_counts(*, start: datetime, end: datetime) -> str:
    """Say how many days of the period have counts."""
    days = days_of(start, end)
    known = CallCount.objects.of_days(*days).order_by().values("day").distinct().count()
    words = ngettext(
        "Calls are entered for %(known)s of the %(days)s day of the period; a day without counts adds nothing.",
        "Calls are entered for %(known)s of the %(days)s days of the period; a day without counts adds nothing.",
        days.length,
    )
    return words % {"known": known, "days": days.length}


# ---- cost -----------------------------------------------------------------------------------
class Part(NamedTuple):
    """What a month adds to a period: its row, its days that lie in it, and their share of its cost in whole NT$."""

    row: DeskCost
    days: Days
    amount: int


def parts_of(start: datetime, end: datetime) -> list[Part]:
    """Give the months with a cost of which days lie in the period, the first one first.

    A month that lies in it only partly adds its cost by days, cut to whole dollars from its beginning on, so that the parts of
    a month always make the whole.
    """
    days = days_of(start, end)
    rows = DeskCost.objects.filter(month__gt=days.since - 31 * DAY, month__lt=days.until).order_by("month")
    return [part for row in rows if (part := _part(row, days)).days.length > 0]


def _part(row: DeskCost, days: Days) -> Part:
    after = month_after(row.month)
    within = Days(max(days.since, row.month), min(days.until, after))
    first, last = ((day - row.month).days for day in within)
    length = (after - row.month).days
    return Part(row, within, row.amount * last // length - row.amount * first // length)


def month_after(month: date) -> date:
    """Give the first day of the next month."""
    return (month + 31 * DAY).replace(day=1)


def desk_cost_per_case(*, start: datetime, end: datetime) -> Share:
    """Share the cost of the desk among the incidents and requests closed, both on the days of months that have a cost.

    A month without a cost takes its cases away too: else what is not entered yet would make cases look cheap.
    """
    parts = parts_of(start, end)
    spent = Rows(tuple((part.row.pk, part.amount) for part in parts), of="desk_cost")
    return share(spent, Rows(_closed(parts, end), kind="ticket"))


def _closed(parts: list[Part], end: datetime) -> Any:
    within = [Q(closed_at__gte=midnight(since), closed_at__lt=midnight(until)) for since, until in _joined(parts)]
    rows = Ticket.objects.filter(kind__in=KINDS, state="closed", closed_at__lt=end)
    return rows.filter(reduce(or_, within)) if within else rows.none()


def _joined(parts: list[Part]) -> Iterator[tuple[date, date]]:
    """Join the days of months that follow each other, so that a long period asks for few stretches."""
    since = until = None
    for _row, days, _amount in parts:
        if until != days.since:
            if since is not None and until is not None:
                yield since, until
            since = days.since
        until = days.until
    if since is not None and until is not None:
        yield since, until


def days_with_cost(*, start: datetime, end: datetime) -> str:
    """Say how many days of the period lie in months that have a cost."""
    days, known = days_of(start, end), sum(part.days.length for part in parts_of(start, end))
    words = ngettext(
        "The cost of the desk is entered for %(known)s of the %(days)s day of the period; only what was closed then is counted.",
        "The cost of the desk is entered for %(known)s of the %(days)s days of the period; only what was closed then is counted.",
        days.length,
    )
    return words % {"known": known, "days": days.length}


FIGURES = dictionary(
    "incident_manager",
    Kpi(answered_soon, _("Calls answered in 20 seconds"), _("answered within 20 seconds ÷ offered"), "share", "happened", "up",
        coverage=days_with_counts),
    Kpi(abandoned, _("Calls abandoned"), _("abandoned ÷ offered"), "share", "happened", "down", coverage=days_with_counts),
    Kpi(desk_cost_per_case, _("Cost of the desk per case"), _("cost of the desk ÷ incidents and requests closed"), "money", "closed",
        "down", coverage=days_with_cost),
)  # fmt: skip


def tell_counts(keys: list[int], person: Any) -> dict[int, tuple[str, str]]:
    """Name the days and lines whose calls were counted."""
    rows = CallCount.objects.filter(pk__in=keys) if access.reads(person) else CallCount.objects.none()
    whole = gettext("whole desk")
    return {row.pk: (f"{row.day} {row.line or whole}", _page(row.day, row.day)) for row in rows}


def tell_costs(keys: list[int], person: Any) -> dict[int, tuple[str, str]]:
    """Name the months whose cost was shared."""
    rows = DeskCost.objects.filter(pk__in=keys) if access.reads(person) else DeskCost.objects.none()
    words = gettext("Cost of the desk in %(month)s")
    return {
        row.pk: (words % {"month": str(row)}, _page(row.month, month_after(row.month) - DAY) + "#costs") for row in rows
    }


def _page(since: date, last: date) -> str:
    return f"{reverse('calls:page')}?from={since}&to={last}"


def register() -> None:
    """Register them."""
    add_area("desk", FIGURES)
    add_subject("call_count", tell_counts)
    add_subject("desk_cost", tell_costs)

"""Reading the roll-ups: sums of cells over a period, by whatever dimensions are asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet, Sum
from django.db.models.functions import ExtractIsoWeekDay, TruncMonth
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from itsm.records.figures import Rows
from itsm.reporting.asked import Asked
from itsm.reporting.models import DayCell, Fact, HourCell, Slice

#: What is rolled up.
MEASURES = {
    "received": _("Received"),
    "resolved": _("Resolved"),
    "closed": _("Closed"),
    "open": _("Open"),
    "reopened": _("Reopened"),
    "major": _("Major incidents"),
    "response": _("First response"),
    "resolution": _("Resolution"),
    "fulfilment": _("Fulfilment"),
    "change": _("Changes carried out"),
    "release": _("Releases closed"),
}
#: Measures that are shown together.
TOGETHER = {"promises": ("resolution", "fulfilment")}
#: Age classes of the backlog: from so many days, below so many.
AGES = ((0, 1), (1, 3), (3, 7), (7, 14), (14, 30), (30, 90), (90, None))


def _narrowed(rows: QuerySet[Any], asked: Asked) -> QuerySet[Any]:
    if asked.service:
        rows = rows.filter(service=asked.service.pk)
    if asked.team:
        rows = rows.filter(team=asked.team.pk)
    return rows.filter(priority=max(asked.priority, 0)) if asked.priority else rows


def _within(rows: QuerySet[Any], asked: Asked) -> QuerySet[Any]:
    return _narrowed(rows.filter(day__gte=asked.since, day__lt=asked.until), asked)


def _apart(asked: Asked, *by: str) -> set[str]:
    """Name the dimensions that a sum tells apart: those that it is narrowed to and those that it is by."""
    narrowed = {name for name in ("service", "team", "priority") if getattr(asked, name)}
    return narrowed | ({"service", "team", "priority"} & set(by))


def _sliced(asked: Asked, *by: str) -> QuerySet[DayCell]:
    """Choose the cells of days that tell just so much apart."""
    apart = _apart(asked, *by)
    return DayCell.objects.filter(slice=Slice.FULL if len(apart) > 1 else apart.pop() if apart else Slice.ALL)


def sums(asked: Asked, *by: str, measures: Iterable[str] = ()) -> list[dict[str, Any]]:
    """Add up cells of the period by columns; of all measures but the open ones, whose day is that of receipt."""
    rows = _within(_sliced(asked, *by), asked)
    rows = rows.filter(measure__in=list(measures) or [name for name in MEASURES if name != "open"])
    return list(rows.values(*by).annotate(amount=Sum("amount")).order_by(*by))


def monthly(asked: Asked, *, measures: Iterable[str]) -> list[dict[str, Any]]:
    """Add up cells by month, measure and outcome."""
    rows = _within(_sliced(asked).filter(measure__in=list(measures)), asked).annotate(month=TruncMonth("day"))
    return list(rows.values("month", "measure", "outcome").annotate(amount=Sum("amount")).order_by("month"))


def week(asked: Asked, *, measure: str) -> dict[tuple[int, int], int]:
    """Add up by weekday (Monday is 1) and hour: cells, or where it is narrowed twice, the facts themselves."""
    apart = _apart(asked)
    rows: QuerySet[Any] = Fact.objects.filter(measure=measure, hour__isnull=False)
    if len(apart) < 2:
        rows = HourCell.objects.filter(measure=measure, slice=apart.pop() if apart else Slice.ALL)
    rows = _within(rows, asked).annotate(weekday=ExtractIsoWeekDay("day"))
    found = rows.values_list("weekday", "hour").annotate(amount=Sum("amount")).order_by("weekday", "hour")
    return {(weekday, hour): amount for weekday, hour, amount in found}


def backlog(asked: Asked) -> list[dict[str, Any]]:
    """Count what is open now by its age in days of the calendar, in the classes of ``AGES``; the period does not matter."""
    today = asked.at.astimezone(asked.start.tzinfo).date()
    rows = _narrowed(_sliced(asked).filter(measure="open"), asked).values_list("day").annotate(amount=Sum("amount"))
    ages: Counter[tuple[int, int | None]] = Counter()
    for day, amount in rows.order_by():
        age = max((today - day).days, 0)
        ages[next(one for one in AGES if age >= one[0] and (one[1] is None or age < one[1]))] += amount
    return [{"least": least, "below": below, "amount": ages[least, below]} for least, below in AGES]


def _of_age(rows: QuerySet[Any], asked: Asked, least: int) -> QuerySet[Any]:
    """Keep what was received so many days ago, in the class of ``AGES`` that begins there."""
    today = asked.at.astimezone(asked.start.tzinfo).date()
    below = dict(AGES)[least]
    rows = rows.filter(day__gt=today - timedelta(days=below)) if below else rows
    return rows if least == 0 else rows.filter(day__lte=today - timedelta(days=least))


def facts(asked: Asked, measure: str, **wanted: Any) -> Rows:
    """Give the rows behind a number of the roll-ups; by days that number is the sum of the cells."""
    rows = _narrowed(Fact.objects.filter(measure__in=TOGETHER.get(measure, (measure,))), asked)
    age, weekday = wanted.pop("age", None), wanted.pop("weekday", None)
    if measure != "open":
        rows = _within(rows, asked)
    elif age is not None:
        rows = _of_age(rows, asked, age)
    if weekday is not None:
        rows = rows.filter(day__iso_week_day=weekday)
    found = Rows(rows.filter(**wanted), "record", "amount", kind="ticket")
    if measure == "open" or weekday is not None or "hour" in wanted:
        return found
    return found.counted(_number(asked, measure, wanted))


def _number(asked: Asked, measure: str, wanted: dict[str, Any]) -> int:
    """Say how many facts there are by the cells, each of them adds one."""
    apart = [name for name in wanted if name != "outcome"]
    rows = _within(_sliced(asked, *apart).filter(measure__in=TOGETHER.get(measure, (measure,)), **wanted), asked)
    return int(rows.aggregate(amount=Sum("amount"))["amount"] or 0)


def address(measure: str, asked: Asked, **more: Any) -> str:
    """Give the address of the rows behind a number of the roll-ups."""
    return reverse("reporting:cell_rows", args=[measure]) + asked.query(**more)

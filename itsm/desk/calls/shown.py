"""What the page of calls and costs shows: the days of the period, those that are missing, the months, and what was corrected."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import groupby
from typing import Any

from django.apps import apps
from django.utils.translation import pgettext_lazy

from itsm.people.models import Person
from itsm.records import kpis
from itsm.reporting import asked as asking
from itsm.reporting import shown, snapshots, targets
from itsm.reporting.asked import DAY, Asked, site_day
from itsm.reporting.call_entering import may_cost, may_count
from itsm.reporting.call_models import CallCount, DeskCost
from itsm.reporting.dashboards.parts import share_text

KEYS = ("desk.answered_soon", "desk.abandoned", "desk.desk_cost_per_case")
#: How many rows, months, missing days and corrections the page lists, the newest first.
MOST_ROWS, MOST_MONTHS, MOST_MISSING, MOST_PAST = 200, 24, 31, 100
WHAT = {
    "insert": pgettext_lazy("calls", "entered"),
    "update": pgettext_lazy("calls", "corrected"),
    "delete": pgettext_lazy("calls", "taken away"),
}


def laid_out(person: Person, asked: Asked) -> dict[str, Any]:
    """Lay out everything that the page shows beside its forms."""
    counted = CallCount.objects.of_days(asked.since, asked.until)
    rows = list(counted.select_related("entered_by").order_by("-day", "line")[: MOST_ROWS + 1])
    days = set(counted.order_by().values_list("day", flat=True).distinct())
    costs = DeskCost.objects.select_related("entered_by").order_by("-month")[:MOST_MONTHS]
    missing = list(_missing(asked, days))
    return {
        "asked": asked, "periods": asking.periods(asked), "figures": figures(asked), "may_count": may_count(person),
        "may_cost": may_cost(person), "rows": [_told(row) for row in rows[:MOST_ROWS]], "is_cut": len(rows) > MOST_ROWS,
        "missing": missing[:MOST_MISSING], "more_missing": max(len(missing) - MOST_MISSING, 0), "days": len(days),
        "costs": list(costs), "past_counts": past_counts(asked), "past_costs": past_costs(),
    }  # fmt: skip


def figures(asked: Asked) -> list[dict[str, Any]]:
    """Give the three figures over the period, each with what is known of it."""
    found = [kpi for key in KEYS if (kpi := kpis.find(key))]
    known = targets.all_set()
    lines = []
    for one in snapshots.told(found, asked):
        aim = targets.in_force(one.kpi, on=asked.last, known=known)
        told = shown.pending(one.kpi, asked=asked, aim=aim)
        if one.value is not None:
            told = shown.line(one.kpi, one.value, asked=asked, aim=aim)
        lines.append(told | {"coverage": shown.coverage(one.kpi, asked)})
    return lines


def _told(row: CallCount) -> dict[str, Any]:
    return {
        "row": row,
        "soon": share_text(row.answered_soon, row.offered),
        "lost": share_text(row.abandoned, row.offered),
    }


def _missing(asked: Asked, known: set[date]) -> Iterator[date]:
    """List the days of the period that are over and have no counts, the latest first."""
    day = min(asked.until, site_day(asked.at)) - DAY
    while day >= asked.since:
        if day not in known:
            yield day
        day -= DAY


# ---- what was corrected ---------------------------------------------------------------------
def past_counts(asked: Asked) -> list[dict[str, Any]]:
    """Give every state of the days of the period that were corrected or taken away, the latest day first."""
    rows = _events("CallCountEvent").filter(day__gte=asked.since, day__lt=asked.until)
    return list(_corrected(rows.order_by("-day", "line", "pgh_id"), lambda row: (row.day, row.line)))[:MOST_PAST]


def past_costs() -> list[dict[str, Any]]:
    """Give every state of the months that were corrected or taken away, the latest month first."""
    return list(_corrected(_events("DeskCostEvent").order_by("-month", "pgh_id"), lambda row: row.month))[:MOST_PAST]


def _events(name: str) -> Any:
    return apps.get_model("reporting", name)._default_manager.select_related("entered_by")


def _corrected(rows: Iterable[Any], place: Any) -> Iterator[dict[str, Any]]:
    for _place, some in groupby(rows, place):
        states = list(some)
        for row, after in zip(states, [*states[1:], None], strict=True):
            is_farewell = row.pgh_label == "update" and after is not None and after.pgh_label == "delete"
            if len(states) > 1 and not is_farewell:
                yield {"row": row, "what": WHAT[row.pgh_label]}

"""The telephone and the purse of the demo's desk: two months of calls with a few gaps, one correction, half a year of costs."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from itsm.demo.world import World
from itsm.people.models import Person
from itsm.reporting.asked import DAY, midnight, site_day
from itsm.reporting.call_entering import Cost, Counts, enter_cost, enter_counts
from itsm.reporting.call_models import CallCount, DeskCost

KEEPER = "huang"
#: How many days are told of, what comes in from Monday to Sunday, and of a hundred answered, answered soon, given up.
DAYS, CALLS, ANSWERED, SOON, LOST = 60, (74, 61, 58, 55, 49, 9, 7), 92, 80, 6
#: Weekdays and days ago of the one day that was counted wrongly first, and of the one of which the exchange sent nothing.
TUESDAY, THURSDAY, LAST_WEEKS, BEFORE = 1, 3, range(8, 15), range(15, 22)
MONTHS, COST, NOTE = 6, 486_000, "薪資、電話系統租金、場地分攤"


def tell(world: World, *, at: datetime) -> None:
    """Tell it all; dates are relative to ``at``."""
    by, today = world.people[KEEPER], site_day(at)
    for ago in range(DAYS, 0, -1):
        day = today - ago * DAY
        if not (day.weekday() == THURSDAY and ago in BEFORE):
            _counted(day, ago, by)
    month = today.replace(day=1)
    enter_cost(Cost(month, COST, f"{NOTE}（預估）"), by=by, at=midnight(month))
    for back in range(1, MONTHS + 1):
        month = (month - DAY).replace(day=1)
        cost = Cost(month, COST + 4_500 * (back % 3), NOTE)
        enter_cost(cost, by=by, at=min(midnight(month) + 36 * DAY, at))


def _counted(day: date, ago: int, by: Person) -> None:
    """Enter a day a little after its end, one of them wrongly first."""
    offered = CALLS[day.weekday()] + ago * 7 % 13
    answered, soon, lost = (offered * (share - ago % 5) // 100 for share in (ANSWERED, SOON, LOST))
    at = midnight(day) + DAY + timedelta(minutes=20)
    if day.weekday() == TUESDAY and ago in LAST_WEEKS:
        enter_counts([Counts(day, offered, answered, answered, 0)], by=by, at=at)
        at += timedelta(hours=9)
    enter_counts([Counts(day, offered, answered, soon, lost)], by=by, at=at)


def remove() -> None:
    """Take out what the demo's people entered."""
    CallCount.objects.filter(entered_by__is_demo=True).delete()
    DeskCost.objects.filter(entered_by__is_demo=True).delete()

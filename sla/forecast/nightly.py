"""Every night: learn anew, and judge the weeks that are over by what was known before them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from sla.forecast import history
from sla.forecast.learning import TooLittle, learn, score
from sla.simulation_models import BreachModel, BreachWeek

#: How old what was learnt may be before it is learnt anew, and for how many weeks back accuracy is shown.
FRESH, WEEKS = timedelta(hours=20), 8


def work(at: datetime) -> int:
    """This will learn and judge when it is time; gives how much was done."""
    if BreachModel.objects.filter(trained_at__gt=at - FRESH).exists():
        return 0
    waiting = history.queues(since=at - history.WINDOW)
    found = history.past(since=at - history.WINDOW, until=at, waiting=waiting)
    judged = sum(_judge(week, found) for week in _weeks(at))
    try:
        kept = learn(found.samples, cases=found.cases).keep()
    except TooLittle:
        kept = {}
    BreachModel.objects.exclude(pk__in=BreachModel.objects.order_by("-pk").values("pk")[:30]).delete()
    BreachModel.objects.create(trained_at=at, cases=found.cases, samples=len(found.samples), weights=kept)
    return judged + 1


def _weeks(at: datetime) -> list[date]:
    """The Mondays of the last weeks that are over and not judged yet."""
    today = at.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
    monday = today - timedelta(days=today.weekday())
    weeks = [monday - timedelta(weeks=back) for back in range(WEEKS, 0, -1)]
    known = set(BreachWeek.objects.filter(week__in=weeks).values_list("week", flat=True))
    return [week for week in weeks if week not in known]


def _judge(week: date, found: history.Past) -> int:
    """Learn from what was judged before the week, and compare with what was judged in it."""
    begun = datetime.combine(week, datetime.min.time(), tzinfo=ZoneInfo(settings.TIME_ZONE))
    before = found.between(begun - history.WINDOW, begun)
    came = found.between(begun, begun + timedelta(weeks=1))
    if not came.samples:
        return 0
    try:
        learnt = learn(before.samples, cases=before.cases)
    except TooLittle:
        return 0
    scored = score(learnt, came.samples, usual=before.usual)
    BreachWeek.objects.update_or_create(
        week=week,
        defaults={
            "cases": came.cases, "samples": scored.samples, "brier": scored.brier, "plain_brier": scored.plain, "table": scored.table,
        },
    )  # fmt: skip
    return 1

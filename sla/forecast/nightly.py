"""Every night: learn anew, and judge the weeks that are over by what was known before them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from sla.forecast import history, samples
from sla.forecast.learning import Learnt, TooLittle, learn, score
from sla.simulation_models import BreachGuess, BreachModel, BreachWeek

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
    with transaction.atomic():
        model = BreachModel.objects.create(trained_at=at, cases=found.cases, samples=len(found.samples), weights=kept)
        samples.keep(model, found)
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
    with transaction.atomic():
        kept, _made = BreachWeek.objects.update_or_create(
            week=week,
            defaults={
                "cases": came.cases, "samples": scored.samples, "brier": scored.brier, "plain_brier": scored.plain,
                "usual": before.usual, "table": scored.table,
            },
        )  # fmt: skip
        kept.guesses.all().delete()
        BreachGuess.objects.bulk_create(_guesses(kept, came, learnt), batch_size=5000)
    return 1


def _guesses(week: BreachWeek, came: history.Past, learnt: Learnt) -> Iterator[BreachGuess]:
    """Keep what was said of each case at each look; a case that no look came to in time is kept without one."""
    for clock in came.clocks:
        same: dict[str, Any] = {
            "week": week, "record_id": clock.record, "metric": clock.metric, "cycle": clock.cycle, "missed": clock.missed,
        }  # fmt: skip
        if not clock.samples:
            yield BreachGuess(**same)
        for look, (found, _missed) in zip(history.LOOKS, clock.samples, strict=False):
            yield BreachGuess(**same, look=round(look * 100), chance=learnt.chance(found))

"""Figures as they were counted: where there are very many cases, the worker counts, and pages show what it found and when.

Where there are few, every figure is counted when it is asked for. What is wanted is a row, so nothing is lost with a worker.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import DurationField, ExpressionWrapper, F, Max

from itsm.records import kpis
from itsm.records.clock import database_now, whole
from itsm.records.kpis import Kpi
from itsm.reporting import shown
from itsm.reporting.asked import DAY, NONE, NOTHING, Asked, Without, periods, site_day
from itsm.reporting.dashboards import apart
from itsm.reporting.laid_out import kept, newest, restored
from itsm.reporting.models import Snapshot

#: From so many cases on figures are not counted while somebody waits for a page.
MANY = 200_000
#: Seconds of counting that a page may take all the same, beginning with the figures that take least.
AT_ONCE = 0.15
#: A period that still runs is counted again after so long, at least; and not before so many times of what counting took.
AGAIN, TIMES = timedelta(minutes=10), 200
#: Seconds that one round of the worker counts, and days after which nobody asks any more.
A_ROUND, FORGOTTEN = 4.0, timedelta(days=35)
#: How long a figure is left to the worker that took it.
LEASE = timedelta(minutes=5)
#: By how much whoever presses for a number goes before those that wait.
AHEAD = timedelta(days=1)
#: What is added to the key of a figure that is told apart by priority, team and service.
APART = "/apart"


@dataclass(frozen=True)
class Told:
    """A figure with its value, None while it is still to be counted; ``at`` where it was counted before."""

    kpi: Kpi
    value: Any
    at: datetime | None = None


@dataclass(frozen=True)
class Waiting:
    """How far the counting of a figure is: how many are counted before it, or for how many seconds of how many it runs."""

    before: int = 0
    runs: int | None = None
    took: float = 0

    @property
    def longest(self) -> float:
        """How long it may take by what it took the last time; never less than it takes already."""
        return max(self.took, (self.runs or 0) + 1)


def many() -> bool:
    """Tell whether there are so many cases that counting takes long; by the estimate of the database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples >= %s FROM pg_class WHERE oid = 'tickets_ticket'::regclass", [MANY])
        return bool(cursor.fetchone()[0])


def told(entries: Iterable[Kpi], asked: Asked) -> list[Told]:
    """Give the value of each figure: counted now, or as the worker has counted it."""
    every = list(entries)
    if not many():
        return [Told(kpi, shown.compute(kpi, asked)) for kpi in every]
    place = _place(asked)
    kept_ones = Snapshot.objects.defer("newest").filter(**place, key__in=[kpi.key for kpi in every])
    there = {row.key: row for row in kept_ones}
    at_once = _at_once(every, asked)
    _want(
        (kpi.key for kpi in every if kpi.key not in at_once and _is_stale(there.get(kpi.key), asked)), place, asked.at
    )
    return [
        Told(kpi, shown.compute(kpi, asked)) if kpi.key in at_once else _restored(kpi, there.get(kpi.key), asked) for kpi in every
    ]  # fmt: skip


def row_of(key: str, asked: Asked) -> Snapshot:
    """Give what the worker has counted under a key, to be counted (again) where it is missing or old."""
    place = _place(asked)
    found = Snapshot.objects.filter(key=key, **place).first()
    if _is_stale(found, asked):
        _want([key], place, asked.at)
    return found or Snapshot(key=key, **place)


def again(kpi: Kpi, asked: Asked) -> None:
    """Have a figure counted anew, before all that wait; what is being counted stays with its worker."""
    place = _place(asked)
    keys = [kpi.key, *Snapshot.objects.filter(key=kpi.key + APART, **place).values_list("key", flat=True)]
    _want(keys, place, asked.at)
    waiting = Snapshot.objects.filter(key__in=keys, **place).exclude(wanted_at__gt=asked.at)
    waiting.update(wanted_at=whole(asked.at) - AHEAD)


def waiting(key: str, asked: Asked) -> Waiting | None:
    """Tell how far the counting under a key is; None where nothing is to be counted."""
    row = Snapshot.objects.defer("newest", "value").filter(key=key, **_place(asked), wanted_at__isnull=False).first()
    if row is None or row.wanted_at is None:
        return None
    if row.wanted_at > asked.at:
        return Waiting(runs=max(int((asked.at - row.wanted_at + LEASE).total_seconds()), 0), took=row.seconds)
    return Waiting(before=Snapshot.objects.filter(wanted_at__lt=row.wanted_at).count(), took=row.seconds)


def _at_once(entries: list[Kpi], asked: Asked) -> set[str]:
    """Choose the figures that are counted while the page waits: those known to take least, up to ``AT_ONCE`` together.

    Known is what was counted over a period at least half as long.
    """
    length = ExpressionWrapper(F("until") - F("since"), output_field=DurationField())
    counted = Snapshot.objects.filter(key__in=[kpi.key for kpi in entries], counted_at__isnull=False).order_by()
    took = counted.alias(length=length).filter(length__gte=(asked.until - asked.since) / 2).values_list("key")
    chosen, together = set(), 0.0
    for key, seconds in sorted(took.annotate(most=Max("seconds")), key=lambda row: row[1]):
        together += seconds
        if together > AT_ONCE:
            break
        chosen.add(key)
    return chosen


def _place(asked: Asked) -> dict[str, Any]:
    service, team = ((one.pk or NOTHING) if one else 0 for one in (asked.service, asked.team))
    return {"since": asked.since, "until": asked.until, "service": service, "team": team, "priority": asked.priority}


def _is_stale(row: Snapshot | None, asked: Asked) -> bool:
    """Tell whether it is to be counted again: never counted, too old for a running period, or not since that was over."""
    if row is None or row.counted_at is None:
        return True
    over = asked.end < asked.at and row.counted_at >= asked.end
    return asked.at - row.counted_at > (DAY if over else max(AGAIN, timedelta(seconds=row.seconds * TIMES)))


def _want(keys: Iterable[str], place: dict[str, Any], at: datetime) -> None:
    """Note that figures are to be counted; those noted already keep their place in the row."""
    wanted = [Snapshot(key=key, **place, wanted_at=whole(at), asked_on=site_day(at)) for key in keys]
    made = Snapshot.objects.bulk_create(wanted, ignore_conflicts=True)
    there = Snapshot.objects.filter(**place, key__in=[one.key for one in made])
    there.filter(wanted_at=None).update(wanted_at=whole(at), asked_on=site_day(at))


def _restored(kpi: Kpi, row: Snapshot | None, asked: Asked) -> Told:
    if row is None or row.counted_at is None:
        return Told(kpi, None)
    if row.value is None:  # it cannot be kept
        return Told(kpi, shown.compute(kpi, asked))
    return Told(kpi, restored(row.value), row.counted_at)


# ---- the worker -----------------------------------------------------------------------------
def count_wanted(at: datetime) -> int:
    """Count what is wanted, one after the other, for about ``A_ROUND`` seconds; gives how many were counted."""
    until, done = time.monotonic() + A_ROUND, 0
    while time.monotonic() < until and _count_next():
        done += 1
    return done


def _count_next() -> bool:
    """Count the figure that has waited longest; another worker takes another, and one that fails is tried again later."""
    row = _claimed(database_now())
    if row is None:
        return False
    key, _slash, is_apart = row.key.partition("/")
    kpi, asked = kpis.find(key), _asked(row, database_now())
    if kpi is None or asked is None:
        row.delete()
        return True
    began = time.monotonic()
    if is_apart:
        row.value = apart.laid_out(kpi, asked)
    else:
        value = shown.compute(kpi, asked)
        row.value, row.newest = kept(value), newest(value)
    row.seconds, row.counted_at, row.wanted_at = round(time.monotonic() - began, 4), asked.at, None
    row.save()
    return True


def _claimed(at: datetime) -> Snapshot | None:
    with transaction.atomic():
        waiting = Snapshot.objects.select_for_update(skip_locked=True).filter(wanted_at__lte=at)
        row = waiting.order_by("wanted_at", "pk").first()
        if row is not None:
            row.wanted_at = at + LEASE
            row.save(update_fields=["wanted_at"])
        return row


def _asked(row: Snapshot, at: datetime) -> Asked | None:
    """Ask again what a snapshot says; None where its service or team is gone."""
    from catalogue.models import Service
    from itsm.people.models import Team

    found: dict[str, Any] = {}
    for name, model in (("service", Service), ("team", Team)):
        key = getattr(row, name)
        found[name] = (
            Without(NONE) if key == NOTHING else model._default_manager.filter(pk=key).first() if key else None
        )
        if key and found[name] is None:
            return None
    return Asked(row.since, row.until, at, found["service"], found["team"], row.priority)


def tend(at: datetime) -> int:
    """Have the usual periods counted before somebody asks, and forget what nobody asks for; nothing where there are few cases."""
    Snapshot.objects.filter(asked_on__lt=site_day(at) - FORGOTTEN).delete()
    if not many():
        return 0
    asked, keys, wanted = Asked(*_month(at), at), [kpi.key for kpi in kpis.all_kpis()], 0
    for one in periods(asked)[:3]:
        place = _place(asked.over(one["since"], one["until"]))
        known = set(Snapshot.objects.filter(**place).exclude(counted_at=None).values_list("key", flat=True))
        missing = [key for key in keys if key not in known]
        _want(missing, place, at)
        wanted += len(missing)
    return wanted


def _month(at: datetime) -> tuple[date, date]:
    today = site_day(at)
    return today - 29 * DAY, today + DAY

"""Figures as they were counted: where there are very many cases, the worker counts, and pages show what it found and when.

Where there are few, every figure is counted when it is asked for. What is wanted is a row, so nothing is lost with a worker.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from django.db import connection, transaction
from django.db.models import Max

from itsm.records import kpis
from itsm.records.clock import database_now, whole
from itsm.records.figures import Breakdown, Count, Durations, Kept, KeptDurations, Mean, Rows, Share
from itsm.records.kpis import Kpi
from itsm.reporting import shown
from itsm.reporting.asked import DAY, NONE, NOTHING, Asked, Without, periods
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


@dataclass(frozen=True)
class Told:
    """A figure with its value, None while it is still to be counted; ``at`` where it was counted before."""

    kpi: Kpi
    value: Any
    at: datetime | None = None


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
    there = {row.key: row for row in Snapshot.objects.filter(**place, key__in=[kpi.key for kpi in every])}
    at_once = _at_once(every)
    _want(
        (kpi.key for kpi in every if kpi.key not in at_once and _is_stale(there.get(kpi.key), asked)), place, asked.at
    )
    return [
        Told(kpi, shown.compute(kpi, asked)) if kpi.key in at_once else _restored(kpi, there.get(kpi.key), asked) for kpi in every
    ]  # fmt: skip


def _at_once(entries: list[Kpi]) -> set[str]:
    """Choose the figures that are counted while the page waits: those known to take least, up to ``AT_ONCE`` together."""
    keys = [kpi.key for kpi in entries]
    took = Snapshot.objects.filter(key__in=keys, counted_at__isnull=False).order_by().values_list("key")
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
    wanted = [Snapshot(key=key, **place, wanted_at=whole(at), asked_on=at.date()) for key in keys]
    made = Snapshot.objects.bulk_create(wanted, ignore_conflicts=True)
    there = Snapshot.objects.filter(**place, key__in=[one.key for one in made])
    there.filter(wanted_at=None).update(wanted_at=whole(at), asked_on=at.date())


def _restored(kpi: Kpi, row: Snapshot | None, asked: Asked) -> Told:
    if row is None or row.counted_at is None:
        return Told(kpi, None)
    if row.value is None:  # it cannot be kept
        return Told(kpi, shown.compute(kpi, asked))
    return Told(kpi, restored(row.value), row.counted_at)


# ---- what is kept ---------------------------------------------------------------------------
def kept(value: Any) -> dict[str, Any] | None:
    """Lay a value out without its rows; None for what cannot be kept so, a breakdown."""
    if isinstance(value, Breakdown):
        return None
    sides = {side: [rows.count(), float(rows.total()), rows.of, rows.service] for side, rows in value.sides.items()}
    found: dict[str, Any] = {"sides": sides}
    if isinstance(value, Share):
        return found | {"kind": "share", "part": value.part, "whole": value.whole}
    if isinstance(value, Mean):
        return found | {"kind": "mean", "total": str(value.total), "count": value.count}
    if isinstance(value, Durations):
        return found | {"kind": "durations", "middle": value.median, "average": value.mean, "ninth": value.ninth_decile}
    return found | {"kind": "count", "amount": int(value)}


def restored(found: dict[str, Any]) -> Any:
    """Give a value back that was laid out."""
    sides = {
        side: Kept(of=of, service=service, number=count, adds=total)
        for side, (count, total, of, service) in found["sides"].items()
    }
    only: Rows = next(iter(sides.values()))
    match found["kind"]:
        case "share":
            return Share(found["part"], found["whole"], sides)
        case "mean":
            return Mean(Fraction(found["total"]), found["count"], only)
        case "durations":
            return KeptDurations((), only, found["middle"], found["average"], found["ninth"])
        case _:
            return Count(only)


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
    kpi, asked = kpis.find(row.key), _asked(row, database_now())
    if kpi is None or asked is None:
        row.delete()
        return True
    began = time.monotonic()
    row.value = kept(shown.compute(kpi, asked))
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
    Snapshot.objects.filter(asked_on__lt=at.date() - FORGOTTEN).delete()
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
    return at.date() - 29 * DAY, at.date() + DAY

"""Samples out of the own history: judged clocks looked at when a part of their target was used."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings

from itsm.hours.instants import epoch_of
from itsm.tickets.models import Assignment, Ticket
from sla import reckoning
from sla.forecast.learning import Sample
from sla.forecast.traits import Queues, traits
from sla.models import Clock

#: At which shares of its target a judged clock is looked at.
LOOKS = (0.1, 0.35, 0.6, 0.8, 0.95)
METRICS = ("resolution", "fulfilment")
WINDOW, MOST = timedelta(days=365), 30_000


class Judged(NamedTuple):
    """A clock that was judged: when it ended, whose it was, and its samples in the order of ``LOOKS``."""

    ended: int
    samples: list[Sample]
    record: int
    metric: str
    cycle: int
    missed: bool


@dataclass(frozen=True)
class Past:
    """Judged clocks."""

    clocks: list[Judged]

    @property
    def cases(self) -> int:
        """How many clocks there are."""
        return len(self.clocks)

    @property
    def samples(self) -> list[Sample]:
        """The samples of all of them."""
        return [one for clock in self.clocks for one in clock.samples]

    def between(self, since: datetime, until: datetime) -> Past:
        """This will give only those that ended from ``since`` up to ``until``."""
        first, last = epoch_of(since), epoch_of(until)
        return Past([clock for clock in self.clocks if first <= clock.ended < last])

    @property
    def usual(self) -> float:
        """The share of samples that came to miss."""
        samples = self.samples
        return sum(missed for _traits, missed in samples) / max(len(samples), 1)


def queues(*, since: datetime) -> Queues:
    """This will read the stays of cases with teams that lasted beyond ``since``."""
    rows = Assignment.objects.exclude(done_at__lt=since).values_list("team", "assigned_at", "done_at")
    return Queues(
        (team, epoch_of(begun), None if done is None else epoch_of(done)) for team, begun, done in rows.iterator()
    )  # fmt: skip


def past(*, since: datetime, until: datetime, waiting: Queues) -> Past:
    """This will sample the clocks that were judged from ``since`` up to ``until``, the latest 30,000 at most."""
    judged = Clock.objects.counted().filter(metric__in=METRICS, state__in=("met", "missed"))
    chosen = (
        judged.filter(stopped_at__gte=since, stopped_at__lt=until)
        .order_by("-stopped_at", "-pk")
        .defer("terms", "fired")[:MOST]
    )
    clocks = list(chosen)
    keys = [clock.record_id for clock in clocks]
    priorities = dict(Ticket.objects.filter(pk__in=keys).values_list("pk", "priority"))
    teams = _teams(keys)
    zone = ZoneInfo(settings.TIME_ZONE)
    return Past(
        [
            Judged(
                epoch_of(clock.stopped_at or until),
                list(_samples(clock, priorities.get(clock.record_id), teams[clock.record_id], waiting, zone)),
                clock.record_id,
                clock.metric,
                clock.cycle,
                clock.breached_at is not None,
            )
            for clock in clocks
        ]
    )


def _teams(keys: list[int]) -> dict[int, list[tuple[int, int]]]:
    """From when each case was with which team, in order."""
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    stays = Assignment.objects.filter(ticket__in=keys).order_by("assigned_at", "pk")
    for ticket, team, begun in stays.values_list("ticket", "team", "assigned_at").iterator():
        found[ticket].append((epoch_of(begun), team))
    return found


def _samples(
    clock: Clock, priority: int | None, teams: list[tuple[int, int]], waiting: Queues, zone: ZoneInfo
) -> Iterator[Sample]:
    target, missed = clock.target_seconds or 0, clock.breached_at is not None
    if clock.stopped_at is None or not target:
        return
    ended = epoch_of(clock.stopped_at)
    late = epoch_of(clock.breached_at) if clock.breached_at is not None else ended
    for look in LOOKS:
        at = reckoning.reach(clock, int(target * look))
        if at is None or at >= min(ended, late):
            return
        team = next((held for begun, held in reversed(teams) if begun <= at), None)
        length, came = waiting.length(team, at), waiting.arrivals(team, at)
        yield traits(share=look, queue=length, arrivals=came, at=at, zone=zone, priority=priority), missed

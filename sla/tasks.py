"""What Celery does for clocks: it only makes the sweep sooner."""

import gc
from typing import Any

from celery import shared_task
from celery.signals import worker_ready

from itsm.records.clock import database_now, whole
from sla import calendar_notices, issuing, rounds
from sla import sweep as sweeping
from sla.forecast import nightly, telling
from sla.held import keeping
from sla.simulation import running

SLICE = 10.0  # seconds


@worker_ready.connect  # type: ignore[untyped-decorator]  # Celery has no types
def keep_program_aside(**_told: Any) -> None:
    """Keep the collector off the loaded program: a sweep makes many rows and would have it searched again and again."""
    gc.collect()
    gc.freeze()


@shared_task(name="sla.tasks.sweep")  # type: ignore[untyped-decorator]  # Celery has no types
def sweep() -> int:
    """Fire what is due; tells how many levels fired and actions were done."""
    swept = sweeping.sweep()
    return swept.fired + swept.done


@shared_task(name="sla.tasks.tend")  # type: ignore[untyped-decorator]  # Celery has no types
def tend() -> int:
    """Do the rounds that are due and have no task of their own; tells how much was done."""
    return rounds.run_due(at=database_now(), shared=True)


@shared_task(name="sla.tasks.tend_availability")  # type: ignore[untyped-decorator]  # Celery has no types
def tend_availability() -> int:
    """Freeze the figures of months that are due, and tell of calendars that end; tells how much was done."""
    now = database_now()
    return issuing.tend(now) + calendar_notices.tend(now)


@shared_task(name="sla.tasks.simulate")  # type: ignore[untyped-decorator]  # Celery has no types
def simulate() -> int:
    """Go on with simulations that wait, for a few seconds, so that the sweep is not kept waiting; tells how many pieces."""
    return running.go_on(at=whole(database_now()), seconds=SLICE)


@shared_task(name="sla.tasks.part_lives")  # type: ignore[untyped-decorator]  # Celery has no types
def part_lives() -> int:
    """Part the lives of cases that were closed among those who held them; tells how many."""
    return keeping.work(whole(database_now()))


@shared_task(name="sla.tasks.learn")  # type: ignore[untyped-decorator]  # Celery has no types
def learn() -> int:
    """Learn from the own history which cases miss their target, and judge the weeks that are over."""
    return nightly.work(whole(database_now()))


@shared_task(name="sla.tasks.reckon_chances")  # type: ignore[untyped-decorator]  # Celery has no types
def reckon_chances() -> int:
    """Reckon anew how likely each open case misses its target; tells how many."""
    return telling.work(whole(database_now()))

"""What Celery does for planned maintenance: it only makes rounds sooner."""

from celery import shared_task

from incidents import upkeep
from itsm.records.clock import database_now


@shared_task(name="incidents.tasks.tend_maintenance")  # type: ignore[untyped-decorator]  # Celery has no types
def tend_maintenance() -> int:
    """Raise maintenance that falls due; tells how much was done."""
    return upkeep.tend(database_now())

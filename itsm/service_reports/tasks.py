"""What Celery does for reports: it only makes the rounds sooner than the tick would."""

from celery import shared_task

from itsm.records.clock import database_now
from itsm.service_reports import work


@shared_task(name="itsm.service_reports.tasks.go_on")  # type: ignore[untyped-decorator]  # Celery has no types
def go_on() -> int:
    """Calculate and draw what waits; tells how many pieces were done."""
    return work.go_on(database_now())


@shared_task(name="itsm.service_reports.tasks.tend")  # type: ignore[untyped-decorator]  # Celery has no types
def tend() -> int:
    """Prepare what is due and deliver what is issued; tells how much was done."""
    return work.tend(database_now())

"""What Celery does for imports: it only goes on with them sooner than the tick would."""

from celery import shared_task

from itsm.intake.cmdb import work
from itsm.records.clock import database_now, whole


@shared_task(name="itsm.intake.tasks.go_on")  # type: ignore[untyped-decorator]  # Celery has no types
def go_on() -> int:
    """Go on with imports that wait; tells how many pieces were done."""
    return work.go_on(whole(database_now()))
